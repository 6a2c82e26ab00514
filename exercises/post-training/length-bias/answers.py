"""Answers to length-bias: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def token_weights(lengths, scheme, limit):
    n = len(lengths)
    divisor = {"sequence": n * lengths, "batch": lengths.sum(), "constant": n * limit}
    return np.ones(n) / divisor[scheme]


@reference
def favour(rewards, lengths, scheme, limit):
    push = (rewards - rewards.mean()) * token_weights(lengths, scheme, limit)
    failed = rewards == 0
    push, lengths = push[failed], lengths[failed]
    return push[lengths.argmax()] - push[lengths.argmin()]


@right("gradients of a loss written as a masked mean")
def token_weights(lengths, scheme, limit):
    mask = np.arange(max(lengths)) < np.asarray(lengths)[:, None]
    if scheme == "sequence":
        weights = mask / mask.sum(1, keepdims=True) / len(mask)
    elif scheme == "batch":
        weights = mask / mask.sum()
    else:
        weights = mask / limit / len(mask)
    return weights[:, 0]


@right("plain Python over sorted failures")
def favour(rewards, lengths, scheme, limit):
    mean = sum(rewards) / len(rewards)
    weights = token_weights(lengths, scheme, limit)
    failures = sorted((n, w) for n, w, r in zip(lengths, weights, rewards, strict=True) if r == 0)
    return -mean * (failures[-1][1] - failures[0][1])


@wrong("whole-answers")
def token_weights(lengths, scheme, limit):
    n = len(lengths)
    divisor = {"sequence": n * lengths, "batch": lengths.sum(), "constant": n * limit}
    return lengths / divisor[scheme]


@wrong("not-averaged")
def token_weights(lengths, scheme, limit):
    divisor = {"sequence": lengths, "batch": lengths.sum(), "constant": limit}
    return np.ones(len(lengths)) / divisor[scheme]


@wrong("longest")
def token_weights(lengths, scheme, limit):
    n = len(lengths)
    divisor = {"sequence": n * lengths, "batch": n * lengths.max(), "constant": n * limit}
    return np.ones(n) / divisor[scheme]


@wrong("longest")
def token_weights(lengths, scheme, limit):
    n = len(lengths)
    divisor = {"sequence": n * lengths, "batch": lengths.sum(), "constant": n * lengths.max()}
    return np.ones(n) / divisor[scheme]


@wrong("limit-for-batch")
def token_weights(lengths, scheme, limit):
    n = len(lengths)
    return np.ones(n) / (n * lengths if scheme == "sequence" else n * limit)


@wrong("inverted")
def token_weights(lengths, scheme, limit):
    n = len(lengths)
    divisor = {"batch": lengths.sum(), "constant": n * limit}
    return lengths / lengths.sum() if scheme == "sequence" else np.ones(n) / divisor[scheme]


@wrong("weights")
def token_weights(lengths, scheme, limit):
    return np.ones(len(lengths)) / lengths.sum()


@wrong("order")
def favour(rewards, lengths, scheme, limit):
    push = (rewards - rewards.mean()) * token_weights(lengths, scheme, limit)
    push, lengths = push[rewards == 0], lengths[rewards == 0]
    return push[lengths.argmin()] - push[lengths.argmax()]


@wrong("successes-included")
def favour(rewards, lengths, scheme, limit):
    push = (rewards - rewards.mean()) * token_weights(lengths, scheme, limit)
    return push[lengths.argmax()] - push[lengths.argmin()]


@wrong("not-centred")
def favour(rewards, lengths, scheme, limit):
    push = rewards * token_weights(lengths, scheme, limit)
    push, lengths = push[rewards == 0], lengths[rewards == 0]
    return push[lengths.argmax()] - push[lengths.argmin()]


@wrong("advantage-missing")
def favour(rewards, lengths, scheme, limit):
    weights = token_weights(lengths, scheme, limit)[rewards == 0]
    lengths = lengths[rewards == 0]
    return weights[lengths.argmax()] - weights[lengths.argmin()]


@wrong("standardised")
def favour(rewards, lengths, scheme, limit):
    A = (rewards - rewards.mean()) / rewards.std()
    push, failed = A * token_weights(lengths, scheme, limit), rewards == 0
    return push[failed][lengths[failed].argmax()] - push[failed][lengths[failed].argmin()]


@wrong("length-twice")
def favour(rewards, lengths, scheme, limit):
    push = (rewards - rewards.mean()) * token_weights(lengths, scheme, limit) * lengths
    push, lengths = push[rewards == 0], lengths[rewards == 0]
    return push[lengths.argmax()] - push[lengths.argmin()]


@wrong("favour")
def favour(rewards, lengths, scheme, limit):
    push = (rewards - rewards.mean()) * token_weights(lengths, scheme, limit)
    push, lengths = push[rewards == 0], lengths[rewards == 0]
    return push[lengths.argmax()] / push[lengths.argmin()]
