"""Checks `stretched_angles(positions, head_dim, theta, factor)` against Chen et al. (2023), eq. 4."""

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short, span
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for head_dim in (8, 16, 64):
        with cases:
            inputs = _stretch(rng, head_dim)
            got = submission.call("stretched_angles", *inputs)
            shape = (len(inputs[0]), head_dim // 2)
            got = numbers(got, "stretched_angles", shape)
            if not close(got, _angles(*inputs), TOLERANCE):
                raise explain(got, MISTAKES, inputs, _case(inputs, got), TOLERANCE)
    return cases.verdict("A long context now turns no pair further than training did.")


def _stretch(rng, head_dim):
    """Some positions of a long context, and a base and a factor of the usual size."""
    positions = np.sort(rng.choice(np.arange(1, 256), size=5, replace=False))
    return positions, head_dim, float(rng.uniform(5e3, 5e5)), float(rng.uniform(2, 8))


def _case(inputs, got):
    positions, head_dim, theta, factor = inputs
    given = f"{span(positions, 'positions')}, head_dim = {head_dim}, theta = {short(theta)}"
    return f"{given}, factor = {short(factor)}; your first row begins {short(got[0, :3])}"


def _angles(positions, head_dim, theta, factor):
    return np.outer(positions / factor, theta ** (-np.arange(0, head_dim, 2) / head_dim))


MISTAKES = [
    Mistake(
        "not-stretched",
        "These are the plain angles: nothing is stretched.",
        "Read position m as position m / factor.",
        lambda m, d, theta, s: [_angles(m, d, theta, 1)],
    ),
    Mistake(
        "multiplied",
        "The positions are multiplied by the factor, so the angles go further beyond training.",
        "Stretching the context means shrinking the positions: divide.",
        lambda m, d, theta, s: [_angles(m, d, theta, 1 / s)],
    ),
    Mistake(
        "step",
        "The exponents run in steps of one over head_dim, half of what they should.",
        "Pair i has the exponent -2 i / head_dim: the last comes close to -1.",
        lambda m, d, theta, s: [
            np.outer(m / s, theta ** (-np.arange(d // 2) / d)),
            np.outer(m / s, theta ** (-np.arange(d // 2) / (2 * d))),
        ],
    ),
    Mistake(
        "sign",
        "The exponents are positive, so the pairs turn faster and faster.",
        "The first pair is the fastest: put a minus before the exponent.",
        lambda m, d, theta, s: [np.outer(m / s, theta ** (np.arange(0, d, 2) / d))],
    ),
    Mistake(
        "base",
        "The base is changed, which slows the pairs unequally; that is another method.",
        "Leave theta as it is and divide every angle by the same factor.",
        lambda m, d, theta, s: [
            _angles(m, d, theta * s, 1),
            _angles(m, d, theta * s ** (d / (d - 2)), 1),
            _angles(m, d, theta / s, 1),
        ],
    ),
    Mistake(
        "whole",
        "The positions are rounded to whole numbers, so that several share one place.",
        "Divide with /, not //: a position may lie between two that training saw.",
        lambda m, d, theta, s: [
            _angles(m // s, d, theta, 1),
            _angles(np.round(m / s), d, theta, 1),
        ],
    ),
    Mistake(
        "value",
        "The angles differ from m / factor times theta^(-2 i / head_dim).",
        "Work out two positions and two pairs by hand, and compare.",
    ),
]
