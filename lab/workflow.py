"""Automating a chain of steps: how much faster it becomes, and how often nobody is needed."""

import math


def speed_up(share: float, factor: float, checking: float = 0.0) -> float:
    """How many times as fast a task becomes if `share` of its time is done `factor` times as fast.

    `checking` is the human time that the automated part still takes, as a share of what it took
    before.  Source: Amdahl 1967, with a term for the check.
    """
    return 1 / (1 - share + share * (1 / factor + checking))


def whole_tasks(share: float, steps: int, unevenness: float) -> float:
    """The share of tasks all of whose `steps` a machine can do, if it can do `share` of all steps.

    With `unevenness` 0 every task has the same chance of a good step, with 1 a task's steps are all
    good or all bad; between, a task's chance is drawn from a beta distribution in which two steps of
    one task are correlated by `unevenness` (the beta-binomial distribution).
    """
    if unevenness == 0:
        return share**steps
    if unevenness == 1:
        return share
    weight = 1 / unevenness - 1  # a + b of the beta distribution
    return math.prod((share * weight + i) / (weight + i) for i in range(steps))
