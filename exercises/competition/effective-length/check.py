"""Checks `lower_bound` and `effective_length` on tables where the plausible mistakes differ."""

import math

import numpy as np

from struggle.compare import Mistake, close, explain, number, short
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for right, asked in _counts(rng):
        with cases:
            got = number(submission.call("lower_bound", right, asked), "lower_bound")
            if not close(got, _lower(right, asked), TOLERANCE):
                case = f"{right} of {asked}; you returned {short(got)}"
                raise explain(got, BOUNDS, (right, asked), case, TOLERANCE)
    for kind in ("dip", "dip", "steady", "few", "none", "all"):
        with cases:
            problem = _problem(rng, kind)
            got = _length(submission, problem)
            if got != _effective(*problem):
                case = f"{_shown(*problem)}; you returned {short(got)}"
                raise explain(got, LENGTHS, problem, case, TOLERANCE)
    return cases.verdict("This length is what the table supports, and no more.")


def _length(submission, problem):
    value = submission.call("effective_length", *problem)
    if value is None:
        raise NOTHING.failure(_shown(*problem))
    return number(value, "effective_length")


def _counts(rng):
    asked = int(rng.integers(20, 90))
    inside = int(asked * rng.uniform(0.55, 0.85))
    return [(inside, asked), (10, 10), (int(rng.integers(2, 5)), 12), (0, 15)]


def _problem(rng, kind):
    """A table in which the score falls below the threshold, drawn until every mistake shows itself."""
    while True:
        lengths = np.sort(rng.choice(np.arange(1, 60), 7, replace=False)) * 1000
        asked = rng.integers(20, 200, 7)
        threshold = float(rng.uniform(*((0.735, 0.775) if kind == "few" else (0.6, 0.85))))
        shares = threshold + np.array([0.13, 0.12, 0.03, 0.1, -0.1, -0.15, -0.2])
        if kind == "dip":  # passes again behind the first failure
            shares[5] = threshold + 0.14
        if kind == "none":
            shares[0] = threshold - 0.1
        if kind == "few":  # a longer row of safe lengths behind the failure
            shares[2:6] = threshold + np.array([0.14, 0.14, 0.03, 0.14])
        right = rng.binomial(asked, np.clip(shares, 0, 0.99))
        if kind == "few":  # all right, and yet too few for Wilson, though not for other bounds
            asked[1] = right[1] = 10
        order = rng.permutation(7)
        if kind == "all":
            order = rng.permutation(int(rng.integers(2, 5)))
        problem = (lengths[order], right[order], asked[order], threshold)
        wanted = _effective(*problem)
        if (wanted == 0) != (kind == "none") or _margin(*problem) < 1e-3:
            continue
        passing = [passes for _, passes in _passing(*problem)]
        again = passing.index(False) + 1 if False in passing else 0
        if (kind == "all") != all(passing) or (kind in ("few", "dip") and not passing[again]):
            continue
        if kind == "few" and passing[:4] != [True, False, True, True]:
            continue
        shown = SHOWN[kind]
        values = [int(v) for each in shown for v in each.values(*problem)]
        if len({wanted, *values}) == 1 + len(shown):  # no two agree
            return problem


def _margin(lengths, right, asked, threshold):
    """How near a bound or a share comes to the threshold, so that rounding decides nothing."""
    bounds = [_lower(r, n) for r, n in zip(right, asked, strict=True)]
    return min(np.abs(np.array(bounds) - threshold).min(), np.abs(right / asked - threshold).min())


def _lower(right, asked, z=1.96):
    p, s = right / asked, z * z / asked
    return (p + s / 2 - z * math.sqrt(p * (1 - p) / asked + s / asked / 4)) / (1 + s)


def _upper(right, asked):
    return 1 - _lower(asked - right, asked)


def _wald(right, asked):
    p = right / asked
    return p - 1.96 * math.sqrt(p * (1 - p) / asked)


def _whole(right, asked):
    """The centre minus the half-width, not divided."""
    return _lower(right, asked) * (1 + 1.96**2 / asked)


def _uncentred(right, asked):
    """The centre left at the share that was seen."""
    return _lower(right, asked) - 1.96**2 / 2 / asked / (1 + 1.96**2 / asked)


def _passing(lengths, right, asked, threshold, bound=_lower, ordered=True):
    """Lengths and whether each passes, by length unless told otherwise."""
    order = np.argsort(lengths) if ordered else np.arange(len(lengths))
    return [(int(lengths[i]), bound(right[i], asked[i]) > threshold) for i in order]


def _effective(*problem, **change):
    longest = 0
    for length, passes in _passing(*problem, **change):
        if not passes:
            break
        longest = length
    return longest


def _any(*problem):
    return [max((length for length, passes in _passing(*problem) if passes), default=0)]


def _failing(*problem):
    return [next((length for length, passes in _passing(*problem) if not passes), 0)]


def _shown(lengths, right, asked, threshold):
    order = np.argsort(lengths)
    rows = ", ".join(f"{right[i]} of {asked[i]} at {lengths[i]}" for i in order)
    return f"{rows}, given in another order; threshold {short(threshold)}"


BOUNDS = [
    Mistake(
        "wald",
        "This is the normal interval around the share that was seen, which has no width at 0 and 1.",
        "Use Wilson's formula: its centre moves towards one half.",
        lambda right, asked: [_wald(right, asked)],
    ),
    Mistake(
        "upper",
        "This is where the interval ends.",
        "Subtract the half-width instead of adding it.",
        lambda right, asked: [_upper(right, asked)],
    ),
    Mistake(
        "z",
        "Another z than 1.96 was used: 1.645 leaves five per cent on one side, 2.576 belongs to 99 %.",
        "Put z = 1.96 into the formula.",
        lambda right, asked: [_lower(right, asked, z) for z in (1.645, 1.64, 2.576, 2.58, 1.0)],
    ),
    Mistake(
        "not-divided",
        "The difference has not been divided by 1 + z²/n.",
        "Divide centre and half-width by the same number.",
        lambda right, asked: [_whole(right, asked)],
    ),
    Mistake(
        "uncentred",
        "The centre is the share that was seen, without z²/2n.",
        "Add z²/2n to the share before you subtract.",
        lambda right, asked: [_uncentred(right, asked)],
    ),
    Mistake(
        "share",
        "This is the share that was seen.",
        "The true share may be lower: return where the interval begins.",
        lambda right, asked: [right / asked],
    ),
    Mistake(
        "bound",
        "`lower_bound` is not where Wilson's interval begins.",
        "Compute 9 of 10 by hand: the centre, the half-width and the divisor.",
    ),
]
NOTHING = Mistake(
    "nothing",
    "`effective_length` returned nothing for this table.",
    "Return a length also where every one passes, and 0 where even the shortest fails.",
)
LENGTHS = [
    Mistake(
        "none-passes",
        "The shortest length fails, so no length is safe.",
        "Begin with the answer 0, and move it along only where a length passes.",
        lambda lengths, *rest: [lengths.min()] if not _effective(lengths, *rest) else [],
    ),
    Mistake(
        "all-pass",
        "Every length passes here, so the longest one is safe.",
        "Do not wait for a failure: it may never come.",
        lambda lengths, *rest: [0] if _effective(lengths, *rest) == lengths.max() else [],
    ),
    Mistake(
        "point",
        "A length counts whose share lies above the threshold and whose lower bound does not.",
        "Compare the lower bound with the threshold.",
        lambda *p: [_effective(*p, bound=lambda right, asked: right / asked)],
    ),
    Mistake(
        "other-bound",
        "`effective_length` compares another bound than Wilson's with the threshold.",
        "Call `lower_bound`: with few questions the normal interval is too sure of itself.",
        lambda *p: [_effective(*p, bound=_wald)],
    ),
    Mistake(
        "any-later",
        "This length passes, but a shorter one fails.",
        "Stop at the first length that fails.",
        _any,
    ),
    Mistake(
        "first-failure",
        "This is the first length that fails.",
        "Return the one before it.",
        _failing,
    ),
    Mistake(
        "unsorted",
        "The table was read in the order in which it was given.",
        "Sort the lengths, and the counts with them.",
        lambda *p: [_effective(*p, ordered=False)],
    ),
    Mistake(
        "length",
        "This is not the end of the unbroken row of safe lengths.",
        "Write down bound and threshold for every length, in order.",
    ),
]
# Which mistakes a kind of table tells apart, by their place above.
SHOWN = {
    "few": LENGTHS[2:4],
    "dip": [LENGTHS[2], *LENGTHS[4:-1]],
    "steady": LENGTHS[2:3],
    "none": LENGTHS[:1],
    "all": LENGTHS[1:2],
}
