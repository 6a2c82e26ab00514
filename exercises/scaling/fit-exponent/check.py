"""Checks `fit_exponent(N, L)` against least squares in logarithms."""

import numpy as np

from struggle.compare import Mistake, close, explain, number, short, span
from struggle.verdict import Cases

TOLERANCE = 1e-6  # least squares has one answer; rounding stays far below


def check(submission, rng):
    cases = Cases()
    for alpha in rng.uniform(0.1, 0.5, size=3):
        with cases:
            N, L = _ladder(rng, alpha)
            got = number(submission.call("fit_exponent", N, L), "fit_exponent")
            if not close(got, -_slope(np.log(N), np.log(L)), TOLERANCE):
                raise explain(got, MISTAKES, (N, L), f"{span(N, 'N')}; you returned {short(got)}")
    return cases.verdict("Alpha is the slope of the line in logarithms, with its sign turned.")


def _ladder(rng, alpha):
    """Twelve sizes over six decades and their losses, with noise of 5 %."""
    N = np.logspace(3, 9, 12)
    return N, rng.uniform(5, 20) * N**-alpha * np.exp(rng.normal(0, 0.05, N.size))


def _line(x, y):
    return np.polyfit(x, y, 1)


def _slope(x, y):
    return _line(x, y)[0]


def _both_signs(values):
    return [sign * value for value in values for sign in (1, -1)]


def _one_axis(N, L):
    logs = (np.log, np.log10)
    return _both_signs([_slope(f(N), L) for f in logs] + [_slope(N, f(L)) for f in logs])


def _mixed(N, L):
    return _both_signs([_slope(np.log(N), np.log10(L)), _slope(np.log10(N), np.log(L))])


def _inverse(N, L):
    return _both_signs([_slope(np.log(L), np.log(N))])


def _height(N, L):
    natural, common = _line(np.log(N), np.log(L))[1], _line(np.log10(N), np.log10(L))[1]
    return _both_signs([natural, np.exp(natural), common])


def _ends(N, L):
    return _both_signs([np.log(L[-1] / L[0]) / np.log(N[-1] / N[0])])


MISTAKES = [
    Mistake(
        "sign",
        "This is the slope, which is negative because the loss falls.",
        "The law has minus alpha in its exponent: turn the sign.",
        lambda N, L: [_slope(np.log(N), np.log(L))],
    ),
    Mistake(
        "one-axis",
        "Only one axis is in logarithms.",
        "Take the logarithm of the other one too.",
        _one_axis,
    ),
    Mistake(
        "no-logs",
        "The line was fitted to the raw numbers, where the law is a curve.",
        "Take the logarithm of N and of L before you fit.",
        lambda N, L: _both_signs([_slope(N, L)]),
    ),
    Mistake(
        "mixed-bases",
        "The two axes are in logarithms of different bases.",
        "Use the same one, `np.log` or `np.log10`, for both.",
        _mixed,
    ),
    Mistake(
        "inverse",
        "This is the slope of size against loss.",
        "Put the logarithm of N on the horizontal axis.",
        _inverse,
    ),
    Mistake(
        "height",
        "This is the height of the line, which tells A and not alpha.",
        "Return the slope, the first of the two numbers that `np.polyfit` gives.",
        _height,
    ),
    Mistake(
        "ends",
        "This is the line through the first and the last point, and both are noisy.",
        "Let all points take part, by least squares.",
        _ends,
    ),
    Mistake(
        "value",
        "This is not the exponent of the least-squares line in logarithms.",
        "Try it on losses you make yourself from a known alpha, without noise.",
    ),
]
