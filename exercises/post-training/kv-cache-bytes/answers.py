"""Answers to kv-cache-bytes: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def kv_cache_bytes(config, length, bytes_per_number):
    head_dim = config["d_model"] // config["n_heads"]
    per_token = 2 * config["n_layers"] * config["n_kv_heads"] * head_dim
    return per_token * length * bytes_per_number


@reference
def texts_that_fit(config, length, bytes_per_number, memory, weights):
    room = memory - weights
    return max(0, room // kv_cache_bytes(config, length, bytes_per_number))


@right("the shape of an array that is never filled")
def kv_cache_bytes(config, length, bytes_per_number):
    head_dim = config["d_model"] // config["n_heads"]
    shape = (config["n_layers"], 2, config["n_kv_heads"], length, head_dim)
    return math.prod(shape) * bytes_per_number


@right("the share of key-value heads in the width")
def kv_cache_bytes(config, length, bytes_per_number):
    share = config["n_kv_heads"] / config["n_heads"]
    return 2 * config["n_layers"] * config["d_model"] * share * length * bytes_per_number


@right("adding texts until the memory is full")
def texts_that_fit(config, length, bytes_per_number, memory, weights):
    each, used, texts = kv_cache_bytes(config, length, bytes_per_number), weights, 0
    while used + each <= memory:
        used, texts = used + each, texts + 1
    return texts


@wrong("query-heads")
def kv_cache_bytes(config, length, bytes_per_number):
    head_dim = config["d_model"] // config["n_heads"]
    return 2 * config["n_layers"] * config["n_heads"] * head_dim * length * bytes_per_number


@wrong("keys-only")
def kv_cache_bytes(config, length, bytes_per_number):
    head_dim = config["d_model"] // config["n_heads"]
    return config["n_layers"] * config["n_kv_heads"] * head_dim * length * bytes_per_number


@wrong("one-layer")
def kv_cache_bytes(config, length, bytes_per_number):
    head_dim = config["d_model"] // config["n_heads"]
    return 2 * config["n_kv_heads"] * head_dim * length * bytes_per_number


@wrong("head-width")
def kv_cache_bytes(config, length, bytes_per_number):
    vectors = 2 * config["n_layers"] * config["n_kv_heads"]
    return vectors * config["d_model"] * length * bytes_per_number


@wrong("squared")
def kv_cache_bytes(config, length, bytes_per_number):
    head_dim = config["d_model"] // config["n_heads"]
    per_token = 2 * config["n_layers"] * config["n_kv_heads"] * head_dim
    return per_token * length**2 * bytes_per_number


@wrong("numbers")
def kv_cache_bytes(config, length, bytes_per_number):
    head_dim = config["d_model"] // config["n_heads"]
    return 2 * config["n_layers"] * config["n_kv_heads"] * head_dim * length


@wrong("bytes")
def kv_cache_bytes(config, length, bytes_per_number):
    return config["n_layers"] * length * bytes_per_number


@wrong("fraction")
def texts_that_fit(config, length, bytes_per_number, memory, weights):
    return max(0, (memory - weights) / kv_cache_bytes(config, length, bytes_per_number))


@wrong("negative")
def texts_that_fit(config, length, bytes_per_number, memory, weights):
    return (memory - weights) // kv_cache_bytes(config, length, bytes_per_number)


@wrong("rounded-up")
def texts_that_fit(config, length, bytes_per_number, memory, weights):
    room = (memory - weights) / kv_cache_bytes(config, length, bytes_per_number)
    return max(0, int(np.ceil(room)))


@wrong("weights-forgotten")
def texts_that_fit(config, length, bytes_per_number, memory, weights):
    return memory // kv_cache_bytes(config, length, bytes_per_number)


@wrong("texts")
def texts_that_fit(config, length, bytes_per_number, memory, weights):
    return memory // (weights + kv_cache_bytes(config, length, bytes_per_number))
