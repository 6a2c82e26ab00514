"""Answers to mean-surprise: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def mean_surprise(probabilities):
    return -np.mean(np.log2(probabilities))


@right("plain Python, where a logarithm of zero raises")
def mean_surprise(probabilities):
    if 0 in probabilities:
        return math.inf
    return -sum(math.log2(p) for p in probabilities) / len(probabilities)


@right("one logarithm of the product")
def mean_surprise(probabilities):
    return -np.log2(np.prod(probabilities)) / len(probabilities)


@right("nats, divided by the nats of one bit")
def mean_surprise(probabilities):
    nats = 0.0
    for p in probabilities:
        nats += math.log(1 / p) if p else math.inf
    return nats / len(probabilities) / math.log(2)


@wrong("sign")
def mean_surprise(probabilities):
    return np.log2(probabilities).mean()


@wrong("sum")
def mean_surprise(probabilities):
    return -np.log2(probabilities).sum()


@wrong("natural-logarithm")
def mean_surprise(probabilities):
    return -np.log(probabilities).mean()


@wrong("common-logarithm")
def mean_surprise(probabilities):
    return -np.log10(probabilities).mean()


@wrong("logarithm-of-mean")
def mean_surprise(probabilities):
    return -np.log2(np.mean(probabilities))


@wrong("inverse")
def mean_surprise(probabilities):
    return np.mean(1 / probabilities)


@wrong("inverse")
def mean_surprise(probabilities):
    return np.log2(np.mean(1 / probabilities))


@wrong("weighted")
def mean_surprise(probabilities):
    return -np.sum(probabilities * np.log2(probabilities))


@wrong("weighted")
def mean_surprise(probabilities):
    return -np.average(np.log2(probabilities), weights=probabilities)


@wrong("perplexity")
def mean_surprise(probabilities):
    return 2 ** -np.mean(np.log2(probabilities))


@wrong("whole-halvings")
def mean_surprise(probabilities):
    halvings = 0
    for p in probabilities:
        rest = 1.0
        while rest > p:
            rest /= 2
            halvings += 1
    return halvings / len(probabilities)


@wrong("whole-halvings")
def mean_surprise(probabilities):
    return np.mean([int(-math.log2(p)) for p in probabilities])


@wrong("probabilities")
def mean_surprise(probabilities):
    return 1 - np.mean(probabilities)


@wrong("median")
def mean_surprise(probabilities):
    return -np.median(np.log2(probabilities))


@wrong("shape")
def mean_surprise(probabilities):
    return -np.log2(probabilities)


@wrong("zero")
def mean_surprise(probabilities):
    return -np.mean(np.log2(np.clip(probabilities, 1e-12, 1)))


@wrong("zero")
def mean_surprise(probabilities):
    came = [p for p in probabilities if p > 0]
    return -np.mean(np.log2(came))


@wrong("zero-raised")
def mean_surprise(probabilities):
    return sum(-math.log2(p) for p in probabilities) / len(probabilities)


@wrong("rounded")
def mean_surprise(probabilities):
    return round(np.mean(-np.log2(probabilities)))


@wrong("rounded")
def mean_surprise(probabilities):
    return 2


@wrong("value")
def mean_surprise(probabilities):
    return np.mean(np.log2(probabilities) ** 2)
