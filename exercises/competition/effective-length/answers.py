"""Answers to effective-length: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong

Z = 1.96


@reference
def lower_bound(right, asked):
    p, s = right / asked, Z * Z / asked
    half_width = Z * math.sqrt(p * (1 - p) / asked + s / (4 * asked))
    return (p + s / 2 - half_width) / (1 + s)


@reference
def effective_length(lengths, right, asked, threshold):
    longest = 0
    for length, r, n in sorted(zip(lengths, right, asked, strict=True)):
        if lower_bound(r, n) <= threshold:
            break
        longest = length
    return longest


@right("the smaller root of the quadratic that defines the interval")
def lower_bound(right, asked):
    # (p - x)² = z² x (1 - x) / n, solved for x.
    a, b, c = asked + Z**2, -(2 * right + Z**2), right**2 / asked
    return (-b - math.sqrt(b * b - 4 * a * c)) / (2 * a)


@right("a running product of what passes, without a loop")
def effective_length(lengths, right, asked, threshold):
    order = np.argsort(lengths)
    bounds = [lower_bound(right[i], asked[i]) for i in order]
    safe = np.cumprod(np.array(bounds) > threshold)
    return int(np.max(np.array(lengths)[order] * safe))


@right("the longest length below the shortest that fails")
def effective_length(lengths, right, asked, threshold):
    rows = list(zip(lengths, right, asked, strict=True))
    end = min((n for n, r, k in rows if lower_bound(r, k) <= threshold), default=math.inf)
    return max((n for n, _, _ in rows if n < end), default=0)


@wrong("wald")
def lower_bound(right, asked):
    p = right / asked
    return p - Z * math.sqrt(p * (1 - p) / asked)


@wrong("upper")
def lower_bound(right, asked):
    p, s = right / asked, Z * Z / asked
    return (p + s / 2 + Z * math.sqrt(p * (1 - p) / asked + s / (4 * asked))) / (1 + s)


@wrong("z")
def lower_bound(right, asked):
    z = 1.645
    p, s = right / asked, z * z / asked
    return (p + s / 2 - z * math.sqrt(p * (1 - p) / asked + s / (4 * asked))) / (1 + s)


@wrong("not-divided")
def lower_bound(right, asked):
    p, s = right / asked, Z * Z / asked
    return p + s / 2 - Z * math.sqrt(p * (1 - p) / asked + s / (4 * asked))


@wrong("uncentred")
def lower_bound(right, asked):
    p, s = right / asked, Z * Z / asked
    return (p - Z * math.sqrt(p * (1 - p) / asked + s / (4 * asked))) / (1 + s)


@wrong("share")
def lower_bound(right, asked):
    return right / asked


@wrong("bound")
def lower_bound(right, asked):
    p, s = right / asked, Z * Z / asked
    return (p + s / 2 - Z * math.sqrt(p * (1 - p) / asked)) / (1 + s)


@wrong("point")
def effective_length(lengths, right, asked, threshold):
    longest = 0
    for length, r, n in sorted(zip(lengths, right, asked, strict=True)):
        if r / n <= threshold:
            break
        longest = length
    return longest


@wrong("any-later")
def effective_length(lengths, right, asked, threshold):
    rows = zip(lengths, right, asked, strict=True)
    return max((length for length, r, n in rows if lower_bound(r, n) > threshold), default=0)


@wrong("first-failure")
def effective_length(lengths, right, asked, threshold):
    for length, r, n in sorted(zip(lengths, right, asked, strict=True)):
        if lower_bound(r, n) <= threshold:
            return length
    return max(lengths)


@wrong("unsorted")
def effective_length(lengths, right, asked, threshold):
    longest = 0
    for length, r, n in zip(lengths, right, asked, strict=True):
        if lower_bound(r, n) <= threshold:
            break
        longest = length
    return longest


@wrong("none-passes")
def effective_length(lengths, right, asked, threshold):
    longest = min(lengths)
    for length, r, n in sorted(zip(lengths, right, asked, strict=True)):
        if lower_bound(r, n) <= threshold:
            break
        longest = length
    return longest


@wrong("nothing")
def effective_length(lengths, right, asked, threshold):
    longest = None
    for length, r, n in sorted(zip(lengths, right, asked, strict=True)):
        if lower_bound(r, n) <= threshold:
            break
        longest = length
    return longest


@wrong("all-pass")
def effective_length(lengths, right, asked, threshold):
    longest = 0
    for length, r, n in sorted(zip(lengths, right, asked, strict=True)):
        if lower_bound(r, n) <= threshold:
            return longest
        longest = length
    return 0


@wrong("nothing")
def effective_length(lengths, right, asked, threshold):
    longest = 0
    for length, r, n in sorted(zip(lengths, right, asked, strict=True)):
        if lower_bound(r, n) <= threshold:
            return longest
        longest = length
    return None


@wrong("other-bound")
def effective_length(lengths, right, asked, threshold):
    longest = 0
    for length, r, n in sorted(zip(lengths, right, asked, strict=True)):
        p = r / n
        if p - Z * math.sqrt(p * (1 - p) / n) <= threshold:
            break
        longest = length
    return longest
