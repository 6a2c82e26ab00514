"""Checks `change_of_time` against least squares with a level for each developer."""

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6
Z, EXACT = 1.96, 1.959963984540054  # both pass


def check(submission, rng):
    cases = Cases()
    for developers, effect in ((3, 0.5), (6, -0.6), (12, 0.3)):
        with cases:
            problem = _problem(rng, developers, effect)
            got = numbers(submission.call("change_of_time", *problem), "change_of_time", (3,))
            if not any(close(got, _estimate(*problem, z=z), TOLERANCE) for z in (Z, EXACT)):
                case = f"{developers} developers, {len(problem[0])} tasks"
                case = f"{case}; you returned {short(got)}"
                raise explain(got, MISTAKES, problem, case, 1e-4)
    return cases.verdict("Slow and fast developers no longer disturb the comparison.")


def _problem(rng, developers, effect):
    """Developers of unequal speed, numbers of tasks and luck with the lot; no two mistakes agree."""
    while True:
        counts = rng.integers(4, 12, developers, dtype=np.intp)  # what `repeat` takes in the page
        names = rng.choice(900, developers, replace=False) + 100
        who = np.repeat(np.arange(developers), counts)
        share = np.repeat(rng.choice([0.3, 0.7], developers), counts)
        ai = (rng.random(len(who)) < share).astype(float)
        logs = 4 + 0.8 * rng.standard_normal(developers)[who] + effect * ai
        minutes = np.round(np.exp(logs + 0.5 * rng.standard_normal(len(who))), 1) + 0.5
        order = rng.permutation(len(who))
        problem = (names[who][order], ai[order], minutes[order])
        with_ai = np.bincount(who, ai)
        if ((with_ai > 0) & (with_ai < counts)).all() and _told_apart(problem):
            return problem


def _told_apart(problem):
    made = [_estimate(*problem)]
    made += [np.asarray(v) for each in MISTAKES[:-1] for v in each.values(*problem)]
    return not any(close(a, b, 3e-3) for i, a in enumerate(made) for b in made[:i])


def _centred(developer, column):
    _, who = np.unique(developer, return_inverse=True)
    return column - (np.bincount(who, column) / np.bincount(who))[who]


def _fit(developer, ai, y, *, blocks=True, lost=None):
    """The effect on `y` and its error; `lost` parameters are taken from the number of tasks."""
    if blocks:
        a, b = _centred(developer, ai), _centred(developer, y)
    else:
        a, b = ai - ai.mean(), y - y.mean()
    effect = a @ b / (a @ a)
    parameters = 1 + (len(np.unique(developer)) if blocks else 1)
    freedom = len(y) - (parameters if lost is None else lost)
    noise2 = ((b - effect * a) ** 2).sum() / freedom
    return effect, np.sqrt(noise2 / (a @ a))


def _percent(effect, error, z):
    return 100 * np.expm1(np.array([effect, effect - z * error, effect + z * error]))


def _estimate(developer, ai, minutes, *, z=Z, **changed):
    return _percent(*_fit(developer, ai, np.log(minutes), **changed), z)


def _mean_of_developers(developer, ai, minutes):
    y = np.log(minutes)
    own = [
        y[(developer == d) & (ai == 1)].mean() - y[(developer == d) & (ai == 0)].mean()
        for d in np.unique(developer)
    ]
    return [_percent(np.mean(own), _fit(developer, ai, y)[1], Z)]


def _in_minutes(developer, ai, minutes):
    """The ratio of the means, whatever interval comes with it; and a fit to the minutes."""
    effect, error = _fit(developer, ai, minutes)
    base = minutes[ai == 0].mean()
    return [100 * np.array([effect, effect - Z * error, effect + Z * error]) / base]


def _symmetric(developer, ai, minutes):
    effect, error = _fit(developer, ai, np.log(minutes))
    percent = 100 * np.expm1(effect)
    return [
        (percent, percent - 100 * reach, percent + 100 * reach)
        for reach in (Z * error, np.expm1(Z * error))
    ]


def _logs(developer, ai, minutes):
    effect, error = _fit(developer, ai, np.log(minutes))
    return [100 * np.array([effect, effect - Z * error, effect + Z * error])]


MISTAKES = [
    Mistake(
        "no-blocks",
        "The developers' own levels have been left in.",
        "Subtract each developer's mean from their log minutes and from their zeros and ones.",
        lambda *p: [_estimate(*p, blocks=False)],
    ),
    Mistake(
        "freedom",
        "The effect is right, and the interval too narrow: the levels are parameters too.",
        "Divide the squares by the tasks less one for each developer and one for the effect.",
        lambda *p: [_estimate(*p, lost=lost) for lost in (0, 1, 2, len(np.unique(p[0])))],
    ),
    Mistake(
        "minutes",
        "The effect has been estimated in minutes and not in logarithms.",
        "Take logarithms first: AI multiplies a time, whatever its length.",
        _in_minutes,
    ),
    Mistake(
        "logs",
        "These are a hundred times the logarithms.",
        "Take the exponential of all three, subtract one, and multiply by a hundred.",
        _logs,
    ),
    Mistake(
        "symmetric",
        "The interval has been laid around the per cent, the same way up and down.",
        "Find both ends in logarithms and bring each of them back.",
        _symmetric,
    ),
    Mistake(
        "mean-of-developers",
        "Every developer weighs the same, however few their tasks.",
        "Add up products and squares over all tasks before you divide.",
        _mean_of_developers,
    ),
    Mistake(
        "reversed",
        "This is the time without AI against that with it.",
        "A positive result means that AI takes longer.",
        lambda developer, ai, minutes: [_estimate(developer, 1 - ai, minutes)],
    ),
    Mistake(
        "value",
        "These are not the estimate and the ends of its interval.",
        "Go through Ada's and Bob's five tasks by hand; the effect there is 35 %.",
    ),
]
