"""Answers to mutation-score: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import itertools

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def score(kills, equivalent):
    possible = kills.shape[1] - len(equivalent)
    return kills.any(axis=0).sum() / possible


@reference
def live(kills, equivalent):
    return [column for column in np.flatnonzero(~kills.any(axis=0)) if column not in equivalent]


@reference
def droppable(kills):
    alone = kills[:, kills.sum(axis=0) == 1]
    return np.flatnonzero(~alone.any(axis=1))


@reference
def smallest(kills):
    whole, size = kills.any(axis=0), 0
    while not any(
        np.array_equal(kills[list(rows)].any(axis=0), whole)
        for rows in itertools.combinations(range(len(kills)), size)
    ):
        size += 1
    return size


@right("sets of columns")
def score(kills, equivalent):
    dead = set().union(*(set(np.flatnonzero(row)) for row in kills))
    return len(dead) / len(set(range(kills.shape[1])) - set(equivalent))


@right("a mask")
def live(kills, equivalent):
    counts = np.ones(kills.shape[1], bool)
    counts[equivalent] = False
    return np.where(counts & (kills.sum(axis=0) == 0))[0]


@right("each test against all the others")
def droppable(kills):
    rows = range(len(kills))
    return [i for i in rows if not (kills[i] > np.delete(kills, i, axis=0).max(axis=0)).any()]


@right("all sets as the bits of a number")
def smallest(kills):
    n, whole = len(kills), kills.any(axis=0)
    sets = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    enough = ((sets @ kills > 0) == whole).all(axis=1)
    return sets[enough].sum(axis=1).min()


@wrong("equivalent-counted")
def score(kills, equivalent):
    return kills.any(axis=0).mean()


@wrong("ones-counted")
def score(kills, equivalent):
    return np.delete(kills, equivalent, axis=1).mean()


@wrong("tests-counted")
def score(kills, equivalent):
    return kills.any(axis=1).mean()


@wrong("score")
def score(kills, equivalent):
    return 1 - kills.any(axis=0).sum() / (kills.shape[1] - len(equivalent))


@wrong("equivalent-live")
def live(kills, equivalent):
    return np.flatnonzero(kills.sum(axis=0) == 0)


@wrong("renumbered")
def live(kills, equivalent):
    return np.flatnonzero(np.delete(kills, equivalent, axis=1).sum(axis=0) == 0)


@wrong("live")
def live(kills, equivalent):
    return np.flatnonzero(kills.any(axis=0))


@wrong("useless-only")
def droppable(kills):
    return np.flatnonzero(~kills.any(axis=1))


@wrong("dropped-together")
def droppable(kills):
    kept, gone = list(range(len(kills))), []
    for row in range(len(kills)):
        rest = [other for other in kept if other != row]
        if np.array_equal(kills[rest].any(axis=0), kills.any(axis=0)):
            kept, gone = rest, [*gone, row]
    return gone


@wrong("needed-named")
def droppable(kills):
    return np.flatnonzero(kills[:, kills.sum(axis=0) == 1].any(axis=1))


@wrong("greedy")
def smallest(kills):
    left, taken = kills.copy(), 0
    while left.any():
        best = left.sum(axis=1).argmax()
        left[:, left[best] == 1] = 0
        taken += 1
    return taken


@wrong("needed-counted")
def smallest(kills):
    return kills[:, kills.sum(axis=0) == 1].any(axis=1).sum()


@wrong("smallest")
def smallest(kills):
    return kills.any(axis=1).sum()


@wrong("score")
def score(kills, equivalent):
    return kills.any(axis=0).sum() / (kills.shape[1] - 2)


@wrong("useless-only")
def droppable(kills):
    rows = range(len(kills))
    return [i for i in rows if any(j != i and (kills[i] <= kills[j]).all() for j in rows)]


@wrong("dropped-together")
def droppable(kills):
    kept = list(range(len(kills)))
    for row in reversed(range(len(kills))):
        rest = [other for other in kept if other != row]
        if np.array_equal(kills[rest].any(axis=0), kills.any(axis=0)):
            kept = rest
    return [row for row in range(len(kills)) if row not in kept]


def pruned(kills, order):
    kept = list(range(len(kills)))
    for row in order:
        rest = [other for other in kept if other != row]
        if np.array_equal(kills[rest].any(axis=0), kills.any(axis=0)):
            kept = rest
    return len(kept)


@wrong("one-by-one")
def smallest(kills):
    return pruned(kills, range(len(kills)))


@wrong("one-by-one")
def smallest(kills):
    return pruned(kills, kills.sum(axis=1).argsort())


@wrong("greedy")
def smallest(kills):
    needed = kills[:, kills.sum(axis=0) == 1].any(axis=1)
    left, taken = kills * ~kills[needed].any(axis=0), needed.sum()
    while left.any():
        best = left.sum(axis=1).argmax()
        left = left * (1 - left[best])
        taken += 1
    return taken


@wrong("empty-set")
def smallest(kills):
    for size in range(1, len(kills) + 1):
        for rows in itertools.combinations(range(len(kills)), size):
            if np.array_equal(kills[list(rows)].any(axis=0), kills.any(axis=0)):
                return size
    return None


@wrong("shifted")
def score(kills, equivalent):
    for column in equivalent:
        if column < kills.shape[1]:
            kills = np.delete(kills, column, axis=1)
    return kills.any(axis=0).mean()
