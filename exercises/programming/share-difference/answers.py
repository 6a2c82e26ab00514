"""Answers to share-difference: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math
from statistics import NormalDist

import numpy as np

from struggle.answers import reference, right, wrong


def wilson(yes, n, z=1.96):
    p = yes / n
    reach = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    centre = p + z**2 / (2 * n)
    return (centre - reach) / (1 + z**2 / n), (centre + reach) / (1 + z**2 / n)


@reference
def share_difference(yes, n, other_yes, other_n):
    p, q = yes / n, other_yes / other_n
    low, high = wilson(yes, n)
    other_low, other_high = wilson(other_yes, other_n)
    down = math.hypot(p - low, other_high - q)
    up = math.hypot(high - p, q - other_low)
    return p - q - down, p - q + up


@right("Wilson's ends as roots of a quadratic")
def share_difference(yes, n, other_yes, other_n):
    def ends(k, m):
        z2, p = 1.96**2, k / m
        return np.sort(np.roots([1 + z2 / m, -2 * p - z2 / m, p**2]).real)

    p, q = yes / n, other_yes / other_n
    (a, b), (c, d) = ends(yes, n), ends(other_yes, other_n)
    return [
        p - q - np.sqrt((p - a) ** 2 + (d - q) ** 2),
        p - q + np.sqrt((b - p) ** 2 + (q - c) ** 2),
    ]


@right("halving until the share is as far as its own error, and the exact quantile")
def share_difference(yes, n, other_yes, other_n):
    z = NormalDist().inv_cdf(0.975)

    def end(p, m, limit):
        near, far = p, limit
        for _ in range(80):
            middle = (near + far) / 2
            inside = abs(p - middle) <= z * math.sqrt(middle * (1 - middle) / m)
            near, far = (middle, far) if inside else (near, middle)
        return near

    p, q = yes / n, other_yes / other_n
    down = (end(p, n, 0) - p, end(q, other_n, 1) - q)
    up = (end(p, n, 1) - p, end(q, other_n, 0) - q)
    return p - q - math.hypot(*down), p - q + math.hypot(*up)


@wrong("textbook")
def share_difference(yes, n, other_yes, other_n):
    p, q = yes / n, other_yes / other_n
    reach = 1.96 * math.sqrt(p * (1 - p) / n + q * (1 - q) / other_n)
    return p - q - reach, p - q + reach


@wrong("extremes")
def share_difference(yes, n, other_yes, other_n):
    (low, high), (other_low, other_high) = wilson(yes, n), wilson(other_yes, other_n)
    return low - other_high, high - other_low


@wrong("same-ends")
def share_difference(yes, n, other_yes, other_n):
    p, q = yes / n, other_yes / other_n
    (low, high), (other_low, other_high) = wilson(yes, n), wilson(other_yes, other_n)
    return p - q - math.hypot(p - low, q - other_low), p - q + math.hypot(high - p, other_high - q)


def newcombe(yes, n, other_yes, other_n, z=1.96):
    p, q = yes / n, other_yes / other_n
    (low, high), (other_low, other_high) = wilson(yes, n, z), wilson(other_yes, other_n, z)
    return p - q - math.hypot(p - low, other_high - q), p - q + math.hypot(high - p, q - other_low)


@wrong("exchanged")
def share_difference(yes, n, other_yes, other_n):
    return newcombe(other_yes, other_n, yes, n)


@wrong("order")
def share_difference(yes, n, other_yes, other_n):
    low, high = newcombe(yes, n, other_yes, other_n)
    return high, low


@wrong("middles")
def share_difference(yes, n, other_yes, other_n):
    (low, high), (other_low, other_high) = wilson(yes, n), wilson(other_yes, other_n)
    middle = (low + high - other_low - other_high) / 2
    reach = math.hypot(high - low, other_high - other_low) / 2
    return middle - reach, middle + reach


@wrong("ninety")
def share_difference(yes, n, other_yes, other_n):
    return newcombe(yes, n, other_yes, other_n, z=1.645)


@wrong("value")
def share_difference(yes, n, other_yes, other_n):
    low, high = newcombe(yes, n, other_yes, other_n)
    return 100 * low, 100 * high


@wrong("shape")
def share_difference(yes, n, other_yes, other_n):
    return yes / n - other_yes / other_n


@wrong("value")
def share_difference(yes, n, other_yes, other_n):
    return newcombe(yes or 0.5, n, other_yes, other_n)
