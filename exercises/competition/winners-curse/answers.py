"""Answers to winners-curse: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def expected_max(k):
    x = np.linspace(-8, 8, 1601)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    below = np.array([(1 + math.erf(each / math.sqrt(2))) / 2 for each in x])
    return float((x * k * density * below ** (k - 1)).sum() * (x[1] - x[0]))


@reference
def winners_curse(k, error, spread):
    variance = error**2 + spread**2
    height = math.sqrt(variance) * expected_max(k)
    return height * error**2 / variance, height * spread**2 / variance


@right("the mean from the distribution function alone")
def expected_max(k):
    x = np.linspace(-9, 9, 4001)
    below = np.array([0.5 + 0.5 * math.erf(each / 2**0.5) for each in x]) ** k
    step = x[1] - x[0]
    return step * ((1 - below[x > 0]).sum() - below[x < 0].sum()) + step * (0.5 - below[x == 0][0])


@right("by inverting the distribution of the largest")
def expected_max(k):
    x = np.linspace(-9, 9, 6001)
    below = np.array([0.5 + 0.5 * math.erf(each / 2**0.5) for each in x]) ** k
    return float((np.diff(below) * (x[1:] + x[:-1]) / 2).sum())


@right("a weight for each part")
def winners_curse(k, error, spread):
    best = expected_max(k)
    width = math.hypot(error, spread)
    return [best * part * (part / width) for part in (error, spread)]


def largest(k, power=-1, times=True):
    x = np.linspace(-9, 9, 4001)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    below = np.array([0.5 + 0.5 * math.erf(each / 2**0.5) for each in x])
    return float((x * (k if times else 1) * density * below ** (k + power)).sum() * (x[1] - x[0]))


@wrong("k-factors")
def expected_max(k):
    return largest(k, power=0)


@wrong("no-k")
def expected_max(k):
    return largest(k, times=False)


@wrong("smallest")
def expected_max(k):
    x = np.linspace(-9, 9, 4001)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    above = np.array([0.5 - 0.5 * math.erf(each / 2**0.5) for each in x])
    return float((x * k * density * above ** (k - 1)).sum() * (x[1] - x[0]))


@wrong("asymptote")
def expected_max(k):
    return math.sqrt(2 * math.log(k))


@wrong("quantile")
def expected_max(k):
    from statistics import NormalDist

    return NormalDist().inv_cdf(k / (k + 1))


@wrong("largest")
def expected_max(k):
    return np.random.default_rng(0).normal(size=(100, k)).max(1).mean() + 0.05


@wrong("swapped")
def winners_curse(k, error, spread):
    variance = error**2 + spread**2
    height = math.sqrt(variance) * expected_max(k)
    return height * spread**2 / variance, height * error**2 / variance


@wrong("sums")
def winners_curse(k, error, spread):
    return error * expected_max(k), spread * expected_max(k)


@wrong("sums")
def winners_curse(k, error, spread):
    return error * expected_max(k), 0.0


@wrong("over-the-mean")
def winners_curse(k, error, spread):
    height = math.hypot(error, spread) * expected_max(k)
    return height, height * spread**2 / (error**2 + spread**2)


@wrong("plain-share")
def winners_curse(k, error, spread):
    height = math.hypot(error, spread) * expected_max(k)
    return height * error / (error + spread), height * spread / (error + spread)


@wrong("variance")
def winners_curse(k, error, spread):
    return error**2 * expected_max(k), spread**2 * expected_max(k)


@wrong("added")
def winners_curse(k, error, spread):
    height, variance = (error + spread) * expected_max(k), error**2 + spread**2
    return height * error**2 / variance, height * spread**2 / variance


@wrong("parts")
def winners_curse(k, error, spread):
    height = math.hypot(error, spread) * expected_max(k)
    return 0.5 * height, 0.5 * height


@wrong("raised")
def winners_curse(k, error, spread):
    ratio = (spread / error) ** 2
    height = math.hypot(error, spread) * expected_max(k)
    return height / (1 + ratio), height * ratio / (1 + ratio)


@wrong("parts")
def winners_curse(k, error, spread):
    if error == 0:
        return 0.0, 0.0
    height, variance = math.hypot(error, spread) * expected_max(k), error**2 + spread**2
    return height * error**2 / variance, height * spread**2 / variance


@wrong("largest")
def expected_max(k):
    x = np.linspace(-4.5, 4.5, 1601)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    below = np.array([(1 + math.erf(each / math.sqrt(2))) / 2 for each in x])
    return float((x * k * density * below ** (k - 1)).sum() * (x[1] - x[0]))
