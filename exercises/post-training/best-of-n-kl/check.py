"""Checks `best_of_n(policy, scores, n)` against powers of cumulative sums."""

import numpy as np

from struggle.compare import Mistake, number, numbers, short, table
from struggle.verdict import Cases, NotYet

TOLERANCE = 1e-6  # of the divergence, relative; and of each probability, absolute


def check(submission, rng):
    cases = Cases()
    # A handful of answers, many, and so many draws that a poor answer's chance rounds to zero.
    for answers, n in ((3, 2), (40, 16), (6, 5000)):
        with cases:
            inputs = (*_answers(rng, answers), n)
            kept, divergence = _read(submission.call("best_of_n", *inputs), answers)
            case = f"{answers} answers, n = {n}"
            _compare(kept, _kept(*inputs), KEPT, inputs, case)
            number(divergence, "best_of_n")
            want = _kl(_kept(*inputs), inputs[0])
            _compare(float(divergence), want, DIVERGENCE, inputs, f"{case}; kl {short(divergence)}")
    return cases.verdict("Only the order of the scores counts, and the formula is an upper bound.")


def _answers(rng, k):
    """Probabilities and scores of `k` answers; the last to be kept is among the least likely."""
    policy = rng.dirichlet(np.full(k, 2.0)) * 0.9 + 0.1 / k
    return policy, rng.permutation(np.arange(1, k + 1) + rng.uniform(0, 0.5, k))


def _read(got, answers):
    """The two parts of what was returned, the divergence not yet judged."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        raise NotYet(
            "shape",
            cause="`best_of_n` returned something else than a pair.",
            next="Return `kept, kl`: an array and a number.",
        )
    kept = numbers(got[0], "best_of_n", (answers,))
    if np.isnan(table(got[1], "best_of_n", ())):
        raise NotYet(
            "nan",
            cause="The divergence is nan: an answer whose chance rounds to zero was multiplied by "
            "the logarithm of zero.",
            next="Leave out the answers that are never kept.",
        )
    return kept, float(got[1])


def _compare(got, want, mistakes, inputs, case):
    def near(value):
        return np.shape(value) == np.shape(got) and bool(
            np.all(np.abs(np.subtract(got, value)) <= TOLERANCE * np.maximum(np.abs(value), 1e-3))
        )

    if not near(want):
        with np.errstate(all="ignore"):
            found = (m for m in mistakes if any(near(value) for value in m.values(*inputs)))
            raise next(found, mistakes[-1]).failure(case)


def _kept(policy, scores, n):
    order = np.argsort(scores)
    kept = np.empty(len(policy))
    kept[order] = np.diff(np.cumsum(policy[order]) ** n, prepend=0)
    return kept


def _kl(p, q):
    some = p > 0
    return float((p[some] * np.log(p[some] / q[some])).sum())


def _share(values):
    return values / values.sum()


KEPT = [
    Mistake(
        "sorted",
        "These are the right chances in the order of the scores.",
        "Bring them back into the order in which the answers came.",
        lambda p, s, n: [_kept(p, s, n)[np.argsort(s)], _kept(p, s, n)[np.argsort(s)[::-1]]],
    ),
    Mistake(
        "lowest",
        "You keep the answer with the lowest score.",
        "Sum up from the lowest score to the highest.",
        lambda p, s, n: [_kept(p, -s, n)],
    ),
    Mistake(
        "unsorted",
        "You summed the probabilities in the order of the input, so the scores have no effect.",
        "Line the answers up by score first.",
        lambda p, s, n: [_kept(p, np.arange(len(p)), n), p],
    ),
    Mistake(
        "power",
        "You raised each answer's own probability to the power n, the chance that all draws are it.",
        "Raise the total probability of all answers that score no higher.",
        lambda p, s, n: [p**n, _share(p**n)],
    ),
    Mistake(
        "at-least-once",
        "This is the chance to be drawn at least once, whatever else was drawn.",
        "An answer is kept only if no better one was drawn.",
        lambda p, s, n: [1 - (1 - p) ** n, _share(1 - (1 - p) ** n)],
    ),
    Mistake(
        "kept",
        "These are not the chances of each answer to be the best of n draws.",
        "Draw a million times for three answers and compare.",
    ),
]
DIVERGENCE = [
    Mistake(
        "formula",
        "The divergence is the formula for endlessly many answers; with few it is only a bound.",
        "Compute it from `kept` and `policy`.",
        lambda p, s, n: [np.log(n) - (n - 1) / n],
    ),
    Mistake(
        "reverse",
        "The divergence was taken the other way round, weighted with the old probabilities.",
        "Weight the logarithms with `kept`.",
        lambda p, s, n: [_kl(p, _kept(p, s, n)), -_kl(p, _kept(p, s, n))],
    ),
    Mistake(
        "bits",
        "This is the divergence in bits.",
        "Use the natural logarithm.",
        lambda p, s, n: [_kl(_kept(p, s, n), p) / np.log(2)],
    ),
    Mistake(
        "value",
        "The chances are right, but this is not their divergence from the policy.",
        "Sum `kept * ln(kept / policy)` over the answers that can be kept.",
    ),
]
