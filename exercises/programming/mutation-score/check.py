"""Checks four readings of a matrix of tests and mutants on random matrices with traps in them."""

import itertools

import numpy as np

from struggle.compare import Mistake, close, explain, number, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6  # rows, columns and counts are whole


def check(submission, rng):
    cases = Cases()
    for _ in range(3):
        kills, equivalent = _suite(rng)
        with cases:
            _score(submission, kills, equivalent)
        with cases:
            _live(submission, kills, equivalent)
        with cases:
            _droppable(submission, kills)
        with cases:
            _smallest(submission, kills)
    return cases.verdict("The score, what is behind it, and what it would take to keep it.")


def _suite(rng):
    """Six or seven tests and a dozen mutants on which no mistake gives a right answer.

    In it are a test that kills nothing, one that repeats another, and three of which greed takes one
    too many; among the mutants are equivalent ones and ones that live.
    """
    while True:
        kills = np.zeros((6, 12), int)
        kills[0, :4] = 1  # greed begins here
        kills[1, [0, 1, 4]] = 1
        kills[2, [2, 3, 5]] = 1
        kills[3, [0, 1, 4]] = 1  # repeats the second
        kills[4, rng.choice([6, 7], 1)] = 1
        kills[5, rng.choice([6, 7], int(rng.integers(0, 2)), replace=False)] = 1
        if rng.random() < 0.5:
            kills = np.vstack([kills, np.zeros((1, 12), int)])
        kills = kills[rng.permutation(len(kills))][:, rng.permutation(12)]
        alive = np.flatnonzero(kills.sum(0) == 0)
        if len(alive) >= 4:
            equivalent = sorted(rng.choice(alive, 2, replace=False).tolist())
            values = [m.values(kills, equivalent) for m in SCORES[:-1]]
            right = _share(kills, equivalent)
            if not any(close(v, right, TOLERANCE) for each in values for v in each):
                if _greedy(kills) > _least(kills):
                    return kills, equivalent


def _share(kills, equivalent):
    dead = kills.any(0)
    return dead.sum() / (kills.shape[1] - len(equivalent))


def _score(submission, kills, equivalent):
    got = number(submission.call("score", kills, equivalent), "score")
    if not close(got, _share(kills, equivalent), TOLERANCE):
        case = f"{_shown(kills)}, equivalent {equivalent}; you returned {short(got)}"
        raise explain(got, SCORES, (kills, equivalent), case, TOLERANCE)


def _live(submission, kills, equivalent):
    got = table(submission.call("live", kills, equivalent), "live", (None,))
    want = [c for c in np.flatnonzero(~kills.any(0)) if c not in equivalent]
    if not close(got, want, TOLERANCE):
        case = f"{_shown(kills)}, equivalent {equivalent}; you returned {short(got)}"
        raise explain(got, LIVES, (kills, equivalent), case, TOLERANCE)


def _needed(kills):
    return kills[:, kills.sum(0) == 1].any(1)


def _droppable(submission, kills):
    got = table(submission.call("droppable", kills), "droppable", (None,))
    if not close(got, np.flatnonzero(~_needed(kills)), TOLERANCE):
        case = f"{_shown(kills)}; you returned {short(got)}"
        raise explain(got, DROPS, (kills,), case, TOLERANCE)


def _least(kills):
    whole = kills.any(0)
    for size in range(len(kills) + 1):
        for rows in itertools.combinations(range(len(kills)), size):
            if (kills[list(rows)].any(0) == whole).all():
                return size
    raise AssertionError("the whole suite kills what it kills")


def _greedy(kills):
    left, taken = kills.copy(), 0
    while left.any():
        best = left.sum(1).argmax()
        left = left * (1 - left[best])
        taken += 1
    return taken


def _smallest(submission, kills):
    got = number(submission.call("smallest", kills), "smallest")
    if not close(got, _least(kills), TOLERANCE):
        case = f"{_shown(kills)}; you returned {short(got)}"
        raise explain(got, SETS, (kills,), case, TOLERANCE)


def _shown(kills):
    return "tests kill " + "; ".join(
        " ".join(map(str, np.flatnonzero(row))) or "none" for row in kills
    )


def _together(kills):
    """The tests that are left out when one after another is dropped."""
    kept, gone = list(range(len(kills))), []
    for row in range(len(kills)):
        rest = [r for r in kept if r != row]
        if (kills[rest].any(0) == kills.any(0)).all():
            kept, gone = rest, [*gone, row]
    return gone


def _repeated(kills):
    rows = [tuple(row) for row in kills]
    return [i for i, row in enumerate(rows) if rows.count(row) > 1 or not any(row)]


SCORES = [
    Mistake(
        "equivalent-counted",
        "Equivalent mutants stand in the denominator, though no test can kill them.",
        "Divide by the number of the other mutants.",
        lambda kills, equivalent: [kills.any(0).mean()],
    ),
    Mistake(
        "ones-counted",
        "This is a share of ones in the matrix; a mutant dies once, however many tests kill it.",
        "Ask of each column whether there is a one in it.",
        lambda kills, equivalent: [
            kills.mean(),
            np.delete(kills, equivalent, axis=1).mean(),
            kills.sum() / (kills.shape[1] - len(equivalent)),
        ],
    ),
    Mistake(
        "tests-counted",
        "This is the share of tests that kill something.",
        "The score is a share of mutants: look along the columns.",
        lambda kills, equivalent: [kills.any(1).mean()],
    ),
    Mistake(
        "score",
        "`score` is not the share of mutants killed, among those that can be.",
        "Count the columns with a one, and the columns that count.",
    ),
]
LIVES = [
    Mistake(
        "equivalent-live",
        "`live` names equivalent mutants; nothing would be learned by killing them.",
        "Leave their columns out.",
        lambda kills, equivalent: [np.flatnonzero(~kills.any(0))],
    ),
    Mistake(
        "renumbered",
        "The columns were counted after the equivalent ones had been taken out.",
        "Give their numbers in the whole matrix.",
        lambda kills, equivalent: [
            np.flatnonzero(~np.delete(kills, equivalent, axis=1).any(0)),
        ],
    ),
    Mistake(
        "live",
        "`live` is not the list of the columns without a one that are not equivalent.",
        "Add each column up.",
    ),
]
DROPS = [
    Mistake(
        "useless-only",
        "Only tests that kill nothing, or nothing of their own, were named; or only exact copies.",
        "A test can go if each mutant that it kills is also killed by some other.",
        lambda kills: [np.flatnonzero(~kills.any(1)), _repeated(kills)],
    ),
    Mistake(
        "dropped-together",
        "Tests were dropped one after another, so that a later one became needed.",
        "Ask of each test by itself, with all the others in place.",
        lambda kills: [_together(kills), _together(kills[::-1])],
    ),
    Mistake(
        "needed-named",
        "These are the tests that are needed.",
        "Name the others.",
        lambda kills: [np.flatnonzero(_needed(kills))],
    ),
    Mistake(
        "droppable",
        "`droppable` is not the list of tests without a mutant of their own.",
        "Look for the columns with exactly one one: whose are they?",
    ),
]
SETS = [
    Mistake(
        "greedy",
        "Taking the best test first took one too many.",
        "Try all sets of one test, then all of two, and so on; eight tests have few.",
        lambda kills: [_greedy(kills)],
    ),
    Mistake(
        "needed-counted",
        "These are the tests with a mutant of their own, or all tests less those that could go alone.",
        "Mutants that two tests share still need one of them.",
        lambda kills: [_needed(kills).sum()],
    ),
    Mistake(
        "smallest",
        "`smallest` is not the size of the smallest set that kills as much as the whole suite.",
        "Compare what a set kills with what the suite kills, not with all mutants.",
    ),
]
