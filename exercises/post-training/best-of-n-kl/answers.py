"""Answers to best-of-n-kl: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def best_of_n(policy, scores, n):
    order = np.argsort(scores)
    at_most = np.cumsum(policy[order]) ** n
    kept = np.empty(len(policy))
    kept[order] = np.diff(at_most, prepend=0)
    possible = kept > 0
    return kept, (kept[possible] * np.log(kept[possible] / policy[possible])).sum()


@right("each answer against all others, without sorting")
def best_of_n(policy, scores, n):
    kept, divergence = [], 0.0
    for p, score in zip(policy, scores, strict=True):
        below = math.fsum(policy[scores < score])
        chance = (below + p) ** n - below**n
        kept.append(chance)
        divergence += chance * math.log(chance / p) if chance > 0 else 0.0
    return kept, divergence


@right("one draw after another")
def best_of_n(policy, scores, n):
    rank = np.argsort(np.argsort(scores))
    line = policy[np.argsort(scores)]
    kept = line.copy()
    for _ in range(n - 1):
        new = line * np.cumsum(kept) + kept * (np.cumsum(line) - line)
        kept = new / new.sum()
    terms = np.where(kept > 0, kept * np.log(np.maximum(kept, 1e-300) / line), 0)
    return kept[rank], terms.sum()


@wrong("formula")
def best_of_n(policy, scores, n):
    order = np.argsort(scores)
    kept = np.empty(len(policy))
    kept[order] = np.diff(np.cumsum(policy[order]) ** n, prepend=0)
    return kept, np.log(n) - (n - 1) / n


@wrong("reverse")
def best_of_n(policy, scores, n):
    order = np.argsort(scores)
    kept = np.empty(len(policy))
    kept[order] = np.diff(np.cumsum(policy[order]) ** n, prepend=0)
    return kept, (policy * np.log(policy / kept)).sum()


@wrong("sorted")
def best_of_n(policy, scores, n):
    line = policy[np.argsort(scores)]
    kept = np.diff(np.cumsum(line) ** n, prepend=0)
    return kept, (kept * np.log(np.maximum(kept, 1e-300) / line)).sum()


@wrong("lowest")
def best_of_n(policy, scores, n):
    order = np.argsort(scores)[::-1]
    kept = np.empty(len(policy))
    kept[order] = np.diff(np.cumsum(policy[order]) ** n, prepend=0)
    return kept, (kept * np.log(np.maximum(kept, 1e-300) / policy)).sum()


@wrong("power")
def best_of_n(policy, scores, n):
    kept = policy**n / (policy**n).sum()
    return kept, (kept * np.log(np.maximum(kept, 1e-300) / policy)).sum()


@wrong("at-least-once")
def best_of_n(policy, scores, n):
    kept = 1 - (1 - policy) ** n
    kept = kept / kept.sum()
    return kept, (kept * np.log(kept / policy)).sum()


@wrong("unsorted")
def best_of_n(policy, scores, n):
    kept = np.diff(np.cumsum(policy) ** n, prepend=0)
    return kept, (kept * np.log(np.maximum(kept, 1e-300) / policy)).sum()


@wrong("nan")
def best_of_n(policy, scores, n):
    order = np.argsort(scores)
    kept = np.empty(len(policy))
    kept[order] = np.diff(np.cumsum(policy[order]) ** n, prepend=0)
    return kept, (kept * np.log(kept / policy)).sum()


@wrong("bits")
def best_of_n(policy, scores, n):
    order = np.argsort(scores)
    kept = np.empty(len(policy))
    kept[order] = np.diff(np.cumsum(policy[order]) ** n, prepend=0)
    return kept, (kept * np.log2(np.maximum(kept, 1e-300) / policy)).sum()


@wrong("kept")
def best_of_n(policy, scores, n):
    kept = policy * np.exp(scores / scores.max() * np.log(n))
    kept = kept / kept.sum()
    return kept, (kept * np.log(kept / policy)).sum()


@wrong("value")
def best_of_n(policy, scores, n):
    order = np.argsort(scores)
    kept = np.empty(len(policy))
    kept[order] = np.diff(np.cumsum(policy[order]) ** n, prepend=0)
    return kept, np.abs(kept - policy).sum() / 2
