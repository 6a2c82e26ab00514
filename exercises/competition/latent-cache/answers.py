"""Answers to latent-cache: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def layer_numbers(config):
    if "kv_rank" in config:
        return config["kv_rank"] + config["rope_dim"]
    return 2 * config["n_kv_heads"] * config["head_dim"]


@reference
def cache_bytes(config, length, bytes_per_number):
    window = config.get("window", length)
    full_layers = config["n_layers"] // config.get("full_every", 1)
    sliding_layers = config["n_layers"] - full_layers
    tokens = full_layers * length + sliding_layers * min(length, window)
    return tokens * layer_numbers(config) * bytes_per_number


@right("layer by layer")
def cache_bytes(config, length, bytes_per_number):
    total = 0
    for layer in range(1, config["n_layers"] + 1):
        slides = "window" in config and layer % config["full_every"] != 0
        total += min(length, config["window"]) if slides else length
    return total * layer_numbers(config) * bytes_per_number


@right("an array of layers")
def cache_bytes(config, length, bytes_per_number):
    held = np.full(config["n_layers"], length)
    if "window" in config:
        slides = np.arange(1, config["n_layers"] + 1) % config["full_every"] > 0
        held[slides] = np.minimum(length, config["window"])
    return int(held.sum()) * layer_numbers(config) * bytes_per_number


@right("a sum of vectors")
def layer_numbers(config):
    vectors = [config["head_dim"]] * (2 * config["n_kv_heads"])
    if config.get("kv_rank"):
        vectors = [config["kv_rank"], config["rope_dim"]]
    return sum(vectors)


def heads(config, name="n_kv_heads", vectors=2):
    return vectors * config[name] * config["head_dim"]


def latent(config):
    return "kv_rank" in config


@wrong("latent-ignored")
def layer_numbers(config):
    return heads(config)


@wrong("latent-doubled")
def layer_numbers(config):
    return 2 * (config["kv_rank"] + config["rope_dim"]) if latent(config) else heads(config)


@wrong("latent-per-head")
def layer_numbers(config):
    per_head = config["n_heads"] * config.get("rope_dim", 0)
    return config["kv_rank"] + per_head if latent(config) else heads(config)


@wrong("rotary-forgotten")
def layer_numbers(config):
    return config["kv_rank"] if latent(config) else heads(config)


@wrong("query-heads")
def layer_numbers(config):
    if latent(config):
        return config["kv_rank"] + config["rope_dim"]
    return heads(config, "n_heads")


@wrong("keys-only")
def layer_numbers(config):
    if latent(config):
        return config["kv_rank"] + config["rope_dim"]
    return heads(config, vectors=1)


@wrong("numbers")
def layer_numbers(config):
    return config["n_kv_heads"] * config["head_dim"] + config["n_kv_heads"]


def held(config, length, window, full):
    sliding = config["n_layers"] - full
    return (full * length + sliding * window) * layer_numbers(config)


@wrong("window-ignored")
def cache_bytes(config, length, bytes_per_number):
    return config["n_layers"] * length * layer_numbers(config) * bytes_per_number


@wrong("window-reserved")
def cache_bytes(config, length, bytes_per_number):
    full = config["n_layers"] // config.get("full_every", 1)
    return held(config, length, config.get("window", length), full) * bytes_per_number


@wrong("all-slide")
def cache_bytes(config, length, bytes_per_number):
    window = min(length, config.get("window", length))
    return held(config, length, window, 0) * bytes_per_number


@wrong("sorts-swapped")
def cache_bytes(config, length, bytes_per_number):
    window = min(length, config.get("window", length))
    full = config["n_layers"] // config.get("full_every", 1)
    return held(config, length, window, config["n_layers"] - full) * bytes_per_number


@wrong("layers-rounded")
def cache_bytes(config, length, bytes_per_number):
    window = min(length, config.get("window", length))
    full = math.ceil(config["n_layers"] / config.get("full_every", 1))
    return held(config, length, window, full) * bytes_per_number


@wrong("one-layer")
def cache_bytes(config, length, bytes_per_number):
    return length * layer_numbers(config) * bytes_per_number


@wrong("bytes-forgotten")
def cache_bytes(config, length, bytes_per_number):
    window = min(length, config.get("window", length))
    full = config["n_layers"] // config.get("full_every", 1)
    return held(config, length, window, full)


@wrong("bytes")
def cache_bytes(config, length, bytes_per_number):
    window = min(length, config.get("window", length))
    full = config["n_layers"] // config.get("full_every", 1)
    return held(config, length, window, full) * bytes_per_number + length


@wrong("last-layer")
def cache_bytes(config, length, bytes_per_number):
    window, every = config.get("window", length), config.get("full_every", 1)
    full = config["n_layers"] if every == 1 else len(range(every, config["n_layers"], every))
    return held(config, length, min(length, window), full) * bytes_per_number
