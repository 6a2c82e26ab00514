"""Checks `balance_loss` and `balance_gradient` against counts, with an expert whom nobody chose."""

import numpy as np

from struggle.compare import Mistake, close, explain, number, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for k in (1, 2, 3):
        with cases:
            _loss(submission, *_batch(rng, k))
    for k in (1, 2):
        with cases:
            _gradient(submission, *_batch(rng, k))
    return cases.verdict("The count says who is crowded, and the probability is pulled.")


def _batch(rng, k):
    """A lopsided router: the last expert is chosen by no token, one other by many.

    A third of the tokens go elsewhere than their probabilities say, as noise or a bias would send
    them: the choices are given, and cannot be had from the probabilities.
    """
    n_tokens, n = int(rng.integers(25, 50)), int(rng.integers(6, 10))
    logits = rng.normal(0, 1, (n_tokens, n)) + rng.normal(0, 1, n)
    logits[:, -1] = logits.min(1) - rng.uniform(0.1, 1)
    odds = np.exp(logits)
    chosen = np.argsort(-logits, axis=1)[:, :k].copy()
    for token in range(0, n_tokens, 3):
        chosen[token] = rng.choice(n - 1, k, replace=False)
    return odds / odds.sum(1, keepdims=True), chosen


def _loss(submission, p, chosen):
    given = p.copy(), chosen.copy()
    got = number(submission.call("balance_loss", *given), "balance_loss")
    if not close(got, _value(p, chosen), TOLERANCE):
        raise explain(got, LOSSES, (p, chosen), f"{_shown(p, chosen)}; {_said(got)}", TOLERANCE)


def _gradient(submission, p, chosen):
    given = p.copy(), chosen.copy()
    got = numbers(submission.call("balance_gradient", *given), "balance_gradient", p.shape)
    if not close(got, _slopes(p, chosen), TOLERANCE):
        case = f"{_shown(p, chosen)}; for the first token you returned {short(got[0])}"
        raise explain(got, GRADIENTS, (p, chosen), case, TOLERANCE)


def _shown(p, chosen):
    return f"{len(p)} tokens, {p.shape[1]} experts, {chosen.shape[1]} for each token"


def _said(got):
    return f"you returned {short(got)}"


def _shares(p, chosen):
    return np.bincount(chosen.ravel(), minlength=p.shape[1]) / chosen.size


def _value(p, chosen):
    return p.shape[1] * (_shares(p, chosen) * p.mean(0)).sum()


def _slopes(p, chosen):
    return np.broadcast_to(p.shape[1] * _shares(p, chosen) / len(p), p.shape)


def _first_only(p, chosen):
    f = _shares(p, chosen[:, :1])
    return [p.shape[1] * (f * p.mean(0)).sum()] if chosen.shape[1] > 1 else []


def _present_only(p, chosen):
    """As many experts as the highest number that was chosen."""
    n = chosen.max() + 1
    f = np.bincount(chosen.ravel()) / chosen.size
    return [n * (f * p[:, :n].mean(0)).sum()]


LOSSES = [
    Mistake(
        "per-token",
        "The counts were divided by the tokens, but each token made several choices.",
        "Divide by the number of choices, so that the shares sum to one.",
        lambda p, c: [c.shape[1] * _value(p, c)] if c.shape[1] > 1 else [],
    ),
    Mistake(
        "first-only",
        "Only each token's first expert was counted.",
        "Count every column of `chosen`.",
        _first_only,
    ),
    Mistake(
        "no-n",
        "The factor N is missing, so that even routing gives 1 / N.",
        "Multiply by the number of experts.",
        lambda p, c: [_value(p, c) / p.shape[1]],
    ),
    Mistake(
        "present-only",
        "Experts whom nobody chose are missing from N.",
        "Take the number of experts from the columns of `probabilities`.",
        _present_only,
    ),
    Mistake(
        "own-ranking",
        "The choices were taken from the probabilities, and some tokens went elsewhere.",
        "Count `chosen`, whatever the probabilities say.",
        lambda p, c: [_value(p, np.argsort(-p, axis=1)[:, : c.shape[1]])],
    ),
    Mistake(
        "counts-squared",
        "The shares were multiplied with themselves, and shares have no gradient.",
        "Multiply each share with the mean probability of its expert.",
        lambda p, c: [p.shape[1] * (_shares(p, c) ** 2).sum()],
    ),
    Mistake(
        "probabilities-squared",
        "The mean probabilities were multiplied with themselves; the choices do not enter.",
        "Count `chosen`, and multiply each share with the mean probability.",
        lambda p, c: [p.shape[1] * (p.mean(0) ** 2).sum()],
    ),
    Mistake(
        "not-shares",
        "One of the two vectors is a sum over tokens and not a share or a mean.",
        "Both vectors must sum to one before they are multiplied.",
        lambda p, c: [_value(p, c) * c.size, _value(p, c) * len(p), _value(p, c) * c.size * len(p)],
    ),
    Mistake(
        "loss",
        "This is not N times the sum of shares times mean probabilities.",
        "Write both vectors down for two tokens and three experts, and check that each sums to one.",
    ),
]
GRADIENTS = [
    Mistake(
        "whole-mean",
        "Each entry got the slope of the whole mean.",
        "One token moves the mean by one part in as many as there are tokens: divide.",
        lambda p, c: [_slopes(p, c) * len(p)],
    ),
    Mistake(
        "gradient-no-n",
        "The factor N is missing from `balance_gradient`.",
        "The loss has it, so its derivative has it too.",
        lambda p, c: [_slopes(p, c) / p.shape[1]],
    ),
    Mistake(
        "own-choices",
        "Only a token's own choices got a slope.",
        "A probability moves the mean whether or not its expert was chosen for this token.",
        lambda p, c: [_own(p, c), _own(p, c) / c.shape[1], _own(p, c) * _shares(p, c) * len(p)],
    ),
    Mistake(
        "wrong-factor",
        "The slope is the mean probability, as if the shares moved.",
        "The choices are fixed: what a mean probability is multiplied with is its share.",
        lambda p, c: [np.broadcast_to(p.shape[1] * p.mean(0) / len(p), p.shape)],
    ),
    Mistake(
        "through-softmax",
        "The slopes were carried on through the softmax to the scores.",
        "Stop at the probabilities; their entries count as free here.",
        lambda p, c: [p * (_slopes(p, c) - (p * _slopes(p, c)).sum(1, keepdims=True))],
    ),
    Mistake(
        "gradient",
        "This is not the derivative with respect to each probability.",
        "Change one entry by a millionth, and see by how much `balance_loss` changes.",
    ),
]


def _own(p, chosen):
    """N over the tokens at each token's choices."""
    mask = np.zeros(p.shape)
    np.put_along_axis(mask, chosen, 1, axis=1)
    return mask * p.shape[1] / len(p)
