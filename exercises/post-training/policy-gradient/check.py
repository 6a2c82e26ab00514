"""Checks a REINFORCE estimate, its expectation and its variance against sums over all actions."""

import numpy as np

from struggle.compare import Mistake, close, explain, number, numbers, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for stage in (_estimate, _large, _expectation, _variance):
        with cases:
            stage(submission, rng)
    return cases.verdict("A baseline moves the variance of the estimate and leaves its mean alone.")


def _estimate(submission, rng):
    for _ in range(2):
        logits, rewards, baseline = _problem(rng)
        action = int(rng.integers(logits.size))
        args = (logits, action, float(rewards[action]), baseline)
        got = numbers(submission.call("estimate", *args), "estimate", logits.shape)
        if not close(got, _single(*args), TOLERANCE):
            raise explain(got, ESTIMATES, args, _case(logits, got, baseline, action), TOLERANCE)


def _large(submission, rng):
    logits, rewards, baseline = _problem(rng)
    args = (logits + 1000, 0, float(rewards[0]), baseline)
    got = table(submission.call("estimate", *args), "estimate", logits.shape)
    case = _case(args[0], got, baseline, 0)
    if not np.isfinite(got).all():
        raise OVERFLOW.failure(case)
    if not close(got, _single(*args), TOLERANCE):
        raise explain(got, ESTIMATES, args, case, TOLERANCE)


def _expectation(submission, rng):
    args = _problem(rng)
    got = numbers(submission.call("expectation", *args), "expectation", args[0].shape)
    p = _softmax(args[0])
    if not close(got, p * (args[1] - p @ args[1]), TOLERANCE):
        raise explain(got, EXPECTATIONS, args, _case(args[0], got, args[2]), TOLERANCE)


def _variance(submission, rng):
    args = _problem(rng)
    got = number(submission.call("variance", *args), "variance")
    if not close(got, _moments(*args)[0], TOLERANCE):
        raise explain(got, VARIANCES, args, _case(args[0], got, args[2]), TOLERANCE)


def _problem(rng):
    """Four logits, the reward of each action, and a baseline."""
    return rng.normal(0, 1, 4), rng.uniform(1, 5, 4), float(rng.uniform(0.5, 4))


def _case(logits, got, baseline, action=None):
    taken = "" if action is None else f", action {action}"
    return f"logits {short(logits)}{taken}, baseline {short(baseline)}; you returned {short(got)}"


def _softmax(logits):
    weights = np.exp(logits - logits.max())
    return weights / weights.sum()


def _single(logits, action, reward, baseline):
    return (reward - baseline) * (np.eye(logits.size)[action] - _softmax(logits))


def _all(logits, rewards, baseline):
    """The estimate for each action, a row each."""
    return (rewards - baseline)[:, None] * (np.eye(logits.size) - _softmax(logits))


def _moments(logits, rewards, baseline):
    """The variance, then what other sums of the same squares give."""
    p, estimates = _softmax(logits), _all(logits, rewards, baseline)
    mean = p @ estimates
    squares = ((estimates - mean) ** 2).sum(1)
    return p @ squares, p @ (estimates**2).sum(1), squares.mean(), squares.sum()


OVERFLOW = Mistake(
    "overflow",
    "`estimate` returned nan or infinity for large logits.",
    "Subtract the largest logit before you take exponentials; the softmax stays the same.",
)
ESTIMATES = [
    Mistake(
        "others-forgotten",
        "`estimate` changes only the action that was taken.",
        "Differentiate log p again: the sum below the fraction holds every logit.",
        lambda z, a, r, b: [(r - b) * np.eye(z.size)[a]],
    ),
    Mistake(
        "sign",
        "`estimate` has the opposite sign, as if the reward were a loss.",
        "A reward above the baseline must raise the logit of the action.",
        lambda z, a, r, b: [-_single(z, a, r, b)],
    ),
    Mistake(
        "baseline-ignored",
        "`estimate` leaves the baseline out.",
        "Multiply by the reward minus the baseline.",
        lambda z, a, r, b: [_single(z, a, r, 0)],
    ),
    Mistake(
        "baseline-added",
        "`estimate` subtracts the baseline from the gradient, where it does change the mean.",
        "Subtract it from the reward, before you multiply.",
        lambda z, a, r, b: [_single(z, a, r, 0) - b, r * np.eye(z.size)[a] - b * _softmax(z)],
    ),
    Mistake(
        "no-logarithm",
        "`estimate` is the gradient of p, not of log p, so rare actions count twice as rare.",
        "Sampling already weighs each action by its probability; do not multiply by it again.",
        lambda z, a, r, b: [_softmax(z)[a] * _single(z, a, r, b)],
    ),
    Mistake(
        "divided",
        "`estimate` divides by the probability of the action once too often.",
        "The derivative of log p with respect to the logits has that division in it already.",
        lambda z, a, r, b: [
            _single(z, a, r, b) / _softmax(z)[a],
            (r - b) * np.eye(z.size)[a] / _softmax(z)[a],
        ],
    ),
    Mistake(
        "no-softmax",
        "`estimate` takes the logits for probabilities.",
        "Pass them through the softmax first.",
        lambda z, a, r, b: [(r - b) * (np.eye(z.size)[a] - z)],
    ),
    Mistake(
        "estimate",
        "`estimate` is not the gradient of log p of the action times the reward above the baseline.",
        "Move one logit by 1e-5 and see how log p of the action changes.",
    ),
]
EXPECTATIONS = [
    Mistake(
        "unweighted",
        "`expectation` counts every action alike.",
        "Weigh each estimate by the probability of its action.",
        lambda z, r, b: [_all(z, r, b).mean(0), _all(z, r, b).sum(0)],
    ),
    Mistake(
        "expectation",
        "`expectation` is not the gradient of the mean reward.",
        "Its entries must sum to zero and stay the same for every baseline.",
    ),
]
VARIANCES = [
    Mistake(
        "mean-kept",
        "`variance` is the mean squared length of the estimates.",
        "Subtract the expectation from each estimate before you square.",
        lambda z, r, b: [_moments(z, r, b)[1]],
    ),
    Mistake(
        "variance-unweighted",
        "`variance` counts every action alike.",
        "Weigh each squared distance by the probability of its action.",
        lambda z, r, b: _moments(z, r, b)[2:],
    ),
    Mistake(
        "root",
        "`variance` returned its root.",
        "Leave the mean squared distance as it is.",
        lambda z, r, b: [np.sqrt(_moments(z, r, b)[0])],
    ),
    Mistake(
        "averaged",
        "`variance` averaged over the entries of the gradient.",
        "Sum the squares of all entries to the squared distance.",
        lambda z, r, b: [_moments(z, r, b)[0] / z.size],
    ),
    Mistake(
        "variance",
        "`variance` is not the mean squared distance of the estimates from their expectation.",
        "Compute it for two actions by hand.",
    ),
]
