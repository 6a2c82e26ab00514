"""Checks `tasks_needed` against the two parts of a trial's standard error."""

import math
from statistics import NormalDist

import numpy as np

from struggle.compare import Mistake, close, explain, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6  # even numbers below 2,000 differ by more
QUANTILE = NormalDist().inv_cdf


def check(submission, rng):
    cases = Cases()
    for kind in ("no spread", "spread", "helps", "never", "an even chance", "few"):
        with cases:
            problem = _problem(rng, kind)
            got = float(table(submission.call("tasks_needed", *problem), "tasks_needed", ())[()])
            want = _tasks(*problem)
            if got != want and (math.isinf(want) or not close(got, want, TOLERANCE)):
                shown = ", ".join(short(np.float64(x)) for x in problem)
                case = f"tasks_needed({shown}); you returned {short(np.float64(got))}"
                if math.isinf(want):
                    raise NEVER.failure(case)
                raise explain(got, MISTAKES, problem, case, TOLERANCE)
    return cases.verdict("More tasks help only as far as people are alike.")


def _problem(rng, kind):
    """A plan far enough from the next even number; no two mistakes agree where spread can be seen."""
    while True:
        percent = {"helps": -rng.uniform(15, 40), "few": rng.uniform(80, 150)}.get(
            kind, rng.uniform(15, 45)
        )
        developers, noise = int(rng.integers(8, 60)), rng.uniform(0.4, 0.9)
        power = rng.uniform(0.52, 0.62) if kind == "an even chance" else rng.uniform(0.7, 0.95)
        reach = abs(math.log1p(percent / 100)) / (QUANTILE(0.975) + QUANTILE(power))
        share = {"no spread": 0, "never": rng.uniform(1.1, 1.6)}.get(kind, rng.uniform(0.5, 0.8))
        problem = (percent, noise, share * reach * math.sqrt(developers), developers, power)
        if kind == "never":
            return problem
        exact = _tasks(*problem, even=False)
        if kind == "few" and exact < 7 and 0.1 < exact % 2 < 1.9:
            return problem
        if 12 < exact < 1500 and 0.1 < exact % 2 < 0.9 and _told_apart(problem):
            return problem


def _told_apart(problem):
    sets = [{_tasks(*problem)}] + [set(each.values(*problem)) for each in MISTAKES[:-1]]
    return all(a.isdisjoint(b) for i, a in enumerate(sets) for b in sets[:i])


def _tasks(
    percent, noise, spread, developers, power, *, even=True, quarters=4, tail=0.975, log=True
):
    effect = math.log1p(percent / 100) if log else percent / 100
    allowed = developers * (effect / (QUANTILE(tail) + (QUANTILE(power) if power else 0))) ** 2
    left = allowed - spread**2
    if left <= 0:
        return math.inf
    exact = quarters * noise**2 / left
    return 2 * math.ceil(exact / 2) if even else exact


def _with(**changed):
    """What a plan with a mistake in it gives, where it is finite and not by chance the right one."""

    def values(*problem):
        found = _tasks(*problem, **changed)
        return [found] if math.isfinite(found) and found != _tasks(*problem) else []

    return values


def _in_another_place(percent, noise, spread, developers, power):
    """The spread divided by the tasks as the noise is."""
    found = _tasks(percent, math.hypot(noise, spread / 2), 0, developers, power)
    other = _tasks(percent, math.hypot(noise, spread), 0, developers, power)
    without = _tasks(percent, noise, 0, developers, power)
    return [
        x
        for x in (found, other, without)
        if spread and x != _tasks(percent, noise, spread, developers, power)
    ]


NEVER = Mistake(
    "never",
    "Here the developers differ so much that no number of tasks is enough.",
    "Return math.inf where the spread alone makes the standard error too large.",
)
MISTAKES = [
    Mistake(
        "spread-shrinks",
        "The spread between developers has been left out, or made smaller by more tasks.",
        "Each person's effect counts once: divide its variance by the developers only.",
        _in_another_place,
    ),
    Mistake(
        "all-tasks",
        "Each mean has been taken over all tasks of a developer.",
        "Half of the tasks are done with AI and half without; the two variances add up.",
        lambda *p: [x for q in (1, 2) for x in _with(quarters=q)(*p)],
    ),
    Mistake(
        "no-power",
        "With so few tasks only half of the trials succeed.",
        "Add the quantile of the power to that of the interval.",
        lambda *p: [x for x in [_tasks(*p[:-1], 0.5)] if x != _tasks(*p)],
    ),
    Mistake(
        "per-cent",
        "The per cent have been used as if they were a logarithm.",
        "Take the logarithm of one plus the change.",
        _with(log=False),
    ),
    Mistake(
        "one-sided",
        "The interval leaves out 5 % on one side.",
        "An interval of 95 % leaves out 2.5 % on either side.",
        _with(tail=0.95),
    ),
    Mistake(
        "rounded",
        "This is not an even number, or the even one below.",
        "Divide by two, round up, and multiply by two.",
        lambda *p: [
            x
            for exact in [_tasks(*p, even=False)]
            for x in (exact, math.floor(exact), math.ceil(exact), 2 * math.floor(exact / 2))
            if x != _tasks(*p)
        ],
    ),
    Mistake(
        "value",
        "This is not the smallest even number of tasks that is enough.",
        "Put your answer, and two less, into the standard error, and compute the power of both.",
    ),
]
