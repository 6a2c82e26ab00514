"""Checks `dpo_loss(...)` against the logistic loss of the margins."""

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6  # one formula; rounding stays far below


def check(submission, rng):
    cases = Cases()
    # Early in training, later, and after the policy has gone astray.
    for spread, astray in ((2, 0), (20, 0), (20, 5e4)):
        with cases:
            inputs = _pairs(rng, spread, astray)
            got = submission.call("dpo_loss", *inputs)
            gap, beta = np.abs(_margins(*inputs)).max(), inputs[-1]
            case = f"{len(inputs[0])} pairs, beta {short(beta)}, margins up to ±{short(gap)}"
            if astray and not np.isfinite(table(got, "dpo_loss", ())):
                raise OVERFLOW.failure(case)
            got = numbers(got, "dpo_loss", ())
            if not close(got, _loss(*inputs), TOLERANCE):
                case = f"{case}; you returned {short(float(got))}"
                raise explain(float(got), MISTAKES, inputs, case, TOLERANCE)
    return cases.verdict("A logistic regression whose score is a log-ratio, finite everywhere.")


def _pairs(rng, spread, astray):
    """Log-probabilities of nine pairs; `astray` moves the policy that far to the rejected side."""
    reference = rng.uniform(-60, -5, (2, 9))
    policy = reference + rng.normal(0, spread, (2, 9))
    policy[0] -= astray * rng.uniform(0.5, 1, 9)
    return (*policy, *reference, float(rng.uniform(0.1, 0.5)))


def _margins(pc, pr, rc, rr, beta):
    return beta * ((pc - rc) - (pr - rr))


def _logistic(margins):
    return np.logaddexp(0, -margins)


def _loss(*inputs):
    return _logistic(_margins(*inputs)).mean()


OVERFLOW = Mistake(
    "overflow",
    "For a margin far below zero an exponential overflowed or a sigmoid rounded to zero.",
    "Use `np.logaddexp`: minus the log of the sigmoid is the logarithm of one plus an exponential.",
    # A small number added under the logarithm hides the infinity and caps the loss instead.
    lambda *inputs: [
        -np.log(np.maximum(np.exp(-_logistic(_margins(*inputs))), 0) + floor).mean()
        for floor in (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20, 1e-30)
    ],
)
MISTAKES = [
    Mistake(
        "no-reference",
        "The margin compares the policy's two answers and leaves the reference out.",
        "Subtract what the reference gave to each answer first.",
        lambda pc, pr, rc, rr, beta: [_logistic(beta * (pc - pr)).mean()],
    ),
    Mistake(
        "sign",
        "The rejected answer is being preferred: the margin has the other sign.",
        "Make the loss small where the preferred answer gained more than the rejected one.",
        lambda *inputs: [_logistic(-_margins(*inputs)).mean()],
    ),
    Mistake(
        "minus",
        "This is the mean of the log of the sigmoid, which is negative.",
        "A loss is minus that.",
        lambda *inputs: [-_loss(*inputs)],
    ),
    Mistake(
        "no-beta",
        "Beta has no effect.",
        "Multiply the margin by beta inside the sigmoid.",
        lambda *inputs: [_logistic(_margins(*inputs[:4], 1.0)).mean()],
    ),
    Mistake(
        "beta",
        "Beta stands outside the sigmoid, or divides.",
        "Multiply the margin by beta inside the sigmoid.",
        lambda *inputs: [
            inputs[4] * _logistic(_margins(*inputs[:4], 1.0)).mean(),
            _logistic(_margins(*inputs[:4], 1 / inputs[4])).mean(),
        ],
    ),
    Mistake(
        "sum",
        "This is the sum over the pairs.",
        "Return their mean, so that a larger batch does not mean a larger step.",
        lambda *inputs: [_logistic(_margins(*inputs)).sum()],
    ),
    Mistake(
        "mean-first",
        "You averaged the margins before the logarithm of the sigmoid, which is not linear.",
        "Take the loss of each pair, then the mean.",
        lambda *inputs: [_logistic(_margins(*inputs).mean())],
    ),
    OVERFLOW,
    Mistake(
        "value",
        "This is not the mean logistic loss of the margins.",
        "Work out one pair by hand with beta `1`, and print the margin.",
    ),
]
