"""Answers to majority-vote: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math
from itertools import combinations_with_replacement, product

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def vote(p, k):
    chance = 0.0
    for ballots in combinations_with_replacement(range(len(p)), k):
        counts = np.bincount(ballots, minlength=len(p))
        orders = math.factorial(k) / math.prod(math.factorial(count) for count in counts)
        first = counts == counts.max()
        chance += orders * np.prod(p**counts) * first[0] / first.sum()
    return chance


@right("one ballot after the other, keeping the chance of every set of counts")
def vote(p, k):
    chances = {(0,) * len(p): 1.0}
    for _ in range(k):
        following = {}
        for counts, chance in chances.items():
            for answer, q in enumerate(p):
                more = (*counts[:answer], counts[answer] + 1, *counts[answer + 1 :])
                following[more] = following.get(more, 0.0) + chance * q
        chances = following
    total = 0.0
    for counts, chance in chances.items():
        if counts[0] == max(counts):
            total += chance / counts.count(max(counts))
    return total


@right("every answer's count in nested ranges")
def vote(p, k):
    total = 0.0
    for rest in product(range(k + 1), repeat=len(p) - 1):
        own = k - sum(rest)
        if own < max(rest):
            continue
        ways, left = 1, k
        for count in rest:
            ways *= math.comb(left, count)
            left -= count
        chance = ways * p[0] ** own * math.prod(q**c for q, c in zip(p[1:], rest, strict=True))
        total += chance / (1 + rest.count(own))
    return total


@wrong("lumped")
def vote(p, k):
    return sum(
        math.comb(k, c) * p[0] ** c * (1 - p[0]) ** (k - c) for c in range(k // 2 + 1, k + 1)
    )


@wrong("lumped")
def vote(p, k):
    chance = 0.0
    for c in range(k + 1):
        won = 0.5 if 2 * c == k else 2 * c > k
        chance += won * math.comb(k, c) * p[0] ** c * (1 - p[0]) ** (k - c)
    return chance


@wrong("ties-won")
def vote(p, k):
    chance = 0.0
    for ballots in combinations_with_replacement(range(len(p)), k):
        counts = np.bincount(ballots, minlength=len(p))
        orders = math.factorial(k) / math.prod(math.factorial(count) for count in counts)
        chance += orders * np.prod(p**counts) * (np.argmax(counts) == 0)
    return chance


@wrong("ties-lost")
def vote(p, k):
    chance = 0.0
    for ballots in combinations_with_replacement(range(len(p)), k):
        counts = np.bincount(ballots, minlength=len(p))
        orders = math.factorial(k) / math.prod(math.factorial(count) for count in counts)
        chance += orders * np.prod(p**counts) * all(counts[0] > counts[1:])
    return chance


@wrong("orders")
def vote(p, k):
    chance = 0.0
    for ballots in combinations_with_replacement(range(len(p)), k):
        counts = np.bincount(ballots, minlength=len(p))
        first = counts == counts.max()
        chance += np.prod(p[list(ballots)]) * first[0] / first.sum()
    return chance


@wrong("best-of-k")
def vote(p, k):
    return 1 - (1 - p[0]) ** k


@wrong("one-vote")
def vote(p, k):
    return p[0]


@wrong("limit")
def vote(p, k):
    return float(np.argmax(p) == 0)


@wrong("estimate")
def vote(p, k):
    counts = np.random.default_rng(0).multinomial(k, p, size=20_000)
    first = counts == counts.max(1, keepdims=True)
    return (first[:, 0] / first.sum(1)).mean()


@wrong("value")
def vote(p, k):
    return p[0] ** k
