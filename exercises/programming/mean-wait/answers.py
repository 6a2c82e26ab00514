"""Answers to mean-wait: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def mean_wait(rates, means, variations):
    load = np.sum(rates * means)
    mean_square = means**2 * (1 + variations**2)
    rest = np.sum(rates * mean_square) / 2
    return rest / (1 - load) if load < 1 else np.inf


@right("one stream after the other, by the variance")
def mean_wait(rates, means, variations):
    load = rest = 0.0
    for rate, mean, variation in zip(rates, means, variations, strict=True):
        load += rate * mean
        rest += rate * ((variation * mean) ** 2 + mean**2) / 2
    if load >= 1:
        return np.inf
    return rest / (1 - load)


@right("as one stream, with the moments of the mixture")
def mean_wait(rates, means, variations):
    shares = rates / rates.sum()
    mean = shares @ means
    square = shares @ (means**2 + (means * variations) ** 2)
    load = rates.sum() * mean
    return np.inf if load >= 1 else rates.sum() * square / (2 * (1 - load))


def wait(rates, means, variations, square=lambda c: 1 + c**2, half=2, power=2, total=np.sum):
    load = total(rates * means)
    rest = np.sum(rates * means**power * square(variations)) / half
    return rest / (1 - load) if load < 1 else np.inf


@wrong("exponential")
def mean_wait(rates, means, variations):
    return wait(rates, means, variations, square=lambda c: 2)


@wrong("variance-only")
def mean_wait(rates, means, variations):
    return wait(rates, means, variations, square=lambda c: c**2)


@wrong("not-squared")
def mean_wait(rates, means, variations):
    return wait(rates, means, variations, square=lambda c: 1 + c)


@wrong("whole")
def mean_wait(rates, means, variations):
    return wait(rates, means, variations, half=1)


@wrong("never")
def mean_wait(rates, means, variations):
    rest = np.sum(rates * means**2 * (1 + variations**2)) / 2
    return rest / (1 - np.sum(rates * means))


@wrong("own-review")
def mean_wait(rates, means, variations):
    own = np.sum(rates * means) / np.sum(rates)
    return wait(rates, means, variations) + own


@wrong("mean-load")
def mean_wait(rates, means, variations):
    exact = wait(rates, means, variations)
    return wait(rates, means, variations, total=np.mean) if np.isfinite(exact) else exact


@wrong("wait")
def mean_wait(rates, means, variations):
    return wait(rates, means, variations, power=3)


@wrong("never")
def mean_wait(rates, means, variations):
    load = np.sum(rates * means)
    return np.inf if load > 1 else wait(rates, means, variations) if load < 1 else np.nan


@wrong("steadier")
def mean_wait(rates, means, variations):
    return wait(rates, means, np.maximum(variations, 1))
