"""Answers to group-advantage: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import statistics

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def advantages(rewards):
    centred = rewards - rewards.mean(axis=1, keepdims=True)
    return centred / (rewards.std(axis=1, keepdims=True) + 1e-6)


@right("plain Python, one group at a time")
def advantages(rewards):
    result = []
    for group in rewards.tolist():
        mean, spread = statistics.fmean(group), statistics.pstdev(group)
        result.append([(reward - mean) / spread if spread else 0.0 for reward in group])
    return result


@right("a unit vector times the root of the group's size")
def advantages(rewards):
    centred = rewards - rewards.mean(1)[:, None]
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return centred * np.sqrt(rewards.shape[1]) / np.where(length > 0, length, 1)


@right("epsilon inside the root, groups in columns")
def advantages(rewards):
    columns = rewards.T
    return ((columns - columns.mean(0)) / np.sqrt(columns.var(0) + 1e-8)).T


@wrong("nan")
def advantages(rewards):
    return (rewards - rewards.mean(1, keepdims=True)) / rewards.std(1, keepdims=True)


@wrong("broadcast")
def advantages(rewards):
    return (rewards - rewards.mean(1)) / (rewards.std(1) + 1e-6)


@wrong("axis")
def advantages(rewards):
    return (rewards - rewards.mean(0)) / (rewards.std(0) + 1e-6)


@wrong("whole-batch")
def advantages(rewards):
    return (rewards - rewards.mean()) / (rewards.std() + 1e-6)


@wrong("batch-spread")
def advantages(rewards):
    return (rewards - rewards.mean(1, keepdims=True)) / (rewards.std() + 1e-6)


@wrong("not-divided")
def advantages(rewards):
    return rewards - rewards.mean(1, keepdims=True)


@wrong("not-centred")
def advantages(rewards):
    return rewards / (rewards.std(1, keepdims=True) + 1e-6)


@wrong("sample-spread")
def advantages(rewards):
    centred = rewards - rewards.mean(1, keepdims=True)
    return centred / (rewards.std(1, keepdims=True, ddof=1) + 1e-6)


@wrong("variance")
def advantages(rewards):
    return (rewards - rewards.mean(1, keepdims=True)) / (rewards.var(1, keepdims=True) + 1e-6)


@wrong("ranks")
def advantages(rewards):
    ranks = rewards.argsort(1).argsort(1)
    return (ranks - ranks.mean(1, keepdims=True)) / (ranks.std(1, keepdims=True) + 1e-6)


@wrong("stretched")
def advantages(rewards):
    low, high = rewards.min(1, keepdims=True), rewards.max(1, keepdims=True)
    return 2 * (rewards - low) / (high - low + 1e-6) - 1


@wrong("value")
def advantages(rewards):
    centred = rewards - rewards.mean(1, keepdims=True)
    return centred / (np.abs(centred).mean(1, keepdims=True) + 1e-6)


@wrong("shape")
def advantages(rewards):
    return rewards.mean(axis=1)
