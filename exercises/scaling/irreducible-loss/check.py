"""Checks `floor_and_exponent(N, L)` against the constants that made the losses."""

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short, span
from struggle.verdict import Cases

# Over 60 seeds four estimators of different kinds stay within 0.011 of the truth, while the lowest
# loss, the best guess without a fit, is 0.05 above the floor or more.
TOLERANCE = 0.04


def check(submission, rng):
    cases = Cases()
    for _ in range(3):
        with cases:
            N, L, truth = _ladder(rng)
            got = numbers(submission.call("floor_and_exponent", N, L), "floor_and_exponent", (2,))
            if not close(got, truth, TOLERANCE):
                case = f"{span(N, 'N')}, {span(L, 'L')}; you returned {short(got)}"
                if close(got[0], L.min(), 0.01):
                    raise MINIMUM.failure(case)
                raise explain(got, MISTAKES, (N, L, *truth), case, TOLERANCE)
    return cases.verdict("Above the right floor, the losses lie on a straight line in logarithms.")


def _ladder(rng):
    """Sizes and losses with noise of 0.1 %, and the true floor and exponent."""
    N = np.logspace(3, 7, 17)
    E, alpha, top = rng.uniform(1.5, 2), rng.uniform(0.25, 0.4), rng.uniform(3, 5)
    L = (E + top * (N / N[0]) ** -alpha) * np.exp(rng.normal(0, 0.001, N.size))
    return N, L, (E, alpha)


def _slope(x, y):
    return np.polyfit(x, y, 1)[0]


MINIMUM = Mistake(
    "minimum",
    "The floor sits at the lowest loss, but the largest model still stands above the true one.",
    "Try floors below it, and judge which leaves a straight line with logarithms on both axes.",
)
MISTAKES = [
    Mistake(
        "no-floor",
        "The floor is left at zero, and the exponent comes out too small.",
        "Subtract a guess of the floor before you take logarithms.",
        lambda N, L, E, alpha: [(0, -_slope(np.log(N), np.log(L)))],
    ),
    Mistake(
        "not-subtracted",
        "The floor is right, but the exponent is that of the line with the floor left in.",
        "Fit the line to the logarithm of L minus your floor.",
        lambda N, L, E, alpha: [(E, -_slope(np.log(N), np.log(L)))],
    ),
    Mistake(
        "sign",
        "The floor is right; the exponent has the sign of the slope.",
        "Return alpha, which is positive.",
        lambda N, L, E, alpha: [(E, -alpha)],
    ),
    Mistake(
        "order",
        "These are the right numbers in the other order.",
        "Return the floor first, then the exponent.",
        lambda N, L, E, alpha: [(alpha, E)],
    ),
    Mistake(
        "value",
        "Above this floor the losses do not follow this exponent.",
        "Plot the logarithm of L minus your floor against that of N, and look for a bend.",
    ),
]
