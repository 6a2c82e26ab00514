"""Checks `mean_wait` against Pollaczek and Khinchine's formula for one and for several streams."""

import math

import numpy as np

from struggle.compare import Mistake, close, explain, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for streams, load in ((1, 0.5), (1, 0.9), (3, 0.8), (2, 1.2)):
        with cases:
            _wait(submission, *_streams(rng, streams, load))
    for variations in (rng.uniform((0.2, 1.3), (0.7, 3.0)), [0.0]):
        with cases:
            rates, means, _ = _streams(rng, len(variations), 0.7)
            _wait(submission, rates, means, np.array(variations))
    with cases:  # powers of two, so that the load is one exactly
        mean = 2.0 ** rng.integers(-2, 3)
        _wait(submission, np.array([1 / mean]), np.array([mean]), rng.uniform(1.3, 3.0, 1))
    return cases.verdict("Variety makes everybody wait, at the same load.")


def _streams(rng, n, load):
    """Rates, means and variations whose loads add up to about `load`."""
    means = rng.uniform(0.2, 3.0, n)
    shares = rng.dirichlet(np.full(n, 4.0))
    rates = load * rng.uniform(0.95, 1.05) * shares / means
    return rates, means, rng.uniform(1.3, 3.0, n)


def _wait(submission, *streams):
    got = float(table(submission.call("mean_wait", *streams), "mean_wait", ())[()])
    want = _exact(*streams)
    if got != want and (math.isinf(want) or not close(got, want, TOLERANCE)):
        names = ("rates", "means", "variations")
        shown = ", ".join(f"{n} {short(s)}" for n, s in zip(names, streams, strict=True))
        case = f"{shown}; you returned {short(np.float64(got))}"
        if math.isinf(want):
            raise NEVER.failure(case)
        raise explain(got, MISTAKES, streams, case, TOLERANCE)


def _exact(rates, means, variations, square=lambda c: 1 + c**2, half=2, total=np.sum):
    load = total(rates * means)
    rest = np.sum(rates * means**2 * square(variations)) / half
    return rest / (1 - load) if load < 1 else math.inf


def _with(**change):
    return lambda *streams: [_exact(*streams, **change)]


NEVER = Mistake(
    "never",
    "More work comes in than one desk can do, and the queue has no mean wait.",
    "Return `np.inf` where the load is one or more.",
)
MISTAKES = [
    Mistake(
        "exponential",
        "You treat all reviews as exponential, whatever their variation.",
        "Use the given variations for the mean of the square.",
        _with(square=lambda c: 2),
    ),
    Mistake(
        "variance-only",
        "You put the variance where the mean of the square belongs.",
        "The mean of the square is the variance plus the square of the mean.",
        _with(square=lambda c: c**2),
    ),
    Mistake(
        "not-squared",
        "You added the variation itself; the variance has its square.",
        "Square the variation before you add it to one.",
        _with(square=lambda c: 1 + c),
    ),
    Mistake(
        "whole",
        "You count the whole review under way; on average half of it is already over.",
        "Halve the rest.",
        _with(half=1),
    ),
    Mistake(
        "own-review",
        "You added a review's own length; the wait ends where it begins.",
        "Return the rest over one minus the load, and nothing more.",
        lambda rates, means, variations: [
            _exact(rates, means, variations) + np.sum(rates * means) / np.sum(rates)
        ],
    ),
    Mistake(
        "steadier",
        "A variation below one was not used; such reviews vary less than exponential ones.",
        "Use every variation as it is given, and zero too.",
        lambda rates, means, variations: [_exact(rates, means, np.maximum(variations, 1))],
    ),
    Mistake(
        "mean-load",
        "You average the loads of the streams; one desk has to bear them all.",
        "Add the loads up.",
        _with(total=np.mean),
    ),
    Mistake(
        "wait",
        "The mean wait is not the rest over one minus the load.",
        "Compute both by hand for one stream and compare.",
    ),
]
