"""Checks `route(...)` against every threshold, on questions where the plausible mistakes differ."""

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6
N_QUESTIONS = 60


def check(submission, rng):
    cases = Cases()
    for _ in range(3):
        with cases:
            problem = _problem(rng)
            got = numbers(submission.call("route", *problem), "route", (2,))
            if not close(got, _route(*problem), TOLERANCE):
                case = f"{N_QUESTIONS} questions, scores 0 to 5, budget = {short(problem[-1])}"
                case = f"{case}; you returned {short(got)}"
                raise explain(got, MISTAKES, problem, case, TOLERANCE)
    return cases.verdict("No other threshold buys more right answers for this budget.")


def _problem(rng):
    """Easy, hard and hopeless questions, drawn again until no mistake gives the right answer."""
    while True:
        score = rng.integers(0, 6, N_QUESTIONS).astype(float)
        cheap = (rng.random(N_QUESTIONS) < 0.9 - 0.17 * score).astype(float)
        strong = (rng.random(N_QUESTIONS) < np.where(score > 4, 0.02, 0.95)).astype(float)
        cheap_cost = rng.integers(3, 6, N_QUESTIONS).astype(float)
        strong_cost = rng.integers(25, 40, N_QUESTIONS).astype(float)
        problem = (score, cheap, strong, cheap_cost, strong_cost, float(rng.uniform(15, 28)))
        best = _route(*problem)
        wrong = [value for each in MISTAKES[:-1] for value in each.values(*problem)]
        if not any(close(value, best, 1e-3) for value in wrong):
            return problem


def _points(score, cheap, strong, cheap_cost, strong_cost):
    """(accuracy, cost) at every threshold, from sending nobody to sending all."""
    cuts = np.append(np.inf, np.unique(score)[::-1])
    sent = score >= cuts[:, None]
    right, paid = np.where(sent, strong, cheap), np.where(sent, strong_cost, cheap_cost)
    return list(zip(right.mean(axis=1), paid.mean(axis=1), strict=True))


def _best(points, budget):
    affordable = [point for point in points if point[1] <= budget]
    return max(affordable, key=lambda point: (point[0], -point[1]))


def _route(score, cheap, strong, cheap_cost, strong_cost, budget):
    return _best(_points(score, cheap, strong, cheap_cost, strong_cost), budget)


def _most_sent(score, cheap, strong, cheap_cost, strong_cost, budget):
    points = _points(score, cheap, strong, cheap_cost, strong_cost)
    return [point for point in points if point[1] <= budget][-1]


def _ties_split(score, *others):
    """Each question has a place of its own in the ranking, in the order of the arrays or reversed."""
    n = len(score)
    for order in (np.argsort(-score, kind="stable"), np.argsort(score, kind="stable")[::-1]):
        ranked = np.empty(n)
        ranked[order] = np.arange(n)[::-1]
        yield _route(ranked, *others)


def _peeked(score, cheap, strong, cheap_cost, strong_cost, budget):
    """Only where the strong path alone is right, cheapest first, while the budget lasts."""
    extra = strong_cost - cheap_cost
    needed = np.sort(extra[(strong > cheap)])
    total = cheap_cost.sum() + np.append(0, np.cumsum(needed))
    bought = np.flatnonzero(total <= budget * len(score))[-1]
    return (cheap.sum() + bought) / len(score), total[bought] / len(score)


MISTAKES = [
    Mistake(
        "order",
        "These are the right numbers in the other order.",
        "Return the accuracy first, then the cost.",
        lambda *p: [_route(*p)[::-1]],
    ),
    Mistake(
        "reversed",
        "The easy questions go to the strong path and the hard ones to the cheap one.",
        "Send those whose score is at least the threshold.",
        lambda score, *p: [_route(-score, *p)],
    ),
    Mistake(
        "no-budget",
        "This threshold costs more than the budget allows.",
        "Strike out what is too dear before you take the most accurate.",
        lambda *p: [_route(*p[:-1], np.inf)],
    ),
    Mistake(
        "most-sent",
        "The budget is spent as far as it goes, but a smaller share was more accurate.",
        "Compare the accuracies: the strong path is not always right.",
        lambda *p: [_most_sent(*p)],
    ),
    Mistake(
        "ties-split",
        "Questions of equal score have been told apart.",
        "A threshold sends all of one score or none of them.",
        lambda *p: _ties_split(*p),
    ),
    Mistake(
        "both-paid",
        "The questions that were sent have been charged for both paths.",
        "The router decides before anything is answered: only one path is paid.",
        lambda s, c, g, low, high, b: [_route(s, c, g, low, low + high, b)],
    ),
    Mistake(
        "peeked",
        "This is better than any threshold: the answers were used to choose the questions.",
        "Decide by the score alone, and look at the answers only to count them.",
        lambda *p: [_peeked(*p)],
    ),
    Mistake(
        "value",
        "No threshold gives this pair, or another one is more accurate or cheaper.",
        "Write down accuracy and cost for every threshold on five questions by hand.",
    ),
]
