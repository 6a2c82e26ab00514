"""Checks `vote(p, k)` against a sum over every outcome of the ballots."""

import math
from itertools import combinations_with_replacement

import numpy as np

from struggle.compare import Mistake, close, explain, number, short
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for p, k in _questions(rng):
        with cases:
            got = number(submission.call("vote", p, k), "vote")
            if not close(got, _vote(p, k), TOLERANCE):
                case = f"p = {short(p)}, k = {k}; you returned {short(got)}"
                failure = explain(got, MISTAKES, (p, k), case, TOLERANCE)
                near = failure.id == "value" and close(got, _vote(p, k), 0.08)
                raise ESTIMATE.failure(case) if near else failure
    return cases.verdict("A vote makes the most frequent answer safe, right or not.")


def _questions(rng):
    """Leading, scattered and outvoted right answers; an even number of votes comes first."""
    lead = rng.uniform(0.35, 0.45)
    others = rng.dirichlet([20, 20, 20]) * (1 - lead)
    trailing = rng.uniform(0.15, 0.25)
    return [
        (np.array([lead, *others]), 4),
        (np.array([trailing, 0.6, 0.4 - trailing]), 7),
        (np.array([lead, 1 - lead]), 5),
        (np.array([0.25, 0.25, 0.5]), 6),
        (np.array([lead, *others]), 9),
        (np.array([trailing, 1 - trailing]), 1),
        (np.array([1.0, 0.0]), 3),
    ]


def _outcomes(p, k):
    """The chance of each set of counts, the number of its orders, and the counts."""
    for ballots in combinations_with_replacement(range(len(p)), k):
        counts = np.bincount(ballots, minlength=len(p))
        orders = math.factorial(k) / math.prod(math.factorial(count) for count in counts)
        yield float(np.prod(p**counts)), orders, counts


def _vote(p, k):
    return sum(one * orders * _share(counts) for one, orders, counts in _outcomes(p, k))


def _share(counts):
    first = counts == counts.max()
    return first[0] / first.sum()


def _tied(p, k, won):
    """As `_vote`, with all ties won or all lost."""
    total = 0.0
    for one, orders, counts in _outcomes(p, k):
        share = _share(counts)
        total += one * orders * (share if share in (0, 1) else won)
    return total


def _binomial(p, k, tie):
    """Right against all others together; `tie` is what half of the ballots are worth."""
    chances = [math.comb(k, c) * p[0] ** c * (1 - p[0]) ** (k - c) for c in range(k + 1)]
    return sum(x * (tie if 2 * c == k else 2 * c > k) for c, x in enumerate(chances))


ESTIMATE = Mistake(
    "estimate",
    "This is near the exact chance, but not equal to it.",
    "Sum over every set of counts instead of drawing some at random.",
)
MISTAKES = [
    Mistake(
        "lumped",
        "All other answers were counted as one, so that the right one needs half of the ballots.",
        "Let each rival count for itself: the right answer must only beat every one of them.",
        lambda p, k: [_binomial(p, k, tie) for tie in (0, 0.5, 1)],
    ),
    Mistake(
        "ties-won",
        "Where it shares the first place, the right answer is taken every time.",
        "Draw by lot: among t that share the first place it is taken with the chance 1 / t.",
        lambda p, k: [_tied(p, k, 1)],
    ),
    Mistake(
        "ties-lost",
        "Where it shares the first place, the right answer is never taken.",
        "Draw by lot: among t that share the first place it is taken with the chance 1 / t.",
        lambda p, k: [_tied(p, k, 0)],
    ),
    Mistake(
        "orders",
        "Each set of counts is weighed as if its ballots could come in one order only.",
        "Multiply by the number of orders, k! over the factorials of the counts.",
        lambda p, k: [sum(one * _share(counts) for one, _, counts in _outcomes(p, k))],
    ),
    Mistake(
        "best-of-k",
        "This is the chance that at least one of the k answers is right, which needs a verifier.",
        "In a vote the right answer has to come most often.",
        lambda p, k: [1 - (1 - p[0]) ** k],
    ),
    Mistake(
        "one-vote",
        "This is the chance that a single answer is right.",
        "Ask k times, and take the answer that came most often.",
        lambda p, k: [p[0]],
    ),
    Mistake(
        "limit",
        "This is what a vote without end would give.",
        "Sum over the outcomes of k votes, and let the less frequent answer win now and then.",
        lambda p, k: [float(p[0] >= p.max())],
    ),
    Mistake(
        "value",
        "This is not the chance that the right answer is taken.",
        "Write down all outcomes for two answers and three votes, and sum by hand.",
    ),
]
