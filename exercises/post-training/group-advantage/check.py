"""Checks `advantages(rewards)` against the group's own mean and standard deviation."""

import numpy as np

from struggle.compare import Mistake, close, explain, short, table
from struggle.verdict import Cases

# Rewards are multiples of a quarter and groups that differ have a standard deviation above 0.1, so
# any epsilon up to 1e-6 stays within this, inside or outside the root.
TOLERANCE = 1e-4


def check(submission, rng):
    cases = Cases()
    for rewards in _batches(rng):
        with cases:
            got = table(submission.call("advantages", rewards), "advantages", rewards.shape)
            prompts, group = rewards.shape
            case = f"{prompts} prompts with {group} answers each"
            if not np.isfinite(got).all():
                raise NAN.failure(f"{case}; group {_row(rewards[_first(~np.isfinite(got))])}")
            want = _scores(rewards)
            if not close(got, want, TOLERANCE):
                row = _first(np.abs(got - want) > TOLERANCE)
                case = f"{case}; group {_row(rewards[row])}, and you returned {_row(got[row])}"
                raise explain(got, MISTAKES, (rewards,), case, TOLERANCE)
    return cases.verdict(
        "Each answer is judged among its own group, and agreement teaches nothing."
    )


def _batches(rng):
    """A square batch of zeros and ones, a wide one, partial credit, and one with agreeing groups."""
    square = _mixed(rng, 6, 6, [0, 1])
    wide = _mixed(rng, 3, 16, [0, 1])
    partial = _mixed(rng, 5, 8, [0, 0.25, 0.5, 1])
    agreeing = np.vstack([np.zeros(8), _mixed(rng, 2, 8, [0, 1]), np.ones(8)])
    return square, wide, partial, agreeing


def _mixed(rng, prompts, group, values):
    """Rewards (prompts, group) in which every group holds the lowest and the highest value."""
    rewards = rng.choice(values, (prompts, group))
    rewards[:, 0], rewards[:, 1] = values[0], values[-1]
    rewards[0, 2:] = values[0]  # one group with a single success
    return rng.permuted(rewards, axis=1).astype(float)


def _first(wrong):
    return np.flatnonzero(wrong.any(axis=1))[0]


def _row(values):
    return f"{short(values[:5])[:-1]}{', …' if values.size > 5 else ''})"


def _scores(rewards, axis=1, ddof=0, power=1):
    spread = rewards.std(axis=axis, keepdims=True, ddof=ddof) ** power
    return (rewards - rewards.mean(axis=axis, keepdims=True)) / (spread + 1e-6)


def _broadcast(rewards):
    if rewards.shape[0] == rewards.shape[1]:
        yield (rewards - rewards.mean(1)) / (rewards.std(1) + 1e-6)
        yield (rewards - rewards.mean(1)) / (rewards.std(1, keepdims=True) + 1e-6)
        yield (rewards - rewards.mean(1, keepdims=True)) / (rewards.std(1) + 1e-6)


def _ranks(rewards):
    order = rewards.argsort(1).argsort(1).astype(float)
    smaller = (rewards[:, :, None] > rewards[:, None, :]).sum(2).astype(float)
    share = rewards.shape[1] - 1
    return [order, smaller, *map(_scores, (order, smaller)), order / share - 0.5, order / share]


def _whole_batch(rewards):
    mean, std = rewards.mean(), rewards.std()
    yield (rewards - mean) / (std + 1e-6)
    yield (rewards - mean) / (rewards.std(1, keepdims=True) + 1e-6)
    yield rewards - mean


def _stretched(rewards):
    low, high = rewards.min(1, keepdims=True), rewards.max(1, keepdims=True)
    scaled = (rewards - low) / (high - low + 1e-6)
    return [scaled, 2 * scaled - 1]


NAN = Mistake(
    "nan",
    "A group in which all answers got the same reward came out as nan or infinity.",
    "Its standard deviation is zero: add a small epsilon before you divide.",
)
MISTAKES = [
    Mistake(
        "broadcast",
        "Each group's mean or spread landed on a column in place of its row, which only a square "
        "batch lets pass.",
        "Keep the axis that you average over, so that the result has shape (prompts, 1).",
        _broadcast,
    ),
    Mistake(
        "axis",
        "You took means over the prompts, one for each column.",
        "The answers to one prompt lie along the second axis.",
        lambda rewards: [_scores(rewards, 0)],
    ),
    Mistake(
        "whole-batch",
        "You used the mean of the whole batch, so an easy prompt looks like skill.",
        "Take one mean for each row.",
        _whole_batch,
    ),
    Mistake(
        "batch-spread",
        "The mean is the group's, but the spread is that of the whole batch.",
        "Take one standard deviation for each row, as with the mean.",
        lambda rewards: [
            (rewards - rewards.mean(1, keepdims=True)) / (scale + 1e-6)
            for scale in (rewards.std(), (rewards - rewards.mean(1, keepdims=True)).std())
        ],
    ),
    Mistake(
        "not-divided",
        "You subtracted the group's mean and stopped there.",
        "Divide by the group's standard deviation too.",
        lambda rewards: [rewards - rewards.mean(1, keepdims=True)],
    ),
    Mistake(
        "not-centred",
        "You divided by the spread without subtracting the mean, so no answer is ever discouraged.",
        "Subtract the group's mean first.",
        lambda rewards: [rewards / (rewards.std(1, keepdims=True) + 1e-6)],
    ),
    Mistake(
        "sample-spread",
        "You divided by the estimate with n - 1 below the fraction, as PyTorch's `std` does unless "
        "told otherwise.",
        "Here the group is all there is: divide the squares by n.",
        lambda rewards: [_scores(rewards, ddof=1)],
    ),
    Mistake(
        "variance",
        "You divided by the variance.",
        "Take its square root.",
        lambda rewards: [_scores(rewards, power=2)],
    ),
    Mistake(
        "ranks",
        "You compared ranks, which tell equal rewards apart or lose how far they differ.",
        "Compare the rewards themselves with their mean.",
        _ranks,
    ),
    Mistake(
        "stretched",
        "You stretched each group from its lowest to its highest reward.",
        "Use the mean as zero and the standard deviation as the unit.",
        _stretched,
    ),
    Mistake(
        "value",
        "These are not the distances from the group's mean in units of its standard deviation.",
        "Work out the group of rewards 1, 0, 0, 0 by hand.",
    ),
]
