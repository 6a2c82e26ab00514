"""Checks `pass_at_k(n, c, k)` against exact fractions of binomial coefficients."""

import math
from fractions import Fraction

from struggle.compare import Mistake, explain, number, short
from struggle.verdict import Cases, NotYet

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for n, c, k in _samples(rng):
        with cases:
            got = _value(submission.call("pass_at_k", n, c, k), n)
            want = float(1 - _misses(n, c, k))
            if not math.isclose(got, want, rel_tol=TOLERANCE, abs_tol=1e-12):
                case = f"n = {n}, c = {c}, k = {k}; you returned {short(got)}"
                raise explain(got, MISTAKES, (n, c, k), case, TOLERANCE)
    with cases:
        _refused(submission, 8, 3, 8 + int(rng.integers(1, 5)))
    return cases.verdict("Every subset of k samples has been counted, and none was drawn twice.")


def _samples(rng):
    """Usual cases, the edges, and one whose coefficients overflow a float."""
    n = int(rng.integers(12, 20))
    usual = [(n, int(rng.integers(3, 6)), int(rng.integers(3, 6))), (200, 6, 20)]
    edges = [(n, 4, 1), (n, n - 3, 5), (n, 0, 4), (n, n, n)]
    return [*usual, *edges, (4000, int(rng.integers(2, 5)), 1000)]


def _misses(n, c, k):
    """The chance that k of n samples, c of them right, are all failures."""
    return Fraction(math.comb(n - c, k), math.comb(n, k))


def _value(value, n):
    try:
        return number(value, "pass_at_k")
    except NotYet as failure:
        if failure.id == "not-finite" and n > 1000:
            raise OVERFLOW.failure(f"n = {n}; you returned {short(float(value))}") from None
        raise


def _refused(submission, n, c, k):
    """Require a ValueError with a message, since no k samples can be taken out of fewer."""
    case = f"n = {n}, c = {c}, k = {k}"
    try:
        value = submission.call("pass_at_k", n, c, k)
    except NotYet as failure:
        if failure.id != "raised":
            raise
        raised, _, text = failure.cause.partition(" raised ")[2].partition(": ")
        if not raised.startswith("ValueError"):
            raise NOT_REFUSED.failure(case) from None
        if not text:
            raise SILENT.failure(case) from None
    else:
        number(value, "pass_at_k")
        raise NOT_REFUSED.failure(f"{case}; you returned {short(float(value))}")


OVERFLOW = Mistake(
    "overflow",
    "The binomial coefficients overflow where n is large, and infinity by infinity is nan.",
    "Cancel before you multiply: their quotient is a product of k, or of c, factors below one.",
)
NOT_REFUSED = Mistake(
    "not-refused",
    "Nobody can take more samples than there are, and no ValueError says so.",
    "Raise a ValueError with a message when k is larger than n.",
)
SILENT = Mistake(
    "silent",
    "The ValueError for k above n comes without a message.",
    "Say what was given and what to do, for instance to draw at least k samples.",
)
MISTAKES = [
    Mistake(
        "edge",
        "There are fewer than k failures here, so every choice of k samples holds a success.",
        "Return one where n - c is below k.",
        lambda n, c, k: [0.0] if n - c < k else [],
    ),
    Mistake(
        "biased",
        "You estimated the success rate as c / n and let k tries draw from it, which comes out too "
        "low on average.",
        "Draw the k samples out of the n that you have, without putting any back.",
        lambda n, c, k: [1 - (1 - c / n) ** k],
    ),
    Mistake(
        "failures",
        "This is the chance that all k samples fail.",
        "Subtract it from one.",
        lambda n, c, k: [float(_misses(n, c, k))],
    ),
    Mistake(
        "all-right",
        "This is the chance that all k samples are right.",
        "One success is enough: start from the chance that none is.",
        lambda n, c, k: [float(_misses(n, n - c, k))],
    ),
    Mistake(
        "k-ignored",
        "This is the share of right samples, whatever k is.",
        "With more tries, the chance that one of them succeeds grows.",
        lambda n, c, k: [c / n],
    ),
    Mistake(
        "linear",
        "You multiplied the success rate by the number of tries, which counts samples twice when "
        "several of them succeed.",
        "Count the subsets in which none succeeds.",
        lambda n, c, k: [k * c / n, min(1.0, k * c / n)],
    ),
    Mistake(
        "value",
        "This is not the share of k-subsets with at least one success.",
        "List all subsets for n = 4, c = 1, k = 2 and count.",
    ),
]
