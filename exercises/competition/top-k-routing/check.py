"""Checks `route(...)` on scores with ties at the line, and on scores that overflow."""

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for normalise in (False, True):
        for draw in (_plain, _tied, _single):
            with cases:
                _case(submission, *draw(rng), normalise, "")
        with cases:
            logits, k = _plain(rng)
            shift = rng.uniform(2000, 4000, (len(logits), 1))
            _case(submission, logits + shift, k, normalise, ", scores in thousands")
        with cases:
            logits, k = _plain(rng)
            factor = rng.uniform(1000, 2000)
            _case(submission, factor * logits, k, normalise, ", scores thousands apart")
    return cases.verdict("Who is chosen and with what weight are two questions, both answered.")


def _plain(rng):
    """Scores of both signs, all different."""
    n = int(rng.integers(5, 9))
    return rng.normal(0, 1.5, (int(rng.integers(5, 9)), n)), int(rng.integers(2, n - 2))


def _tied(rng):
    """Three experts share the score at which the line falls: one of them is chosen."""
    n_tokens, n = int(rng.integers(5, 9)), int(rng.integers(6, 9))
    k = int(rng.integers(2, n - 2))
    ranks = np.concatenate([np.arange(k - 1, 0, -1) + 1, [1, 1, 1], -np.arange(n - k - 2)])
    return np.stack([rng.permutation(ranks * 0.7) for _ in range(n_tokens)]), k


def _single(rng):
    """One expert for each token, as in Switch."""
    return _plain(rng)[0], 1


def _case(submission, logits, k, normalise, note):
    inputs = (logits, k, normalise)
    given = (logits.copy(), k, normalise)
    got = numbers(submission.call("route", *given), "route", logits.shape)
    if not close(got, _route(*inputs), TOLERANCE):
        row = int(np.argmax(np.abs(got - _route(*inputs)).sum(1)))
        case = f"{k} of {logits.shape[1]} experts, normalise = {normalise}{note}; a token with the "
        case += f"scores {short(logits[row])} got {short(got[row])}"
        raise explain(got, MISTAKES, inputs, case, TOLERANCE)


def _softmax(logits, axis=1):
    odds = np.exp(logits - logits.max(axis, keepdims=True))
    return odds / odds.sum(axis, keepdims=True)


def _chosen(logits, k):
    """Ones at the k highest of each row, of equal ones the first."""
    best = np.argsort(-logits, axis=1, kind="stable")[:, :k]
    mask = np.zeros(logits.shape)
    np.put_along_axis(mask, best, 1, axis=1)
    return mask


def _weighted(logits, mask, normalise):
    kept = _softmax(logits) * mask
    return kept / kept.sum(1, keepdims=True) if normalise else kept


def _route(logits, k, normalise):
    return _weighted(logits, _chosen(logits, k), normalise)


def _all_ties(logits, k, normalise):
    line = np.sort(logits, axis=1)[:, [-k]]
    return [_weighted(logits, logits >= line, normalise)]


def _last_of_ties(logits, k, normalise):
    yield _weighted(logits, _chosen(logits[:, ::-1], k)[:, ::-1], normalise)


def _zeroed(logits, k, normalise):
    mask = _chosen(logits, k)
    yield _softmax(np.where(mask > 0, logits, 0))
    yield _softmax(np.where(mask > 0, logits, 0)) * mask


def _over_tokens(logits, k, normalise):
    odds, mask = _softmax(logits, 0), _chosen(logits, k)
    yield odds * mask
    yield odds * mask / (odds * mask).sum(1, keepdims=True)


def _even(logits, k, normalise):
    mask = _chosen(logits, k)
    return [mask, mask / k]


MISTAKES = [
    Mistake(
        "always-normalised",
        "The softmax ran over the chosen experts, but `normalise` is false.",
        "Divide by the exponentials of all experts, and then keep the chosen.",
        lambda logits, k, normalise: [] if normalise else [_route(logits, k, True)],
    ),
    Mistake(
        "never-normalised",
        "These are the probabilities among all experts, and their sum is below one.",
        "Where `normalise` is true, divide by the exponentials of the chosen alone.",
        lambda logits, k, normalise: [_route(logits, k, False)] if normalise else [],
    ),
    Mistake(
        "all-ties",
        "Every expert at the line was let in, so more than `k` were chosen.",
        "Count: sort the experts and take the first `k`.",
        _all_ties,
    ),
    Mistake(
        "last-of-ties",
        "Of experts with equal scores, the highest number was taken.",
        "Sort the negated scores with a stable sort, so that lower numbers stay in front.",
        _last_of_ties,
    ),
    Mistake(
        "zeroed",
        "The scores of the others were set to zero, and a zero is a score too.",
        "Leave them out of the sum: set them to minus infinity, or multiply after the exponential.",
        _zeroed,
    ),
    Mistake(
        "lowest",
        "The experts with the lowest scores were chosen.",
        "Sort from high to low before you take the first `k`.",
        lambda logits, k, normalise: [
            _weighted(logits, _chosen(-logits, k), normalise),
            _weighted(logits, _chosen(-logits[:, ::-1], k)[:, ::-1], normalise),
        ],
    ),
    Mistake(
        "over-tokens",
        "The softmax ran over the tokens of the batch.",
        "Each token divides its attention among experts: sum over the last axis.",
        _over_tokens,
    ),
    Mistake(
        "even",
        "All chosen experts got the same weight.",
        "Weigh each by the exponential of its score.",
        _even,
    ),
    Mistake(
        "everybody",
        "Every expert has a weight.",
        "Set the weights of those not chosen to zero.",
        lambda logits, k, normalise: [_softmax(logits)],
    ),
    Mistake(
        "weights",
        "These are not the weights of the chosen experts.",
        "Work one token out by hand: which `k` are highest, and what do their exponentials sum to?",
    ),
]
