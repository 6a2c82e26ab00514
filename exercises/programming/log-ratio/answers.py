"""Answers to log-ratio: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


def less_own_mean(developer, column):
    centred = np.array(column, float)
    for name in np.unique(developer):
        centred[developer == name] -= centred[developer == name].mean()
    return centred


@reference
def change_of_time(developer, ai, minutes):
    a, y = less_own_mean(developer, ai), less_own_mean(developer, np.log(minutes))
    effect = a @ y / (a @ a)
    freedom = len(y) - len(np.unique(developer)) - 1
    noise2 = ((y - effect * a) ** 2).sum() / freedom
    reach = 1.96 * np.sqrt(noise2 / (a @ a))
    return 100 * np.expm1([effect, effect - reach, effect + reach])


@right("a regression with a column for each developer")
def change_of_time(developer, ai, minutes):
    X = np.column_stack([ai, developer[:, None] == np.unique(developer)]).astype(float)
    y = np.log(minutes)
    inverse = np.linalg.inv(X.T @ X)
    coefficients = inverse @ X.T @ y
    residual = y - X @ coefficients
    error = np.sqrt(inverse[0, 0] * residual @ residual / (len(y) - X.shape[1]))
    low, high = coefficients[0] - 1.96 * error, coefficients[0] + 1.96 * error
    return tuple(100 * (np.exp(x) - 1) for x in (coefficients[0], low, high))


@right("a weighted mean of the developers' own effects")
def change_of_time(developer, ai, minutes):
    y, effects, weights, squares = np.log(minutes), [], [], 0.0
    for name in np.unique(developer):
        one, other = (y[(developer == name) & (ai == lot)] for lot in (1, 0))
        effects.append(one.mean() - other.mean())
        weights.append(len(one) * len(other) / (len(one) + len(other)))
        squares += one.var() * len(one) + other.var() * len(other)
    effect = np.average(effects, weights=weights)
    squares += np.dot(weights, (np.array(effects) - effect) ** 2)
    error = np.sqrt(squares / (len(y) - len(effects) - 1) / sum(weights))
    return [100 * np.expm1(effect + z * error) for z in (0, -1.96, 1.96)]


def fitted(developer, ai, y, lost=None):
    a, b = less_own_mean(developer, ai), less_own_mean(developer, y)
    effect = a @ b / (a @ a)
    lost = len(np.unique(developer)) + 1 if lost is None else lost
    return effect, 1.96 * np.sqrt(((b - effect * a) ** 2).sum() / (len(b) - lost) / (a @ a))


@wrong("no-blocks")
def change_of_time(developer, ai, minutes):
    y = np.log(minutes)
    a, b = ai - ai.mean(), y - y.mean()
    effect = a @ b / (a @ a)
    reach = 1.96 * np.sqrt(((b - effect * a) ** 2).sum() / (len(y) - 2) / (a @ a))
    return 100 * np.expm1([effect, effect - reach, effect + reach])


@wrong("freedom")
def change_of_time(developer, ai, minutes):
    effect, reach = fitted(developer, ai, np.log(minutes), lost=2)
    return 100 * np.expm1([effect, effect - reach, effect + reach])


@wrong("minutes")
def change_of_time(developer, ai, minutes):
    effect, reach = fitted(developer, ai, minutes)
    base = minutes[ai == 0].mean()
    return [100 * x / base for x in (effect, effect - reach, effect + reach)]


@wrong("logs")
def change_of_time(developer, ai, minutes):
    effect, reach = fitted(developer, ai, np.log(minutes))
    return 100 * effect, 100 * (effect - reach), 100 * (effect + reach)


@wrong("symmetric")
def change_of_time(developer, ai, minutes):
    effect, reach = fitted(developer, ai, np.log(minutes))
    percent = 100 * np.expm1(effect)
    return percent, percent - 100 * reach, percent + 100 * reach


@wrong("mean-of-developers")
def change_of_time(developer, ai, minutes):
    y = np.log(minutes)
    own = [
        y[(developer == name) & (ai == 1)].mean() - y[(developer == name) & (ai == 0)].mean()
        for name in np.unique(developer)
    ]
    effect, reach = np.mean(own), fitted(developer, ai, y)[1]
    return 100 * np.expm1([effect, effect - reach, effect + reach])


@wrong("reversed")
def change_of_time(developer, ai, minutes):
    effect, reach = fitted(developer, 1 - ai, np.log(minutes))
    return 100 * np.expm1([effect, effect - reach, effect + reach])


@wrong("value")
def change_of_time(developer, ai, minutes):
    effect, reach = fitted(developer, ai, np.log10(minutes))
    return 100 * np.expm1([effect, effect - reach, effect + reach])


@wrong("shape")
def change_of_time(developer, ai, minutes):
    return 100 * np.expm1(fitted(developer, ai, np.log(minutes))[0])
