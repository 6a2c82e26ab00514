"""Answers to decode-batch: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


def shared_seconds(chip, model):
    return model["total"] * model["weight_bytes"] / chip["bandwidth"]


def token_seconds(chip, model):
    return 2 * model["active"] / chip["peak"]


def cache_seconds(chip, model, context):
    return context * model["cache_bytes"] / chip["bandwidth"]


@reference
def decode_batch(chip, model, context):
    gained = token_seconds(chip, model) - cache_seconds(chip, model, context)
    return math.ceil(shared_seconds(chip, model) / gained) if gained > 0 else math.inf


@reference
def prefill_length(chip, model):
    return math.ceil(shared_seconds(chip, model) / token_seconds(chip, model))


@right("doubling, then halving the interval, on the two times themselves")
def decode_batch(chip, model, context):
    def busy(batch):
        n_bytes = model["total"] * model["weight_bytes"] + batch * context * model["cache_bytes"]
        return 2 * model["active"] * batch / chip["peak"] >= n_bytes / chip["bandwidth"]

    high = 1
    while not busy(high):
        high *= 2
        if high > 1e18:
            return math.inf
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if busy(middle) else (middle, high)
    return high


@right("the ridge of the chip against FLOPs a byte")
def decode_batch(chip, model, context):
    ridge = chip["peak"] / chip["bandwidth"]
    left = 2 * model["active"] - ridge * context * model["cache_bytes"]
    if left <= 0:
        return np.inf
    return np.ceil(ridge * model["total"] * model["weight_bytes"] / left)


@right("decoding without a context")
def prefill_length(chip, model):
    return decode_batch(chip, model, 0)


def batch(chip, model, context, read="total", worked="active", flops=2, sign=1, up=math.ceil):
    shared = model[read] * model["weight_bytes"] / chip["bandwidth"]
    token = flops * model[worked] / chip["peak"]
    cache = cache_seconds(chip, model, context)
    return up(shared / (token - sign * cache)) if token > cache else math.inf


@wrong("active-read")
def decode_batch(chip, model, context):
    return batch(chip, model, context, read="active")


@wrong("total-worked")
def decode_batch(chip, model, context):
    return batch(chip, model, context, worked="total")


@wrong("one-flop")
def decode_batch(chip, model, context):
    return batch(chip, model, context, flops=1)


@wrong("cache-forgotten")
def decode_batch(chip, model, context):
    without = batch(chip, model, 0)
    return without if math.isfinite(batch(chip, model, context)) else math.inf


@wrong("never")
def decode_batch(chip, model, context):
    gained = token_seconds(chip, model) - cache_seconds(chip, model, context)
    return math.ceil(shared_seconds(chip, model) / gained)


@wrong("cache-added")
def decode_batch(chip, model, context):
    return batch(chip, model, context, sign=-1)


@wrong("cache-forgotten")
def decode_batch(chip, model, context):
    one = batch(chip, model, 1)
    return one if math.isfinite(batch(chip, model, context)) else math.inf


@wrong("rounded")
def decode_batch(chip, model, context):
    return batch(chip, model, context, up=math.floor)


@wrong("rounded")
def decode_batch(chip, model, context):
    return batch(chip, model, context, up=float)


@wrong("ridge")
def decode_batch(chip, model, context):
    ridge = math.ceil(chip["peak"] / chip["bandwidth"])
    return ridge if math.isfinite(batch(chip, model, context)) else math.inf


@wrong("batch")
def decode_batch(chip, model, context):
    found = batch(chip, model, context)
    return 2 * found


@wrong("prefill-active-read")
def prefill_length(chip, model):
    return batch(chip, model, 0, read="active")


@wrong("prefill-ridge")
def prefill_length(chip, model):
    return math.ceil(chip["peak"] / chip["bandwidth"])


@wrong("prefill-rounded")
def prefill_length(chip, model):
    return shared_seconds(chip, model) / token_seconds(chip, model)


@wrong("length")
def prefill_length(chip, model):
    return batch(chip, model, 0, flops=1)
