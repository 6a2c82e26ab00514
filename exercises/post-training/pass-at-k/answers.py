"""Answers to pass-at-k: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError(f"pass@{k} needs at least {k} samples; there are {n}")
    drawn = np.arange(k)
    return 1 - np.prod((n - c - drawn) / (n - drawn)) if k <= n - c else 1.0


@right("a product over the successes")
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError(f"k = {k} is larger than n = {n}: draw more samples")
    missed = 1.0
    for placed in range(c):
        missed *= max(n - k - placed, 0) / (n - placed)
    return 1 - missed


@right("exact integers")
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError(f"choose k of at most {n}, not {k}")
    return 1 - math.comb(n - c, k) / math.comb(n, k)


@right("logarithms of factorials")
def pass_at_k(n, c, k):
    if not 0 < k <= n:
        raise ValueError(f"k must lie between 1 and n = {n}; got {k}")

    def log_comb(a, b):
        return math.lgamma(a + 1) - math.lgamma(b + 1) - math.lgamma(a - b + 1)

    return 1 - np.exp(log_comb(n - c, k) - log_comb(n, k)) if k <= n - c else 1.0


@wrong("biased")
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError(f"k = {k} is larger than n = {n}")
    return 1 - (1 - c / n) ** k


def _choose(n, k):
    return np.prod(np.arange(n - k + 1.0, n + 1)) / np.prod(np.arange(1.0, k + 1))


@wrong("overflow")
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError(f"k = {k} is larger than n = {n}")
    return 1 - _choose(n - c, k) / _choose(n, k)


@wrong("failures")
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError(f"k = {k} is larger than n = {n}")
    return math.comb(n - c, k) / math.comb(n, k)


@wrong("all-right")
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError(f"k = {k} is larger than n = {n}")
    return math.comb(c, k) / math.comb(n, k)


@wrong("k-ignored")
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError(f"k = {k} is larger than n = {n}")
    return c / n


@wrong("linear")
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError(f"k = {k} is larger than n = {n}")
    return min(1, k * c / n)


@wrong("edge")
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError(f"k = {k} is larger than n = {n}")
    if n - c < k:
        return 0.0
    return 1 - math.comb(n - c, k) / math.comb(n, k)


@wrong("value")
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError(f"k = {k} is larger than n = {n}")
    return 1 - math.comb(n - c, k - 1) / math.comb(n, k - 1)


@wrong("not-refused")
def pass_at_k(n, c, k):
    return 1 - math.comb(n - c, k) / math.comb(n, min(k, n))


@wrong("not-refused")
def pass_at_k(n, c, k):
    return 1 - math.comb(n - c, k) / math.comb(n, k)


@wrong("silent")
def pass_at_k(n, c, k):
    if k > n:
        raise ValueError
    return 1 - math.comb(n - c, k) / math.comb(n, k)
