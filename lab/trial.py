"""A trial in which each task is done with or without AI, by lot: its data and its estimates.

What helps or hinders multiplies the time of a task, so everything is estimated in logarithms: an
effect is a log ratio of times, and only at the end is it turned into a change in per cent.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import chi2, t

Array = NDArray[np.float64]
ERRORS = ("equal", "robust", "clustered")


@dataclass(frozen=True)
class Trial:
    """One row a task: who did it, with AI (1) or without (0), minutes foreseen without AI, minutes."""

    developer: NDArray[np.int64]
    ai: Array
    forecast: Array
    minutes: Array

    def only(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> "Trial":
        """The trial that the tasks `rows` (a mask or numbers) alone would have been."""
        return Trial(self.developer[rows], self.ai[rows], self.forecast[rows], self.minutes[rows])


@dataclass(frozen=True)
class Estimate:
    """The log ratio of the time with AI to that without, and its standard error."""

    effect: float
    error: float

    @property
    def percent(self) -> float:
        """The change of time in per cent."""
        return 100 * math.expm1(self.effect)

    def logs(self, level: float = 0.95, freedom: float = math.inf) -> tuple[float, float]:
        """The interval of the log ratio by Student's t with `freedom` degrees (inf: the normal)."""
        reach = float(t.ppf((1 + level) / 2, freedom)) * self.error
        return self.effect - reach, self.effect + reach

    def interval(self, level: float = 0.95, freedom: float = math.inf) -> tuple[float, float]:
        """The interval of the change of time, in per cent."""
        low, high = self.logs(level, freedom)
        return 100 * math.expm1(low), 100 * math.expm1(high)


def design(
    columns: Sequence[Array], y: Array, developer: NDArray[np.int64], blocks: bool
) -> tuple[Array, Array, int]:
    """Regressors (tasks, columns), what they explain (tasks,), and the number of parameters.

    With `blocks` every developer has a level of their own.  It is taken out by subtracting their
    mean from each column, which leaves the other coefficients as they are (Frisch, Waugh and Lovell).
    """
    if not blocks:
        X = np.column_stack([*columns, np.ones(len(y))])
        return X, y, X.shape[1]
    table = np.column_stack([*columns, y])
    who = _numbered(developer)
    means = _sums(developer, table) / np.bincount(who)[:, None]
    table = table - means[who]
    return table[:, :-1], table[:, -1], len(columns) + len(means)


def regress(
    columns: Sequence[Array],
    y: Array,
    developer: NDArray[np.int64],
    *,
    blocks: bool,
    errors: str,
) -> Estimate:
    """Least squares of `y` (tasks,) on `columns`: the coefficient of the first one.

    Standard errors are for noise that is `equal` in all tasks, `robust` to any other (HC3), or
    `clustered` by developer (CR1, as statsmodels has it).  Raises `ValueError` for others.
    """
    if errors not in ERRORS:
        raise ValueError(f"errors is {errors!r}; it must be one of {', '.join(ERRORS)}")
    X, y, parameters = design(columns, y, developer, blocks)
    n, inverse = len(y), np.linalg.inv(X.T @ X)
    coefficients = inverse @ X.T @ y
    residual = y - X @ coefficients
    if errors == "equal":
        variance = inverse * (residual @ residual) / (n - parameters)
    elif errors == "robust":
        leverage = np.einsum("ij,jk,ik->i", X, inverse, X)
        if blocks:
            who = _numbered(developer)
            leverage += 1 / np.bincount(who)[who]
        scores = X * (residual / (1 - leverage))[:, None]
        variance = inverse @ scores.T @ scores @ inverse
    else:
        scores = _sums(developer, X * residual[:, None])
        few = len(scores) / (len(scores) - 1) * (n - 1) / (n - parameters)
        variance = few * inverse @ scores.T @ scores @ inverse
    return Estimate(float(coefficients[0]), math.sqrt(variance[0, 0]))


def estimate(
    trial: Trial, *, forecasts: bool = True, blocks: bool = False, errors: str = "equal"
) -> Estimate:
    """The effect of AI; METR's own regression where nothing is changed.

    `forecasts` holds the log forecast fixed, `blocks` the developer; without both this is the
    difference of the mean log times.
    """
    return regress(
        _columns(trial, forecasts),
        np.log(trial.minutes),
        trial.developer,
        blocks=blocks,
        errors=errors,
    )


def bootstrap(trial: Trial, draws: int, seed: int, *, blocks: bool = False) -> Array:
    """The effect in `draws` trials by developers drawn from these, with replacement: (draws,).

    Least squares needs only sums of products, so those of each developer are added up once.
    """
    y = np.log(trial.minutes)
    X, y, _ = design(_columns(trial, forecasts=True), y, trial.developer, blocks)
    both = np.column_stack([X, y])
    products = _sums(trial.developer, X[:, :, None] * both[:, None, :])
    chosen = np.random.default_rng(seed).integers(len(products), size=(draws, len(products)))
    sums = products[chosen].sum(1)
    return np.linalg.solve(sums[:, :, :-1], sums[:, :, -1:])[:, 0, 0]


def each_developer(trial: Trial) -> tuple[NDArray[np.int64], Array, Array]:
    """Who did tasks under both lots, their own effects (log ratios) and standard errors.

    The slope of the forecast, here taken as known, and the noise are common to all: few have tasks
    enough for their own.
    """
    log_forecast, y = np.log(trial.forecast), np.log(trial.minutes)
    # Every developer has a level under each lot, so that only the slope is left to explain.
    cell = 2 * _numbered(trial.developer) + trial.ai.astype(np.int64)
    X, rest, parameters = design([log_forecast], y, cell, blocks=True)
    slope = float(X[:, 0] @ rest / (X[:, 0] @ X[:, 0]))
    noise = ((rest - slope * X[:, 0]) ** 2).sum() / (len(y) - parameters)
    who, effects, errors = [], [], []
    for developer in np.unique(trial.developer):
        mine = trial.developer == developer
        lots = [(y - slope * log_forecast)[mine & (trial.ai == lot)] for lot in (0, 1)]
        if min(map(len, lots)):
            who.append(developer)
            effects.append(lots[1].mean() - lots[0].mean())
            errors.append(math.sqrt(noise * sum(1 / len(lot) for lot in lots)))
    return np.array(who), np.array(effects), np.array(errors)


def random_effects(effects: ArrayLike, errors: ArrayLike) -> tuple[Estimate, float]:
    """The mean of effects that differ, and the standard deviation by which they do.

    `effects` and their standard `errors` are both (developers,).  Source: DerSimonian and Laird 1986,
    whose estimate of the spread is zero where chance alone explains the differences.
    """
    values, variances = np.asarray(effects, float), np.asarray(errors, float) ** 2
    weights = 1 / variances
    centre = weights @ values / weights.sum()
    excess = weights @ (values - centre) ** 2 - (len(values) - 1)
    spread2 = max(0.0, excess / (weights.sum() - (weights**2).sum() / weights.sum()))
    weights = 1 / (variances + spread2)
    mean = Estimate(float(weights @ values / weights.sum()), float(weights.sum() ** -0.5))
    return mean, math.sqrt(spread2)


def spread_interval(
    effects: ArrayLike, errors: ArrayLike, level: float = 0.95
) -> tuple[float, float]:
    """The standard deviations between developers that their effects do not contradict.

    Those under which the weighted sum of squares is no rare value of chi-squared (Viechtbauer 2007).
    """
    values, variances = np.asarray(effects, float), np.asarray(errors, float) ** 2

    def squares(spread: float) -> float:
        weights = 1 / (variances + spread**2)
        return float(weights @ (values - weights @ values / weights.sum()) ** 2)

    def crossing(tail: float) -> float:
        wanted = float(chi2.ppf(tail, len(values) - 1))
        if squares(0.0) <= wanted:
            return 0.0
        return float(brentq(lambda spread: squares(spread) - wanted, 0.0, 1e3))

    return crossing((1 + level) / 2), crossing((1 - level) / 2)


def lowest_of_each(developer: NDArray[np.int64], score: Array, share: float) -> NDArray[np.int64]:
    """The numbers of the tasks that are left if each developer keeps the `share` of lowest score."""
    own = [np.flatnonzero(developer == each) for each in np.unique(developer)]
    ranked = [rows[np.argsort(score[rows], kind="stable")] for rows in own]
    return np.concatenate([rows[: round(share * len(rows))] for rows in ranked])


def _columns(trial: Trial, forecasts: bool) -> list[Array]:
    return [trial.ai, np.log(trial.forecast)] if forecasts else [trial.ai]


def _numbered(developer: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each task's developer as a number from zero."""
    return np.unique(developer, return_inverse=True)[1]


def _sums(developer: NDArray[np.int64], values: Array) -> Array:
    """Sums of `values` (tasks, ...) over the tasks of each developer: (developers, ...)."""
    who = _numbered(developer)
    sums = np.zeros((who.max() + 1, *values.shape[1:]))
    np.add.at(sums, who, values)
    return sums
