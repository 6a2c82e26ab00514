"""Answers to repair-budget: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def plan(n, p, q, decay):
    best = (0, 0.0, 0.0)
    for r in range(n):
        failed, attempts = 1.0, 0.0
        for t in range(n):
            attempts += failed
            repairs = t % (r + 1)
            failed *= 1 - (p if repairs == 0 else q * decay ** (repairs - 1))
        if 1 - failed > best[1] + 1e-12:
            best = (r, 1 - failed, attempts)
    return best


@right("whole groups by powers, the rest by hand")
def plan(n, p, q, decay):
    found = []
    for r in range(n):
        group = np.append(1 - p, 1 - q * decay ** np.arange(r))
        groups, rest = divmod(n, r + 1)
        inside = np.cumprod(np.append(1, group))
        fail, cost = inside[-1], inside[:-1].sum()
        made = cost * sum(fail**g for g in range(groups)) + fail**groups * inside[:rest].sum()
        found.append((r, 1 - fail**groups * inside[rest], made))
    return min(found, key=lambda each: (-round(each[1], 12), each[0]))


def survival(r, n, p, q, decay):
    place = np.arange(n) % (r + 1)
    chance = np.where(place == 0, p, q * decay ** np.maximum(place - 1, 0.0))
    return np.cumprod(np.append(1, 1 - chance))


@right("survival curves as arrays")
def plan(n, p, q, decay):
    curves = np.array([survival(r, n, p, q, decay) for r in range(n)])
    r = int(np.argmin(np.round(curves[:, -1], 12)))
    return r, 1 - curves[r, -1], curves[r, :-1].sum()


@right("a walk over states, where success ends it")
def plan(n, p, q, decay):
    def walk(t, repairs, r):
        if t == n:
            return 0.0, 0.0
        chance = p if repairs == 0 else q * decay ** (repairs - 1)
        later, cost = walk(t + 1, (repairs + 1) % (r + 1), r)
        return chance + (1 - chance) * later, 1 + (1 - chance) * cost

    found = [(r, *walk(0, 0, r)) for r in range(n)]
    return max(found, key=lambda each: (round(each[1], 12), -each[0]))


def best(n, p, q, decay):
    return plan_of([survival(r, n, p, q, decay) for r in range(n)])


def plan_of(curves):
    r = int(np.argmin(np.round([curve[-1] for curve in curves], 12)))
    return r, 1 - curves[r][-1], curves[r][:-1].sum()


@wrong("order")
def plan(n, p, q, decay):
    r, success, attempts = best(n, p, q, decay)
    return success, r, attempts


@wrong("all-attempts")
def plan(n, p, q, decay):
    r, success, _ = best(n, p, q, decay)
    return r, success, n


@wrong("one-late")
def plan(n, p, q, decay):
    r, success, _ = best(n, p, q, decay)
    return r, success, survival(r, n, p, q, decay)[1:].sum()


@wrong("until-success")
def plan(n, p, q, decay):
    r, success, _ = best(n, p, q, decay)
    ends = -np.diff(survival(r, n, p, q, decay))
    return r, success, (ends * np.arange(1, n + 1)).sum() / success


@wrong("no-remainder")
def plan(n, p, q, decay):
    return plan_of([survival(r, n // (r + 1) * (r + 1), p, q, decay) for r in range(n)])


@wrong("no-decay")
def plan(n, p, q, decay):
    return best(n, p, q, 1.0)


@wrong("decay-early")
def plan(n, p, q, decay):
    return best(n, p, q * decay, decay)


@wrong("never-afresh")
def plan(n, p, q, decay):
    curves = []
    for r in range(n):
        survived, repairs = [1.0], 0
        for t in range(n):
            fresh = t % (r + 1) == 0
            survived.append(survived[-1] * (1 - (p if fresh else q * decay**repairs)))
            repairs += not fresh
        curves.append(np.array(survived))
    return plan_of(curves)


@wrong("cheapest")
def plan(n, p, q, decay):
    curves = [survival(r, n, p, q, decay) for r in range(n)]
    r = min(range(n), key=lambda r: curves[r][:-1].sum())
    return r, 1 - curves[r][-1], curves[r][:-1].sum()


@wrong("added")
def plan(n, p, q, decay):
    best = (0, 0.0, 0.0)
    for r in range(n):
        chances = [q * decay ** (t % (r + 1) - 1) if t % (r + 1) else p for t in range(n)]
        if min(sum(chances), 1.0) > best[1]:
            best = (r, min(sum(chances), 1.0), survival(r, n, p, q, decay)[:-1].sum())
    return best


@wrong("ties")
def plan(n, p, q, decay):
    curves = [survival(r, n, p, q, decay) for r in range(n)]
    r = max(range(n), key=lambda r: (round(1 - curves[r][-1], 12), r))
    return r, 1 - curves[r][-1], curves[r][:-1].sum()


@wrong("value")
def plan(n, p, q, decay):
    return 0, 1 - (1 - p) ** n, (1 - (1 - p) ** n) / p


@wrong("value")
def plan(n, p, q, decay):
    curves = np.array([survival(r, n, p, q, decay) for r in range(min(n, 3))])
    r = int(np.argmin(np.round(curves[:, -1], 12)))
    return r, 1 - curves[r, -1], curves[r, :-1].sum()


@wrong("value")
def plan(n, p, q, decay):
    """Never makes more repairs than half of the budget."""
    curves = np.array([survival(r, n, p, q, decay) for r in range(n // 2 + 1)])
    r = int(np.argmin(np.round(curves[:, -1], 12)))
    return r, 1 - curves[r, -1], curves[r, :-1].sum()
