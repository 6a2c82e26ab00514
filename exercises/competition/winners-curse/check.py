"""Checks `expected_max` and `winners_curse` against an integral and the normal regression line."""

import math

import numpy as np

from struggle.compare import Mistake, close, explain, number, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-3
GRID = np.linspace(-9, 9, 2001)
DENSITY = np.exp(-(GRID**2) / 2) / math.sqrt(2 * math.pi)
BELOW = np.array([0.5 * (1 + math.erf(x / math.sqrt(2))) for x in GRID])


def check(submission, rng):
    cases = Cases()
    for low, high in ((2, 7), (8, 40), (2000, 5000)):
        with cases:
            k = int(rng.integers(low, high))
            got = number(submission.call("expected_max", k), "expected_max")
            if not close(got, _max(k), TOLERANCE):
                raise explain(got, LARGEST, (k,), f"k = {k}; you returned {short(got)}", TOLERANCE)
    for kind in ("both", "both", "no spread", "no error"):
        with cases:
            inputs = _inputs(rng, kind)
            got = numbers(submission.call("winners_curse", *inputs), "winners_curse", (2,))
            if not close(got, _pair(*inputs), TOLERANCE):
                case = "k = {}, error {:.3g}, spread {:.3g}".format(*inputs)
                raise explain(got, PARTS, inputs, f"{case}; you returned {short(got)}", TOLERANCE)
    return cases.verdict("More tries raise luck and truth in proportion.")


def _inputs(rng, kind):
    """Error and spread far enough from each other that no mistake gives the right pair."""
    error = float(rng.uniform(4, 12))
    ratio = rng.uniform(1.3, 2.5) ** rng.choice([-1, 1])
    spread = 0.0 if kind == "no spread" else float(error * ratio)
    return int(rng.integers(3, 30)), 0.0 if kind == "no error" else error, spread


def _max(k, power=-1, times=True):
    weight = (k if times else 1) * DENSITY * BELOW ** (k + power)
    return float((GRID * weight).sum() * (GRID[1] - GRID[0]))


def _pair(k, error, spread):
    height = math.hypot(error, spread) * _max(k)
    share = spread**2 / (error**2 + spread**2)
    return (1 - share) * height, share * height


def _quantile(q):
    return float(np.interp(q, BELOW, GRID))


def _only_luck(k, error, spread):
    m = _max(k)
    return [(error * m, 0.0), (error * m, spread * m)] if error else []


def _over_the_mean(k, error, spread):
    excess, gain = _pair(k, error, spread)
    return [(excess + gain, gain)] if error and spread else []


def _plain_share(k, error, spread):
    if not error or not spread:
        return []
    height, share = math.hypot(error, spread) * _max(k), spread / (error + spread)
    return [((1 - share) * height, share * height)]


def _not_rooted(k, error, spread):
    m = _max(k)
    return [(error**2 * m, spread**2 * m)]


def _added(k, error, spread):
    if not error or not spread:
        return []
    height, share = (error + spread) * _max(k), spread**2 / (error**2 + spread**2)
    return [((1 - share) * height, share * height), (error * _max(k), spread * _max(k))]


LARGEST = [
    Mistake(
        "k-factors",
        "The density has one factor Φ too many: raised to k, its sum over the grid is below one.",
        "Differentiate Φ to the power k: what is left is raised to k - 1.",
        lambda k: [_max(k, power=0)],
    ),
    Mistake(
        "no-k",
        "The density lacks the factor k, as any of the k numbers may be the largest.",
        "Differentiate Φ to the power k by the chain rule.",
        lambda k: [_max(k, times=False)],
    ),
    Mistake(
        "smallest",
        "This is the mean of the smallest number.",
        "The largest lies below x only if all k do.",
        lambda k: [-_max(k)],
    ),
    Mistake(
        "asymptote",
        "The root of 2 ln k is reached only for enormous k.",
        "Integrate x against the density of the largest number.",
        lambda k: [math.sqrt(2 * math.log(k))],
    ),
    Mistake(
        "quantile",
        "This is a quantile of the normal: near the mean of the largest, and not equal to it.",
        "Integrate x against the density of the largest number.",
        lambda k: [
            _quantile(q) for q in (1 - 1 / k, k / (k + 1), 0.5 ** (1 / k), (k - 0.375) / (k + 0.25))
        ],
    ),
    Mistake(
        "largest",
        "This is not the mean of the largest, or not exact to a thousandth.",
        "For two numbers it must be one over the root of π; draws alone are too rough.",
    ),
]
PARTS = [
    Mistake(
        "swapped",
        "The two parts stand in the other order.",
        "Return the excess first, then the gain.",
        lambda *inputs: [_pair(*inputs)[::-1]],
    ),
    Mistake(
        "sums",
        "Each part was computed as if the best were chosen by it alone.",
        "One variant wins, by the sum: its height comes first, then its two shares.",
        _only_luck,
    ),
    Mistake(
        "over-the-mean",
        "The excess is counted from the mean of all variants, and so holds the gain as well.",
        "Count it from the true rating of the variant that won.",
        _over_the_mean,
    ),
    Mistake(
        "plain-share",
        "The height is shared out by standard deviations.",
        "The slope of the truth on the score is a ratio of variances.",
        _plain_share,
    ),
    Mistake(
        "variance",
        "The height was multiplied by a variance in place of a standard deviation.",
        "Take the root of error² + spread².",
        _not_rooted,
    ),
    Mistake(
        "added",
        "The widths were added.",
        "Variances of independent numbers add up, standard deviations do not.",
        _added,
    ),
    Mistake(
        "parts",
        "These are not the expected luck and the expected truth of the best score.",
        "Check that they add up to the height of the best score, and try an error of zero.",
    ),
]
