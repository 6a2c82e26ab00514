"""Answers to waiting-line: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def waits(arrived, lengths):
    wait = np.zeros(len(arrived))
    for i in range(1, len(arrived)):
        gap = arrived[i] - arrived[i - 1]
        wait[i] = max(0.0, wait[i - 1] + lengths[i - 1] - gap)
    return wait


@right("a random walk above its lowest point so far")
def waits(arrived, lengths):
    walk = np.concatenate([[0.0], np.cumsum(lengths[:-1] - np.diff(arrived))])
    return walk - np.minimum.accumulate(walk)


@right("by the time at which the desk is free")
def waits(arrived, lengths):
    free, found = -np.inf, []
    for time, length in zip(arrived, lengths, strict=True):
        begun = max(free, time)
        found.append(begun - time)
        free = begun + length
    return found


def recursion(arrived, lengths, own=False, floor=True, reset=False):
    wait = np.zeros(len(arrived))
    for i in range(1, len(arrived)):
        length = lengths[i] if own else lengths[i - 1]
        before = 0.0 if reset else wait[i - 1]
        wait[i] = before + length - (arrived[i] - arrived[i - 1])
        wait[i] = max(0.0, wait[i]) if floor else wait[i]
    return wait


@wrong("never-idle")
def waits(arrived, lengths):
    return recursion(arrived, lengths, floor=False)


@wrong("idle-saved")
def waits(arrived, lengths):
    return np.maximum(recursion(arrived, lengths, floor=False), 0)


@wrong("own-review")
def waits(arrived, lengths):
    return recursion(arrived, lengths, own=True)


@wrong("one-before")
def waits(arrived, lengths):
    return recursion(arrived, lengths, reset=True)


@wrong("until-the-end")
def waits(arrived, lengths):
    return recursion(arrived, lengths) + lengths


@wrong("times")
def waits(arrived, lengths):
    return recursion(arrived, lengths) + arrived


@wrong("never-idle")
def waits(arrived, lengths):
    return arrived[0] + np.concatenate([[0.0], np.cumsum(lengths[:-1])]) - arrived


@wrong("waits")
def waits(arrived, lengths):
    return 2 * recursion(arrived, lengths)


@wrong("cut")
def waits(arrived, lengths):
    wait = np.zeros_like(arrived)
    for i in range(1, len(arrived)):
        gap = arrived[i] - arrived[i - 1]
        wait[i] = max(0, wait[i - 1] + lengths[i - 1] - gap)
    return wait


@wrong("together")
def waits(arrived, lengths):
    at = dict(zip(arrived.tolist(), recursion(arrived, lengths).tolist(), strict=True))
    return [at[time] for time in arrived.tolist()]


@wrong("together")
def waits(arrived, lengths):
    ends, found = [], []
    for time, length in zip(arrived, lengths, strict=True):
        before = [end for came, end in zip(arrived, ends, strict=False) if came < time]
        begun = max([time, *before])
        found.append(begun - time)
        ends.append(begun + length)
    return found
