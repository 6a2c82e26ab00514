"""Answers to roofline-time: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def least_seconds(flops, n_bytes, peak, bandwidth):
    return max(flops / peak, n_bytes / bandwidth)


@reference
def knee(weight_bytes, text_flops, text_bytes, peak, bandwidth):
    gained = text_flops / peak - text_bytes / bandwidth  # seconds nearer with each text
    return weight_bytes / bandwidth / gained if gained > 0 else math.inf


@right("the ridge against the intensities")
def knee(weight_bytes, text_flops, text_bytes, peak, bandwidth):
    ridge = peak / bandwidth
    if text_flops <= ridge * text_bytes:
        return math.inf
    return ridge * weight_bytes / (text_flops - ridge * text_bytes)


@right("bisection on the two times")
def knee(weight_bytes, text_flops, text_bytes, peak, bandwidth):
    def late(batch):
        memory = (weight_bytes + batch * text_bytes) / bandwidth
        return batch * text_flops / peak - memory

    low, high = 0.0, 1.0
    while late(high) < 0:
        low, high = high, 2 * high
        if high > 1e18:
            return math.inf
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if late(middle) < 0 else (low, middle)
    return high


@right("a speed from the roofline")
def least_seconds(flops, n_bytes, peak, bandwidth):
    return flops / np.minimum(peak, bandwidth * (flops / n_bytes))


@wrong("added")
def least_seconds(flops, n_bytes, peak, bandwidth):
    return flops / peak + n_bytes / bandwidth


@wrong("shorter")
def least_seconds(flops, n_bytes, peak, bandwidth):
    return min(flops / peak, n_bytes / bandwidth)


@wrong("crossed")
def least_seconds(flops, n_bytes, peak, bandwidth):
    return max(flops / bandwidth, n_bytes / peak)


@wrong("speed")
def least_seconds(flops, n_bytes, peak, bandwidth):
    return min(peak, bandwidth * flops / n_bytes)


@wrong("time")
def least_seconds(flops, n_bytes, peak, bandwidth):
    return (flops + n_bytes) / (peak + bandwidth)


@wrong("cache-forgotten")
def knee(weight_bytes, text_flops, text_bytes, peak, bandwidth):
    gained = text_flops / peak
    if gained <= text_bytes / bandwidth:
        return math.inf
    return weight_bytes / bandwidth / gained


@wrong("cache-added")
def knee(weight_bytes, text_flops, text_bytes, peak, bandwidth):
    if text_flops / peak <= text_bytes / bandwidth:
        return math.inf
    return weight_bytes / bandwidth / (text_flops / peak + text_bytes / bandwidth)


@wrong("never")
def knee(weight_bytes, text_flops, text_bytes, peak, bandwidth):
    return weight_bytes / bandwidth / (text_flops / peak - text_bytes / bandwidth)


@wrong("ridge")
def knee(weight_bytes, text_flops, text_bytes, peak, bandwidth):
    return peak / bandwidth


@wrong("inverse")
def knee(weight_bytes, text_flops, text_bytes, peak, bandwidth):
    gained = text_flops / peak - text_bytes / bandwidth
    return gained / (weight_bytes / bandwidth) if gained > 0 else math.inf


@wrong("knee")
def knee(weight_bytes, text_flops, text_bytes, peak, bandwidth):
    return math.ceil(weight_bytes / bandwidth / abs(text_flops / peak - text_bytes / bandwidth))
