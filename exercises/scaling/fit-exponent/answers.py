"""Answers to fit-exponent: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def fit_exponent(N, L):
    slope, _ = np.polyfit(np.log(N), np.log(L), 1)
    return -slope


@right("the slope as covariance over variance")
def fit_exponent(N, L):
    x, y = np.log(N), np.log(L)
    return -np.cov(x, y)[0, 1] / np.var(x, ddof=1)


@right("the normal equations, in common logarithms")
def fit_exponent(N, L):
    X = np.column_stack([np.log10(N), np.ones(len(N))])
    return -np.linalg.solve(X.T @ X, X.T @ np.log10(L))[0]


@right("sums in a loop")
def fit_exponent(N, L):
    from math import log

    points = [(log(n), log(loss)) for n, loss in zip(N, L, strict=True)]
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    rise = sum((x - x_mean) * (y - y_mean) for x, y in points)
    return -rise / sum((x - x_mean) ** 2 for x, _ in points)


@wrong("one-axis")
def fit_exponent(N, L):
    return -np.polyfit(np.log(N), L, 1)[0]


@wrong("one-axis")
def fit_exponent(N, L):
    return -np.polyfit(N, np.log(L), 1)[0]


@wrong("sign")
def fit_exponent(N, L):
    return np.polyfit(np.log(N), np.log(L), 1)[0]


@wrong("inverse")
def fit_exponent(N, L):
    return -np.polyfit(np.log(L), np.log(N), 1)[0]


@wrong("mixed-bases")
def fit_exponent(N, L):
    return -np.polyfit(np.log10(N), np.log(L), 1)[0]


@wrong("height")
def fit_exponent(N, L):
    _, height = np.polyfit(np.log(N), np.log(L), 1)
    return np.exp(height)


@wrong("no-logs")
def fit_exponent(N, L):
    return -np.polyfit(N, L, 1)[0]


@wrong("shape")
def fit_exponent(N, L):
    return np.polyfit(np.log(N), np.log(L), 1)


@wrong("ends")
def fit_exponent(N, L):
    return -np.log(L[-1] / L[0]) / np.log(N[-1] / N[0])


@wrong("value")
def fit_exponent(N, L):
    return -np.polyfit(np.log(N), np.log(L), 2)[0]
