"""Answers to tasks-needed: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math
from statistics import NormalDist

from struggle.answers import reference, right, wrong


@reference
def tasks_needed(percent, noise, spread, developers, power):
    quantiles = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(power)
    error = math.log1p(percent / 100) / quantiles
    left = developers * error**2 - spread**2
    return 2 * math.ceil(2 * noise**2 / left) if left > 0 else math.inf


def success(percent, noise, spread, developers, tasks):
    error = math.sqrt((spread**2 + 2 * noise**2 / (tasks / 2)) / developers)
    return NormalDist().cdf(abs(math.log(1 + percent / 100)) / error - 1.96)


@right("one even number after another")
def tasks_needed(percent, noise, spread, developers, power):
    if success(percent, noise, spread, developers, 1e12) < power:
        return math.inf
    tasks = 2
    while success(percent, noise, spread, developers, tasks) < power:
        tasks += 2
    return tasks


@right("doubling, then halving the interval")
def tasks_needed(percent, noise, spread, developers, power):
    high = 1
    while success(percent, noise, spread, developers, 2 * high) < power:
        high *= 2
        if high > 1e15:
            return float("inf")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        enough = success(percent, noise, spread, developers, 2 * middle) >= power
        low, high = (low, middle) if enough else (middle, high)
    return 2 * high


def needed(percent, noise, spread, developers, power, tail=0.975, per_mean=2, up=math.ceil):
    quantiles = NormalDist().inv_cdf(tail) + NormalDist().inv_cdf(power)
    left = developers * (math.log1p(percent / 100) / quantiles) ** 2 - spread**2
    return 2 * up(per_mean * noise**2 / left) if left > 0 else math.inf


def finite(found, *plan):
    """`found`, where there is an answer at all."""
    return found if math.isfinite(needed(*plan)) else math.inf


@wrong("spread-shrinks")
def tasks_needed(percent, noise, spread, developers, power):
    plan = (percent, noise, spread, developers, power)
    return finite(needed(percent, math.hypot(noise, spread), 0, developers, power), *plan)


@wrong("spread-shrinks")
def tasks_needed(percent, noise, spread, developers, power):
    plan = (percent, noise, spread, developers, power)
    return finite(needed(percent, noise, 0, developers, power), *plan)


@wrong("all-tasks")
def tasks_needed(percent, noise, spread, developers, power):
    return needed(percent, noise, spread, developers, power, per_mean=1)


@wrong("no-power")
def tasks_needed(percent, noise, spread, developers, power):
    plan = (percent, noise, spread, developers, power)
    return finite(needed(percent, noise, spread, developers, 0.5), *plan)


@wrong("per-cent")
def tasks_needed(percent, noise, spread, developers, power):
    plan = (percent, noise, spread, developers, power)
    return finite(needed(100 * math.expm1(percent / 100), noise, spread, developers, power), *plan)


@wrong("one-sided")
def tasks_needed(percent, noise, spread, developers, power):
    plan = (percent, noise, spread, developers, power)
    return finite(needed(percent, noise, spread, developers, power, tail=0.95), *plan)


@wrong("rounded")
def tasks_needed(percent, noise, spread, developers, power):
    return needed(percent, noise, spread, developers, power, up=math.floor)


@wrong("rounded")
def tasks_needed(percent, noise, spread, developers, power):
    return needed(percent, noise, spread, developers, power, up=float)


@wrong("never")
def tasks_needed(percent, noise, spread, developers, power):
    found = needed(percent, noise, spread, developers, power)
    return found if math.isfinite(found) else 10**6


@wrong("value")
def tasks_needed(percent, noise, spread, developers, power):
    found = needed(percent, noise, spread, developers, power)
    return developers * found


@wrong("value")
def tasks_needed(percent, noise, spread, developers, power):
    return max(12, needed(percent, noise, spread, developers, power))


@wrong("value")
def tasks_needed(percent, noise, spread, developers, power):
    return needed(percent, noise, spread, developers, max(power, 0.65))
