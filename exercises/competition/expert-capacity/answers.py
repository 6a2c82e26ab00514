"""Answers to expert-capacity: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def kept(chosen, n_experts, factor):
    room = math.floor(factor * chosen.size / n_experts)
    line = chosen.T.ravel()  # all first choices, then all second ones
    asked = np.cumsum(line[:, None] == np.arange(n_experts), axis=0)
    place = asked[np.arange(len(line)), line]  # 1 for whoever asked first
    return (place <= room).astype(int).reshape(chosen.T.shape).T


@right("a counter for each expert")
def kept(chosen, n_experts, factor):
    n_tokens, k = chosen.shape
    room = int(factor * k * n_tokens / n_experts)
    left, seated = [room] * n_experts, [[0] * k for _ in range(n_tokens)]
    for rank in range(k):
        for token in range(n_tokens):
            expert = int(chosen[token, rank])
            if left[expert] > 0:
                left[expert] -= 1
                seated[token][rank] = 1
    return seated


@right("a stable sort by expert, and the place within each group")
def kept(chosen, n_experts, factor):
    line = chosen.T.ravel()
    order = np.argsort(line, kind="stable")
    starts = np.searchsorted(line[order], np.arange(n_experts))
    place = np.empty(len(line), int)
    place[order] = np.arange(len(line)) - starts[line[order]]
    mask = place < factor * chosen.size // n_experts
    return mask.reshape(chosen.shape[::-1]).T.astype(float)


def seat(order, chosen, n_experts, room):
    taken, mask = np.zeros(n_experts), np.zeros(chosen.shape)
    for token, rank in order:
        expert = chosen[token, rank]
        mask[token, rank] = taken[expert] < room
        taken[expert] += 1
    return mask


def rounds(chosen):
    return [(t, r) for r in range(chosen.shape[1]) for t in range(chosen.shape[0])]


def places(chosen, n_experts, factor):
    return math.floor(factor * chosen.size / n_experts)


@wrong("by-token")
def kept(chosen, n_experts, factor):
    order = [(t, r) for t in range(chosen.shape[0]) for r in range(chosen.shape[1])]
    return seat(order, chosen, n_experts, places(chosen, n_experts, factor))


@wrong("from-the-end")
def kept(chosen, n_experts, factor):
    order = [(t, r) for r in range(chosen.shape[1]) for t in reversed(range(chosen.shape[0]))]
    return seat(order, chosen, n_experts, places(chosen, n_experts, factor))


@wrong("no-k")
def kept(chosen, n_experts, factor):
    room = math.floor(factor * len(chosen) / n_experts)
    return seat(rounds(chosen), chosen, n_experts, room)


@wrong("rounded-up")
def kept(chosen, n_experts, factor):
    room = math.ceil(factor * chosen.size / n_experts)
    return seat(rounds(chosen), chosen, n_experts, room)


@wrong("no-factor")
def kept(chosen, n_experts, factor):
    return seat(rounds(chosen), chosen, n_experts, chosen.size // n_experts)


@wrong("each-round")
def kept(chosen, n_experts, factor):
    room = places(chosen, n_experts, factor)
    columns = [seat(rounds(c[:, None]), c[:, None], n_experts, room) for c in chosen.T]
    return np.concatenate(columns, axis=1)


@wrong("whole-token")
def kept(chosen, n_experts, factor):
    mask = seat(rounds(chosen), chosen, n_experts, places(chosen, n_experts, factor))
    return mask * mask.all(axis=1, keepdims=True)


@wrong("inverted")
def kept(chosen, n_experts, factor):
    mask = seat(rounds(chosen), chosen, n_experts, places(chosen, n_experts, factor))
    return 1 - mask


@wrong("no-limit")
def kept(chosen, n_experts, factor):
    return np.ones(chosen.shape)


@wrong("kept")
def kept(chosen, n_experts, factor):
    room = places(chosen, n_experts, factor)
    return seat(rounds(chosen), chosen, n_experts, room - 1)


@wrong("rounded-early")
def kept(chosen, n_experts, factor):
    room = int(factor * (chosen.size // n_experts))
    return seat(rounds(chosen), chosen, n_experts, room)


@wrong("present-only")
def kept(chosen, n_experts, factor):
    room = places(chosen, chosen.max() + 1, factor)
    return seat(rounds(chosen), chosen, n_experts, room)


@wrong("rounded-up")
def kept(chosen, n_experts, factor):
    room = round(factor * chosen.size / n_experts)
    return seat(rounds(chosen), chosen, n_experts, room)
