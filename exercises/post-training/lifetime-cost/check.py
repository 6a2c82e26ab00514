"""Checks `cheapest_model(...)` against the balance of Sardana et al. (2024), solved by bisection."""

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

# A grid of a thousand shares stays within half of this.
TOLERANCE = 0.01


def check(submission, rng):
    cases = Cases()
    for demand in (0, rng.uniform(1, 4), rng.uniform(10, 40)):
        with cases:
            problem = _problem(rng, demand)
            got = submission.call("cheapest_model", *problem)
            got = numbers(got, "cheapest_model", (2,))
            if not close(got, _best(*problem), TOLERANCE):
                raise explain(got, MISTAKES, problem, _case(problem, got), TOLERANCE)
    return cases.verdict("At this size a little more text saves as much as it costs.")


def _problem(rng, demand):
    """Constants near the published ones, a loss, and `demand` times the compute-optimal text."""
    E, A, B = rng.uniform(1.5, 2), rng.uniform(300, 500), rng.uniform(1000, 2000)
    alpha, beta = rng.uniform(0.29, 0.33), rng.uniform(0.36, 0.4)
    loss = E + rng.uniform(0.2, 0.5)
    text = _best(E, A, B, alpha, beta, loss, 0)[1]
    return tuple(map(float, (E, A, B, alpha, beta, loss, demand * text)))


def _case(problem, got):
    names = ("E", "A", "B", "alpha", "beta", "loss", "served")
    given = ", ".join(f"{name} = {short(x)}" for name, x in zip(names, problem, strict=True))
    return f"{given}; you returned {short(got)}"


def _best(E, A, B, alpha, beta, loss, served, train=6, serve=2):
    """Halve the share of the gap that the size's term takes, until both margins agree."""
    gap, low, high = loss - E, 0.0, 1.0
    for _ in range(80):
        share = (low + high) / 2
        N = (A / (gap * share)) ** (1 / alpha)
        D = (B / (gap * (1 - share))) ** (1 / beta)
        wanted = beta * (1 - share) * (1 + serve * served / (train * D))
        low, high = (share, high) if alpha * share < wanted else (low, share)
    return N, D


def _twenty(E, A, B, alpha, beta, loss, served):
    """The size that reaches the loss with twenty tokens a parameter."""
    sizes = np.geomspace(1e3, 1e18, 20001)
    losses = E + A / sizes**alpha + B / (20 * sizes) ** beta
    N = float(np.interp(-loss, -losses, sizes))
    return N, 20 * N


MISTAKES = [
    Mistake(
        "order",
        "These are the right numbers in the other order.",
        "Return the parameters first, then the tokens.",
        lambda *p: [_best(*p)[::-1]],
    ),
    Mistake(
        "no-demand",
        "This is the compute-optimal model, as if nobody would ever use it.",
        "Add what serving costs to the bill before you look for its lowest point.",
        lambda *p: [_best(*p[:-1], 0)],
    ),
    Mistake(
        "one-price",
        "Training and serving are charged alike.",
        "A training token costs six operations a parameter, a served token two.",
        lambda *p: [_best(*p, serve=6)],
    ),
    Mistake(
        "prices-swapped",
        "The two prices have changed places.",
        "A training token costs six operations a parameter, a served token two.",
        lambda *p: [_best(*p, train=2, serve=6)],
    ),
    Mistake(
        "floor",
        "The floor has been forgotten, and the model is far too small.",
        "Only the part of the loss above E is shared between the two terms.",
        lambda E, *p: [_best(0, *p)],
    ),
    Mistake(
        "fixed-ratio",
        "This model reads twenty tokens for each parameter, whatever the demand.",
        "Leave the ratio free: let the bill choose it.",
        lambda *p: [_twenty(*p)],
    ),
    Mistake(
        "value",
        "Another model of this loss is cheaper, or this one has another loss.",
        "Compute the loss of your pair and its bill, then those of one with N a little smaller.",
    ),
]
