"""Checks `fit(wins)` against Newton's method on the likelihood of Bradley and Terry."""

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-4
SCALE = 400 / np.log(10)


def check(submission, rng):
    cases = Cases()
    for n, kind in ((3, "all met"), (4, "one swept"), (5, "two apart"), (6, "chain")):
        with cases:
            wins = _table(rng, n, kind)
            got = numbers(submission.call("fit", wins.copy()), "fit", (n,))
            if not close(got, _fit(wins), TOLERANCE):
                near = np.abs(got - _fit(wins)).max() < 1
                mistakes = [*MISTAKES[:-1], INEXACT] if near else MISTAKES
                raise explain(got, mistakes, (wins,), _case(wins, got), TOLERANCE)
    return cases.verdict("Every model has won as often as its rating lets one expect.")


def _table(rng, n, kind):
    """Votes of `n` models, unevenly many a pair, drawn until no mistake gives the right ratings."""
    while True:
        true = rng.permutation(np.linspace(-220, 220, n)) + rng.uniform(-40, 40, n)
        battles = np.triu(rng.integers(8, 90, (n, n)), 1)
        if kind == "two apart":  # they never met
            battles[0, n - 1] = 0
        if kind == "chain":  # only neighbours met, so that strength spreads slowly
            battles[np.triu(np.ones((n, n)), 2) > 0] = 0
            true = np.sort(true)
        won = rng.binomial(battles, 1 / (1 + np.exp((true - true[:, None]) / SCALE)))
        wins = won + (battles - won).T
        met = wins + wins.T
        if ((wins == 0) & (met > 0)).any():
            continue
        if kind == "one swept":
            best, last = int(true.argmax()), int(true.argmin())
            wins[best, last], wins[last, best] = met[best, last], 0
        right = _fit(wins)
        wrong = [value for each in MISTAKES for value in each.values(wins)]
        if np.abs(right).min() > 4 and not any(close(v, right, 1e-3) for v in wrong):
            return wins


def _expected(wins, ratings):
    """Wins of each model that `ratings` lead one to expect."""
    chance = 1 / (1 + np.exp((ratings - ratings[:, None]) / SCALE))
    return ((wins + wins.T) * chance).sum(1)


def _fit(wins):
    logits, met = np.zeros(len(wins)), wins + wins.T
    for _ in range(12):
        p = 1 / (1 + np.exp(logits - logits[:, None]))
        weight = met * p * (1 - p)
        information = np.diag(weight.sum(1)) - weight
        # Ones added to the singular information fix the mean at zero and change nothing else.
        logits = logits + np.linalg.solve(information + 1, (wins - met * p).sum(1))
    return SCALE * (logits - logits.mean())


def _case(wins, got):
    expected = _expected(wins, np.clip(got, -4000, 4000))
    worst = int(np.argmax(np.abs(expected - wins.sum(1))))
    said = f"{len(wins)} models; you returned {short(got)}"
    return (
        f"{said}; model {worst} won {int(wins[worst].sum())} votes, and with your ratings one "
        f"would expect {expected[worst]:.6g}"
    )


def _shifted(wins):
    right = _fit(wins)
    return [right - right[i] for i in range(len(right))] + [
        right + 1000,
        right + 1200,
        right + 1500,
    ]


def _other_scale(wins):
    right = _fit(wins)
    logits = right / SCALE
    return [logits, logits / np.log(10), 400 * logits]


def _strengths(wins):
    strength = np.exp(_fit(wins) / SCALE)
    return [strength, strength / strength.sum(), strength / strength[0], strength / strength.mean()]


def _share_of_wins(wins):
    share = wins.sum(1) / (wins + wins.T).sum(1)
    logits = np.log(share / (1 - share))
    return [s * (logits - m) for s in (SCALE, 400 / np.log(10)) for m in (logits.mean(), 0)]


def _mean_of_pairs(wins):
    odds = np.log(np.where(wins > 0, wins, 1) / np.where(wins.T > 0, wins.T, 1))
    n = len(wins)
    rows = [SCALE * odds.sum(1) / d for d in (n, n - 1)]
    return [row - row.mean() for row in rows]


def _rounds(wins):
    """Too few rounds of the rule for strengths, changed one after the other or all at once."""
    met, n = wins + wins.T, len(wins)
    for at_once in (True, False):
        strength = np.ones(n)
        for _ in range(12):
            new = strength if not at_once else strength.copy()
            for i in range(n):
                new[i] = wins[i].sum() / (met[i] / (strength[i] + strength)).sum()
            strength = new
            logits = np.log(strength)
            yield SCALE * (logits - logits.mean())


INEXACT = Mistake(
    "inexact",
    "The ratings are near the right ones, and not exact to a ten-thousandth of their value.",
    "Repeat the rule until every digit of the ratings has stopped changing, and do not round them.",
)
MISTAKES = [
    Mistake(
        "transposed",
        "The losses are taken for the wins.",
        "`wins[i, j]` counts the votes that model i won: sum over the columns of its row.",
        lambda wins: [-_fit(wins), _fit(wins.T)],
    ),
    Mistake(
        "anchor",
        "The differences are right, and the mean is not zero.",
        "Subtract the mean of all ratings.",
        _shifted,
    ),
    Mistake(
        "scale",
        "The ratings stand on another scale.",
        "Four hundred points are odds of ten to one: take the logarithm to base ten, times 400.",
        _other_scale,
    ),
    Mistake(
        "strengths",
        "These are strengths, and not yet ratings.",
        "Take their logarithm to base ten, times 400, and subtract the mean.",
        _strengths,
    ),
    Mistake(
        "share",
        "These are the odds of each model's share of wins, whoever it met.",
        "Let the opponents count: a rating depends on all others.",
        _share_of_wins,
    ),
    Mistake(
        "pairs",
        "The odds of the pairs are averaged, so rare meetings count as much as frequent ones.",
        "Maximise the chance of all votes together.",
        _mean_of_pairs,
    ),
    Mistake(
        "unfinished",
        "The rule for the strengths was repeated only a few times.",
        "Go on until the ratings stop changing in the digits that are asked for.",
        _rounds,
    ),
    Mistake(
        "ratings",
        "At the most likely ratings each model has won as often as they lead one to expect.",
        "Compare won and expected votes for every model: more won than expected means rated too low.",
    ),
]
