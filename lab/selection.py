"""The winner's curse: what the best of several noisy scores promises, and what it keeps.

A score is a true value, spread by `spread` around the mean of all variants, plus an error of the
standard deviation `error`; both are normal.  The best score is as far up as the best of k draws
from a normal of variance error² + spread², and of its height the truth keeps the share
spread² / (error² + spread²), for that is the slope of the truth on the score.
"""

from functools import cache

import numpy as np
from scipy.integrate import quad
from scipy.special import ndtr


@cache
def expected_max(k: int) -> float:
    """The mean of the largest of `k` standard normal numbers: the integral of x d(Φ(x)^k).

    0 for one, 1/sqrt(π) for two, 1.5/sqrt(π) for three; about sqrt(2 ln k) for very many.
    """
    if k < 1:
        raise ValueError(f"the largest of {k} numbers is nothing; ask for at least one")
    return float(quad(_weighted, -10, 10, args=(k,), epsabs=1e-12, limit=200)[0])


def _weighted(x: float, k: int) -> float:
    return x * k * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) * ndtr(x) ** (k - 1)


def published_excess(k: int, error: float, spread: float = 0.0) -> float:
    """By how much the best of `k` scores is expected to exceed its own true value."""
    return _share(error, spread) * expected_max(k)


def true_gain(k: int, error: float, spread: float = 0.0) -> float:
    """By how much the true value behind the best of `k` scores is expected to exceed the mean."""
    return _share(spread, error) * expected_max(k)


def _share(part: float, rest: float) -> float:
    return part**2 / float(np.hypot(part, rest)) if part else 0.0
