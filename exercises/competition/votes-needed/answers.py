"""Answers to votes-needed: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math
from statistics import NormalDist

from struggle.answers import reference, right, wrong


@reference
def votes_needed(gap, level, power):
    p = 1 / (1 + 10 ** (-gap / 400))
    from_half = NormalDist().inv_cdf(1 - level / 2) * 0.5
    from_p = NormalDist().inv_cdf(power) * math.sqrt(p * (1 - p))
    return math.ceil(((from_half + from_p) / (p - 0.5)) ** 2)


@right("doubling, then halving the interval, on the power itself")
def votes_needed(gap, level, power):
    p = 1 / (1 + 10 ** (-abs(gap) / 400))

    def reached(n):
        threshold = 0.5 + NormalDist().inv_cdf(1 - level / 2) * 0.5 / math.sqrt(n)
        return NormalDist(p, math.sqrt(p * (1 - p) / n)).cdf(threshold) <= 1 - power

    high = 1
    while not reached(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


@right("in odds, with the hyperbolic tangent")
def votes_needed(gap, level, power):
    half = gap * math.log(10) / 800
    normal = NormalDist()
    total = -normal.inv_cdf(level / 2) + normal.inv_cdf(power) / math.cosh(half)
    return math.ceil((total / math.tanh(half)) ** 2)


def votes(gap, level, power, sides=2, sure=None, null=0.5, squared=2, up=math.ceil):
    p = 1 / (1 + 10 ** (-gap / 400))
    spread = math.sqrt(p * (1 - p))
    sure = NormalDist().inv_cdf(power) if sure is None else sure
    first = NormalDist().inv_cdf(1 - level / sides) * (null or spread)
    return up(abs((first + sure * spread) / (p - 0.5)) ** squared)


@wrong("one-sided")
def votes_needed(gap, level, power):
    return votes(gap, level, power, sides=1)


@wrong("no-power")
def votes_needed(gap, level, power):
    return votes(gap, level, power, sure=0)


@wrong("power-level")
def votes_needed(gap, level, power):
    return votes(gap, level, 1 - power)


@wrong("scale")
def votes_needed(gap, level, power):
    p = 1 / (1 + math.exp(-gap / 400))
    first = NormalDist().inv_cdf(1 - level / 2) * 0.5
    second = NormalDist().inv_cdf(power) * math.sqrt(p * (1 - p))
    return math.ceil(((first + second) / (p - 0.5)) ** 2)


@wrong("not-squared")
def votes_needed(gap, level, power):
    return votes(gap, level, power, squared=1)


@wrong("null-spread")
def votes_needed(gap, level, power):
    return votes(gap, level, power, null=None)


@wrong("gap-spread")
def votes_needed(gap, level, power):
    p = 1 / (1 + 10 ** (-gap / 400))
    z = NormalDist().inv_cdf(1 - level / 2) + NormalDist().inv_cdf(power)
    return math.ceil((0.5 * z / (p - 0.5)) ** 2)


@wrong("rounded")
def votes_needed(gap, level, power):
    return votes(gap, level, power, up=math.floor)


@wrong("rounded")
def votes_needed(gap, level, power):
    return votes(gap, level, power, up=float)


@wrong("sign")
def votes_needed(gap, level, power):
    p = 1 / (1 + 10 ** (-gap / 400))
    first = NormalDist().inv_cdf(1 - level / 2) * 0.5
    second = NormalDist().inv_cdf(power) * math.sqrt(p * (1 - p))
    return math.ceil(((first + second) / (p - 0.5)) ** 2) * (1 if gap > 0 else -1)


@wrong("votes")
def votes_needed(gap, level, power):
    return 2 * votes(gap, level, power)


@wrong("power-below-half")
def votes_needed(gap, level, power):
    return votes(gap, level, power, sure=abs(NormalDist().inv_cdf(1 - power)))


@wrong("power-below-half")
def votes_needed(gap, level, power):
    return votes(gap, level, power, sure=max(0, NormalDist().inv_cdf(power)))


@right("halving the interval, with both sides of the test")
def votes_needed(gap, level, power):
    p = 1 / (1 + 10 ** (-abs(gap) / 400))
    z = NormalDist().inv_cdf(1 - level / 2) / 2

    def found(n):
        share = NormalDist(p, math.sqrt(p * (1 - p) / n))
        return 1 - share.cdf(0.5 + z / math.sqrt(n)) + share.cdf(0.5 - z / math.sqrt(n))

    low, high = 0, 2**20
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if found(middle) >= power else (middle, high)
    return high
