"""Answers to rope-interpolation: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def stretched_angles(positions, head_dim, theta, factor):
    speeds = theta ** (-np.arange(0, head_dim, 2) / head_dim)
    return np.outer(positions / factor, speeds)


@right("slow the speeds instead, and broadcast")
def stretched_angles(positions, head_dim, theta, factor):
    pairs = np.arange(head_dim // 2)
    slow = 1 / (factor * theta ** (2 * pairs / head_dim))
    return np.asarray(positions)[:, None] * slow


@right("one angle at a time")
def stretched_angles(positions, head_dim, theta, factor):
    return [
        [m / factor / math.exp(math.log(theta) * 2 * i / head_dim) for i in range(head_dim // 2)]
        for m in positions
    ]


@wrong("not-stretched")
def stretched_angles(positions, head_dim, theta, factor):
    return np.outer(positions, theta ** (-np.arange(0, head_dim, 2) / head_dim))


@wrong("multiplied")
def stretched_angles(positions, head_dim, theta, factor):
    return np.outer(positions * factor, theta ** (-np.arange(0, head_dim, 2) / head_dim))


@wrong("step")
def stretched_angles(positions, head_dim, theta, factor):
    return np.outer(positions / factor, theta ** (-np.arange(head_dim // 2) / head_dim))


@wrong("sign")
def stretched_angles(positions, head_dim, theta, factor):
    return np.outer(positions / factor, theta ** (np.arange(0, head_dim, 2) / head_dim))


@wrong("base")
def stretched_angles(positions, head_dim, theta, factor):
    return np.outer(positions, (factor * theta) ** (-np.arange(0, head_dim, 2) / head_dim))


@wrong("whole")
def stretched_angles(positions, head_dim, theta, factor):
    return np.outer(positions // factor, theta ** (-np.arange(0, head_dim, 2) / head_dim))


@wrong("value")
def stretched_angles(positions, head_dim, theta, factor):
    angles = np.outer(positions / factor, theta ** (-np.arange(0, head_dim, 2) / head_dim))
    return np.degrees(angles)


@wrong("shape")
def stretched_angles(positions, head_dim, theta, factor):
    return np.outer(theta ** (-np.arange(0, head_dim, 2) / head_dim), positions / factor)
