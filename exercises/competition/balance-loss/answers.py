"""Answers to balance-loss: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


def shares(probabilities, chosen):
    n_experts = probabilities.shape[1]
    return np.bincount(chosen.ravel(), minlength=n_experts) / chosen.size


@reference
def balance_loss(probabilities, chosen):
    crowding = shares(probabilities, chosen) @ probabilities.mean(axis=0)
    return probabilities.shape[1] * crowding


@reference
def balance_gradient(probabilities, chosen):
    n_tokens, n_experts = probabilities.shape
    slope = n_experts * shares(probabilities, chosen) / n_tokens
    return np.tile(slope, (n_tokens, 1))


@right("one choice at a time")
def balance_loss(probabilities, chosen):
    mean = [sum(column) / len(column) for column in probabilities.T]
    total = sum(mean[expert] for row in chosen for expert in row)
    return len(mean) * total / (len(chosen) * len(chosen[0]))


@right("a table of ones, summed twice")
def balance_loss(probabilities, chosen):
    n = probabilities.shape[1]
    table = (chosen[:, :, None] == np.arange(n)).mean(axis=(0, 1))
    return float(n * np.mean(probabilities @ table))


@right("the loss itself is linear: its value at each unit entry")
def balance_gradient(probabilities, chosen):
    slopes = np.zeros(probabilities.shape)
    for expert in range(probabilities.shape[1]):
        unit = np.zeros(probabilities.shape)
        unit[0, expert] = 1
        slopes[:, expert] = balance_loss(unit, chosen)
    return slopes


@wrong("per-token")
def balance_loss(probabilities, chosen):
    n_tokens, n = probabilities.shape
    f = np.bincount(chosen.ravel(), minlength=n) / n_tokens
    return n * (f * probabilities.mean(axis=0)).sum()


@wrong("first-only")
def balance_loss(probabilities, chosen):
    n_tokens, n = probabilities.shape
    f = np.bincount(chosen[:, 0], minlength=n) / n_tokens
    return n * (f * probabilities.mean(axis=0)).sum()


@wrong("no-n")
def balance_loss(probabilities, chosen):
    return (shares(probabilities, chosen) * probabilities.mean(axis=0)).sum()


@wrong("present-only")
def balance_loss(probabilities, chosen):
    f = np.bincount(chosen.ravel()) / chosen.size
    return len(f) * (f * probabilities.mean(axis=0)[: len(f)]).sum()


@wrong("counts-squared")
def balance_loss(probabilities, chosen):
    return probabilities.shape[1] * (shares(probabilities, chosen) ** 2).sum()


@wrong("probabilities-squared")
def balance_loss(probabilities, chosen):
    return probabilities.shape[1] * (probabilities.mean(axis=0) ** 2).sum()


@wrong("not-shares")
def balance_loss(probabilities, chosen):
    n = probabilities.shape[1]
    return n * (shares(probabilities, chosen) * probabilities.sum(axis=0)).sum()


@wrong("loss")
def balance_loss(probabilities, chosen):
    f = shares(probabilities, chosen)
    return f.std() / f.mean()


@wrong("whole-mean")
def balance_gradient(probabilities, chosen):
    slope = probabilities.shape[1] * shares(probabilities, chosen)
    return np.tile(slope, (len(probabilities), 1))


@wrong("gradient-no-n")
def balance_gradient(probabilities, chosen):
    slope = shares(probabilities, chosen) / len(probabilities)
    return np.tile(slope, (len(probabilities), 1))


@wrong("own-choices")
def balance_gradient(probabilities, chosen):
    n_tokens, n = probabilities.shape
    slopes = np.zeros((n_tokens, n))
    np.put_along_axis(slopes, chosen, n / n_tokens, axis=1)
    return slopes / chosen.shape[1]


@wrong("wrong-factor")
def balance_gradient(probabilities, chosen):
    n_tokens, n = probabilities.shape
    return np.tile(n * probabilities.mean(axis=0) / n_tokens, (n_tokens, 1))


@wrong("through-softmax")
def balance_gradient(probabilities, chosen):
    slope = probabilities.shape[1] * shares(probabilities, chosen) / len(probabilities)
    return probabilities * (slope - (probabilities @ slope)[:, None])


@wrong("gradient")
def balance_gradient(probabilities, chosen):
    n_tokens, n = probabilities.shape
    return np.full((n_tokens, n), 1 / n_tokens)


@wrong("shape")
def balance_gradient(probabilities, chosen):
    return probabilities.shape[1] * shares(probabilities, chosen) / len(probabilities)


@wrong("own-ranking")
def balance_loss(probabilities, chosen):
    n = probabilities.shape[1]
    best = np.argsort(-probabilities, axis=1)[:, : chosen.shape[1]]
    shares = np.bincount(best.ravel(), minlength=n) / best.size
    return n * (shares * probabilities.mean(0)).sum()
