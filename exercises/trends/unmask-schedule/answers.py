"""Answers to unmask-schedule: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import itertools

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def blanks_left(n, steps):
    return [n * (steps - step) // steps for step in range(1, steps + 1)]


@reference
def kept(log_p, blank, left):
    scores = np.where(blank, log_p, -np.inf)
    ranks = (-scores).argsort(axis=1).argsort(axis=1)  # zero is the surest
    n_kept = blank.sum(axis=1) - left
    return ranks < n_kept[:, None]


@right("one text at a time, its blanks sorted by hand")
def kept(log_p, blank, left):
    choice = np.zeros(blank.shape, bool)
    for text in range(len(blank)):
        surest_last = sorted(np.flatnonzero(blank[text]), key=lambda place: log_p[text][place])
        choice[text, surest_last[left[text] :]] = True
    return choice


@right("a threshold for each text: the surest of what stays blank")
def kept(log_p, blank, left):
    scores = np.where(blank, log_p, np.inf)
    ascending = np.pad(np.sort(scores, axis=1), ((0, 0), (1, 0)), constant_values=-np.inf)
    threshold = np.take_along_axis(ascending, left[:, None], axis=1)
    return (blank & (log_p > threshold)).tolist()


@right("NumPy's division of whole numbers, counted down")
def blanks_left(n, steps):
    return n * np.arange(steps - 1, -1, -1) // steps


@wrong("blanks-remain")
def blanks_left(n, steps):
    return [n - step * (n // steps) for step in range(1, steps + 1)]


@wrong("too-early")
def blanks_left(n, steps):
    each = -(-n // steps)
    return [max(0, n - step * each) for step in range(1, steps + 1)]


@wrong("one-late")
def blanks_left(n, steps):
    return [n * (steps - step) // steps for step in range(steps)]


@wrong("filled")
def blanks_left(n, steps):
    left = [n * (steps - step) // steps for step in range(steps + 1)]
    return [before - after for before, after in itertools.pairwise(left)]


@wrong("filled")
def blanks_left(n, steps):
    return [n - n * (steps - step) // steps for step in range(1, steps + 1)]


@wrong("rounded")
def blanks_left(n, steps):
    return [round(n * (steps - step) / steps) for step in range(1, steps + 1)]


@wrong("rounded")
def blanks_left(n, steps):
    return [n * (steps - step) / steps for step in range(1, steps + 1)]


@wrong("left")
def blanks_left(n, steps):
    return [n // 2**step for step in range(1, steps)] + [0]


def _highest(scores, n):
    return (-scores).argsort(1).argsort(1) < np.reshape(n, (-1, 1))


@wrong("decided-before")
def kept(log_p, blank, left):
    return _highest(log_p, blank.sum(1) - left)


@wrong("decided-before")
def kept(log_p, blank, left):
    return _highest(log_p, blank.sum(1) - left) & blank


@wrong("decided-before")
def kept(log_p, blank, left):
    return _highest(log_p * blank, blank.sum(1) - left)


@wrong("least-sure")
def kept(log_p, blank, left):
    return _highest(np.where(blank, -log_p, -np.inf), blank.sum(1) - left)


@wrong("count")
def kept(log_p, blank, left):
    return _highest(np.where(blank, log_p, -np.inf), left)


@wrong("whole-batch")
def kept(log_p, blank, left):
    scores = np.where(blank, log_p, -np.inf)
    return _highest(scores.reshape(1, -1), blank.sum() - left.sum()).reshape(blank.shape)


@wrong("one-count")
def kept(log_p, blank, left):
    n_kept = (blank.sum(1) - left)[0]
    return _highest(np.where(blank, log_p, -np.inf), n_kept) & blank


@wrong("still-blank")
def kept(log_p, blank, left):
    return blank & ~_highest(np.where(blank, log_p, -np.inf), blank.sum(1) - left)


@wrong("filled-after")
def kept(log_p, blank, left):
    return ~blank | _highest(np.where(blank, log_p, -np.inf), blank.sum(1) - left)


@wrong("left-to-right")
def kept(log_p, blank, left):
    return blank & (blank.cumsum(1) <= (blank.sum(1) - left)[:, None])


@wrong("choice")
def kept(log_p, blank, left):
    order = np.where(blank, log_p, -np.inf).argsort(1)[:, ::-1]
    return order < (blank.sum(1) - left)[:, None]
