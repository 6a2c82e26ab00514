"""Checks `optimal_allocation(E, A, B, alpha, beta, C)` against Hoffmann et al. (2022), eq. 4."""

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-4  # lets a careful numerical solution pass, whose rounding is near 1e-7


def check(submission, rng):
    cases = Cases()
    for _ in range(3):
        with cases:
            law = _law(rng)
            got = numbers(submission.call("optimal_allocation", *law), "optimal_allocation", (2,))
            if not close(got, _split(*law), TOLERANCE):
                raise explain(got, MISTAKES, law, _case(law, got), TOLERANCE)
    return cases.verdict("At this split, model and data are worth the same at the margin.")


def _law(rng):
    """Constants near the published ones, and a budget; alpha and beta are clearly apart."""
    E, A, B = rng.uniform(1.5, 2), rng.uniform(300, 500), rng.uniform(1000, 2000)
    alpha, beta = rng.uniform(0.28, 0.33), rng.uniform(0.36, 0.42)
    return tuple(map(float, (E, A, B, alpha, beta, 10 ** rng.uniform(18, 24))))


def _case(law, got):
    E, A, B, alpha, beta, C = map(short, law)
    constants = f"E = {E}, A = {A}, B = {B}, alpha = {alpha}, beta = {beta}, C = {C}"
    return f"{constants}; you returned {short(got)}"


def _ratio(A, B, alpha, beta):
    return (alpha * A / (beta * B)) ** (1 / (alpha + beta))


def _pair(G, a, budget):
    """The pair whose product is `budget`, split with the weight `G` and the exponent `a`."""
    return G * budget**a, budget ** (1 - a) / G


def _split(E, A, B, alpha, beta, C):
    return _pair(_ratio(A, B, alpha, beta), beta / (alpha + beta), C / 6)


def _without_six(E, A, B, alpha, beta, C):
    N, D = _split(E, A, B, alpha, beta, 6 * C)
    n, d = _split(E, A, B, alpha, beta, C)
    return [(N, D), (N, C / 6 / N), (n, 6 * d)]


def _swapped(E, A, B, alpha, beta, C):
    return [
        _split(E, A, B, beta, alpha, C),
        _pair(_ratio(A, B, alpha, beta), alpha / (alpha + beta), C / 6),
    ]


def _inverted(E, A, B, alpha, beta, C):
    return [_pair(1 / _ratio(A, B, alpha, beta), beta / (alpha + beta), C / 6)]


def _unweighted(E, A, B, alpha, beta, C):
    weights = [1, _ratio(A, B, 1, 1) ** (2 / (alpha + beta))]
    return [_pair(G, beta / (alpha + beta), C / 6) for G in weights]


MISTAKES = [
    Mistake(
        "order",
        "These are the right numbers in the other order.",
        "Return the parameters first, then the tokens.",
        lambda *law: [_split(*law)[::-1]],
    ),
    Mistake(
        "six",
        "The 6 of the budget is missing somewhere.",
        "The product of your two numbers must be C / 6.",
        _without_six,
    ),
    Mistake(
        "swapped",
        "Alpha and beta have changed places.",
        "Derive the exponent of N again: test it with a huge beta, where more data hardly helps.",
        _swapped,
    ),
    Mistake(
        "fixed-ratio",
        "This is the rule of twenty tokens a parameter, which holds near one law and one budget.",
        "Use the constants that you were given.",
        lambda E, A, B, alpha, beta, C: [((C / 120) ** 0.5, 20 * (C / 120) ** 0.5)],
    ),
    Mistake(
        "inverted",
        "The constant in front is upside down.",
        "Where A is larger, the model should be larger: see which way your ratio goes.",
        _inverted,
    ),
    Mistake(
        "weights",
        "The exponents of the budget are right; the constant in front lacks something.",
        "Differentiate each term: the exponent comes down as a factor beside A or B.",
        _unweighted,
    ),
    Mistake(
        "value",
        "Another split of the same kind has a lower loss, or costs another budget.",
        "Compute 6 N D and the loss of your pair, then of one with N a little larger.",
    ),
]
