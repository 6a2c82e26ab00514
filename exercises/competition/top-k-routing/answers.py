"""Answers to top-k-routing: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def route(logits, k, normalise):
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    best = np.argsort(-logits, axis=1, kind="stable")[:, :k]
    chosen = np.zeros_like(odds)
    np.put_along_axis(chosen, best, np.take_along_axis(odds, best, axis=1), axis=1)
    return chosen / (chosen if normalise else odds).sum(axis=1, keepdims=True)


@right("token by token, with Python's sort")
def route(logits, k, normalise):
    weights = np.zeros(logits.shape)
    for token, scores in enumerate(logits):
        best = sorted(range(len(scores)), key=lambda i: -scores[i])[:k]
        odds = np.exp(scores - max(scores))
        whole = sum(odds[i] for i in best) if normalise else odds.sum()
        for i in best:
            weights[token, i] = odds[i] / whole
    return weights


@right("the others at minus infinity, then one softmax")
def route(logits, k, normalise):
    rank = np.argsort(np.argsort(-logits, axis=1, kind="stable"), axis=1)
    inside = np.where(rank < k, logits, -np.inf)
    top = logits.max(axis=1, keepdims=True)
    below = np.exp((inside if normalise else logits) - top).sum(axis=1, keepdims=True)
    return np.exp(inside - top) / below


def softmax(logits, axis=1):
    odds = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return odds / odds.sum(axis=axis, keepdims=True)


def mask(logits, k):
    rank = np.argsort(np.argsort(-logits, axis=1, kind="stable"), axis=1)
    return rank < k


def weigh(kept, normalise):
    return kept / kept.sum(axis=1, keepdims=True) if normalise else kept


@wrong("always-normalised")
def route(logits, k, normalise):
    return weigh(softmax(logits) * mask(logits, k), True)


@wrong("never-normalised")
def route(logits, k, normalise):
    return softmax(logits) * mask(logits, k)


@wrong("all-ties")
def route(logits, k, normalise):
    line = np.sort(logits, axis=1)[:, -k][:, None]
    return weigh(softmax(logits) * (logits >= line), normalise)


@wrong("last-of-ties")
def route(logits, k, normalise):
    best = np.argsort(logits, axis=1, kind="stable")[:, -k:]
    chosen = np.zeros(logits.shape)
    np.put_along_axis(chosen, best, 1, axis=1)
    return weigh(softmax(logits) * chosen, normalise)


@wrong("zeroed")
def route(logits, k, normalise):
    return softmax(logits * mask(logits, k)) * mask(logits, k)


@wrong("zeroed")
def route(logits, k, normalise):
    return softmax(logits * mask(logits, k))


@wrong("lowest")
def route(logits, k, normalise):
    return weigh(softmax(logits) * mask(-logits, k), normalise)


@wrong("over-tokens")
def route(logits, k, normalise):
    return weigh(softmax(logits, axis=0) * mask(logits, k), normalise)


@wrong("even")
def route(logits, k, normalise):
    return mask(logits, k) / k


@wrong("everybody")
def route(logits, k, normalise):
    return softmax(logits)


@wrong("not-finite")
def route(logits, k, normalise):
    odds = np.exp(logits)
    kept = odds * mask(logits, k)
    return kept / (kept if normalise else odds).sum(axis=1, keepdims=True)


@wrong("shape")
def route(logits, k, normalise):
    best = np.argsort(-logits, axis=1, kind="stable")[:, :k]
    return weigh(np.take_along_axis(softmax(logits), best, axis=1), normalise)


@wrong("weights")
def route(logits, k, normalise):
    return weigh(np.abs(logits) * mask(logits, k), normalise)


@wrong("not-finite")
def route(logits, k, normalise):
    odds = softmax(logits) if normalise else np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return weigh(odds * mask(logits, k), normalise)


@wrong("not-finite")
def route(logits, k, normalise):
    """Shifts by the mean, which a score far above it outruns."""
    odds = np.exp(logits - logits.mean(axis=1, keepdims=True))
    kept = odds * mask(logits, k)
    return kept / (kept if normalise else odds).sum(axis=1, keepdims=True)
