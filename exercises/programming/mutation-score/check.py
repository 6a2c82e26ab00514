"""Checks four readings of a matrix of tests and mutants on random matrices with traps in them."""

import itertools

import numpy as np

from struggle.compare import Mistake, close, explain, number, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6  # rows, columns and counts are whole


def check(submission, rng):
    cases = Cases()
    for kills, equivalent in (_suite(rng, 2), _suite(rng, 3), _all_shared(rng), _idle(rng)):
        with cases:
            _score(submission, kills, equivalent)
        with cases:
            _live(submission, kills, equivalent)
        with cases:
            _droppable(submission, kills)
        with cases:
            _smallest(submission, kills)
    return cases.verdict("The score, what is behind it, and what it would take to keep it.")


def _suite(rng, count):
    """Six to eight tests, a dozen mutants and `count` equivalent ones; no mistake is right on it.

    In it are, among others, a test that kills nothing, one that repeats another, and three of which
    greed takes one too many; among the mutants are equivalent ones and ones that live.
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
        if count == 3:
            kills = np.vstack([kills, kills[2]])  # nobody needs the third any more
        kills = kills[rng.permutation(len(kills))][:, rng.permutation(12)]
        alive = np.flatnonzero(kills.sum(0) == 0)
        equivalent = rng.choice(alive, count, replace=False).tolist() if len(alive) > count else []
        if equivalent and all(c < 12 - i for i, c in enumerate(equivalent)):
            values = [m.values(kills, equivalent) for m in SCORES[:-1]]
            right = _share(kills, equivalent)
            if not any(close(v, right, TOLERANCE) for each in values for v in each):
                if _greedy(kills) > _least(kills):
                    return kills, equivalent


def _all_shared(rng):
    """Two tests that do, and three that do the rest once either is dropped; nothing equivalent."""
    kills = np.zeros((6, 16), int)
    kills[0, [0, 1, 2, 6, 7]] = 1
    for i in range(3):
        kills[1 + i, [i, 3 + i, 6, 7]] = 1
    kills[5, [3, 4, 5]] = 1
    kills[1:5] = rng.permutation(kills[1:5])
    return kills[:: rng.choice([-1, 1])][:, rng.permutation(16)], []


def _idle(rng):
    """Tests that kill nothing."""
    columns = int(rng.integers(5, 10))
    return np.zeros((3, columns), int), [int(rng.integers(columns))]


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


def _together(kills, order=None):
    """The tests that are left out when one after another is dropped, in their order or another."""
    kept, gone = list(range(len(kills))), []
    for row in range(len(kills)) if order is None else order:
        rest = [r for r in kept if r != row]
        if (kills[rest].any(0) == kills.any(0)).all():
            kept, gone = rest, [*gone, row]
    return gone


def _shifted(kills, equivalent):
    """The score where the equivalent columns are taken out one after another."""
    dead = kills.any(0).tolist()
    for column in equivalent:
        if column < len(dead):
            del dead[column]
    return [np.mean(dead)]


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
        "shifted",
        "After a column was taken out, the numbers of the others no longer fitted.",
        "Take all equivalent columns out at once.",
        _shifted,
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
        lambda kills: [
            _together(kills),
            sorted(_together(kills, range(len(kills))[::-1])),
        ],
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
        "one-by-one",
        "Dropping one test after another ended with a set that has none to spare, and is too large.",
        "Try all sets of one test, then all of two, and so on; eight tests have few.",
        lambda kills: [
            len(kills) - len(_together(kills, order))
            for order in (
                range(len(kills)),
                range(len(kills))[::-1],
                kills.sum(1).argsort(kind="stable"),
                (-kills.sum(1)).argsort(kind="stable"),
            )
        ],
    ),
    Mistake(
        "empty-set",
        "No test kills anything here, and the set without any test does as much.",
        "Begin the search with sets of no test.",
        lambda kills: [] if kills.any() else [1],
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
