"""Checks `plan(n, p, q, decay)` against every plan, where the plausible mistakes give other numbers."""

from functools import lru_cache

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    draws = (_problem, _problem, _problem, _patient, _tireless, _tied)
    for problem in [draw(rng) for draw in draws]:
        with cases:
            got = numbers(submission.call("plan", *problem), "plan", (3,))
            if not close(got, _plan(*problem), TOLERANCE):
                n, p, q, decay = problem
                case = f"n = {n}, p = {p}, q = {q}, decay = {decay}; you returned {short(got)}"
                raise explain(got, MISTAKES, problem, case, TOLERANCE)
    return cases.verdict("No other plan is likelier to succeed, and its cost is right too.")


def _problem(rng):
    """Drawn again until every mistake shows: some repairs are best, and the last group is cut off."""
    while True:
        n = int(rng.integers(8, 15))
        p, q = round(float(rng.uniform(0.05, 0.2)), 2), round(float(rng.uniform(0.25, 0.5)), 2)
        problem = (n, p, q, round(float(rng.uniform(0.3, 0.7)), 2))
        best = _plan(*problem)
        if best[0] >= 1 and n % (best[0] + 1):
            others = [v for each in MISTAKES if each.id != "ties" for v in each.values(*problem)]
            if not any(close(value, best, 1e-3) for value in others):
                return problem


def _patient(rng):
    """Repairs that hardly tire, so that at least three of them are best."""
    while True:
        n, decay = int(rng.integers(8, 12)), round(float(rng.uniform(0.85, 0.95)), 2)
        problem = (n, 0.05, round(float(rng.uniform(0.4, 0.6)), 2), decay)
        if _plan(*problem)[0] >= 3:
            return problem


def _tireless(rng):
    """Repairs that never tire and beat a new program: after the first, all should be repairs."""
    return int(rng.integers(5, 9)), 0.1, float(rng.integers(2, 5)) / 8, 1.0


def _tied(rng):
    """A repair is as good as a new program, so that all plans are equally good."""
    p = float(rng.integers(1, 4)) / 8
    return int(rng.integers(4, 8)), p, p, 1.0


def _chances(r, n, p, q, decay):
    """The chance of each of `n` attempts under the plan `r`."""
    group = [p, *(q * decay**i for i in range(r))]
    return [group[t % (r + 1)] for t in range(n)]


def _outcome(r, chances):
    failed, attempts = 1.0, 0.0
    for chance in chances:
        attempts += failed
        failed *= 1 - chance
    return r, 1 - failed, attempts


def _best(outcomes):
    """The likeliest to succeed; of equals, which rounding may part, the smallest."""
    outcomes = list(outcomes)
    most = max(outcome[1] for outcome in outcomes)
    return next(outcome for outcome in outcomes if outcome[1] >= most - 1e-12)


@lru_cache(maxsize=64)
def _plan(n, p, q, decay):
    return _best(_outcome(r, _chances(r, n, p, q, decay)) for r in range(n))


def _no_remainder(n, p, q, decay):
    """Only whole groups are made."""
    whole = (_chances(r, n // (r + 1) * (r + 1), p, q, decay) for r in range(n))
    return _best(_outcome(r, chances) for r, chances in enumerate(whole))


def _never_afresh(n, p, q, decay):
    """The repairs go on fading from one program to the next."""

    def chances(r):
        repairs = 0
        for t in range(n):
            fresh = t % (r + 1) == 0
            yield p if fresh else q * decay**repairs
            repairs += not fresh

    return _best(_outcome(r, chances(r)) for r in range(n))


def _cheapest(n, p, q, decay):
    return min((_outcome(r, _chances(r, n, p, q, decay)) for r in range(n)), key=lambda o: o[2])


def _added(n, p, q, decay):
    sums = [(r, min(sum(_chances(r, n, p, q, decay)), 1.0)) for r in range(n)]
    r, total = max(sums, key=lambda pair: (pair[1], -pair[0]))
    return r, total, _outcome(r, _chances(r, n, p, q, decay))[2]


def _conditional(n, p, q, decay):
    """The mean number of attempts up to a success, failures left out."""
    r, success, _ = _plan(n, p, q, decay)
    failed, ends = 1.0, 0.0
    for t, chance in enumerate(_chances(r, n, p, q, decay), 1):
        ends += t * failed * chance
        failed *= 1 - chance
    return r, success, ends / success


MISTAKES = [
    Mistake(
        "order",
        "These are the right numbers in another order.",
        "Return the repairs first, then the probability, then the attempts.",
        lambda *p: [
            _plan(*p)[::-1],
            [_plan(*p)[i] for i in (1, 0, 2)],
            [_plan(*p)[i] for i in (0, 2, 1)],
        ],
    ),
    Mistake(
        "all-attempts",
        "The cost is the whole budget, though nobody goes on after a success.",
        "Count attempt t + 1 only with the chance that the first t have failed.",
        lambda n, *p: [(*_plan(n, *p)[:2], n)],
    ),
    Mistake(
        "until-success",
        "The cost leaves out the cases in which nothing was right.",
        "A plan that fails makes all n attempts; let it count.",
        lambda *p: [_conditional(*p)],
    ),
    Mistake(
        "one-late",
        "The cost is a sum of survival chances that begins one attempt too late.",
        "The first attempt is always made: begin the sum with s_0 = 1.",
        lambda *p: [(*_plan(*p)[:2], _plan(*p)[2] - _plan(*p)[1])],
    ),
    Mistake(
        "no-remainder",
        "The attempts that do not fill a whole group have been left unused.",
        "Cut the last group off where the budget ends, and count what was made of it.",
        lambda *p: [_no_remainder(*p)],
    ),
    Mistake(
        "never-afresh",
        "The repairs of a new program are as tired as those of the one before.",
        "Count the repairs from the start again after each new program.",
        lambda *p: [_never_afresh(*p)],
    ),
    Mistake(
        "no-decay",
        "Every repair has been given the chance of the first.",
        "Multiply by the decay once for each earlier repair of the same program.",
        lambda n, p, q, decay: [_plan(n, p, q, 1.0)],
    ),
    Mistake(
        "decay-early",
        "Even the first repair has faded.",
        "The first repair has the chance q, the second q times decay.",
        lambda n, p, q, decay: [_plan(n, p, q * decay, decay)],
    ),
    Mistake(
        "added",
        "The chances of the attempts have been added up.",
        "Multiply the chances of failing, and take the result from one.",
        lambda *p: [_added(*p)],
    ),
    Mistake(
        "cheapest",
        "This plan makes the fewest attempts, and another is likelier to succeed.",
        "Compare the plans by the probability of success alone.",
        lambda *p: [_cheapest(*p)],
    ),
    Mistake(
        "ties",
        "Several plans are equally good here, and this is not the one with the fewest repairs.",
        "Change your best only for a probability that is larger, beyond rounding.",
        lambda *p: [
            outcome
            for outcome in (_outcome(r, _chances(r, *p)) for r in range(p[0]))
            if abs(outcome[1] - _plan(*p)[1]) < 1e-9
        ],
    ),
    Mistake(
        "value",
        "No plan has these numbers, or another one is likelier to succeed.",
        "Write down the chance of each attempt for n = 3, plan by plan, and multiply.",
    ),
]
