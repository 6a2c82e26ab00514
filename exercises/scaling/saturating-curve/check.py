"""Checks `foretell(steps, rewards, start, later)` against the curve that made the rewards."""

import numpy as np

from struggle.compare import Mistake, close, explain, number, short, span
from struggle.verdict import Cases

# Over 100 seeds three estimators of different kinds stay within 0.028 of the truth, while what the
# mistakes below give is 0.11 or more away.
TOLERANCE = 0.04


def check(submission, rng):
    cases = Cases()
    for ceiling in np.array([0.62, 0.7, 0.78]) + rng.uniform(-0.03, 0.03, 3):
        with cases:
            *run, truth = _run(rng, ceiling)
            got = number(submission.call("foretell", *run), "foretell")
            if not close(got, truth, TOLERANCE):
                case = f"{span(run[0], 's')}, later = {short(run[3])}; you returned {short(got)}"
                raise explain(got, MISTAKES, run, case, 0.005)
    return cases.verdict("The bend shows the ceiling before the run gets there.")


def _shape(steps, middle, steepness):
    return 1 / (1 + (middle / steps) ** steepness)


def _run(rng, ceiling):
    """Steps to 2.2 times the middle, rewards with noise of 0.002, start, a far step, its reward."""
    start, middle, steepness = rng.uniform(0.1, 0.2), rng.uniform(60, 120), rng.uniform(1.5, 2)
    steps = np.geomspace(middle / 8, 2.2 * middle, 40)
    gain, later = ceiling - start, 32 * middle
    noise = rng.normal(0, 0.002, steps.size)
    truth = start + gain * _shape(later, middle, steepness)
    return steps, start + gain * _shape(steps, middle, steepness) + noise, start, later, truth


def _line(steps, rewards, start, later):
    """Lines in the logarithm of the steps, through all points or the last half."""
    half = len(steps) // 2
    for x, y in ((np.log(steps), rewards), (np.log(steps[half:]), rewards[half:])):
        yield np.polyval(np.polyfit(x, y, 1), np.log(later))


def _to_one(steps, rewards, start, later):
    """The curve whose ceiling is taken to be one."""
    middle, steepness = np.meshgrid(
        np.geomspace(steps[0], 4 * steps[-1], 100), np.linspace(1, 3, 41)
    )
    shape = _shape(steps, middle[..., None], steepness[..., None])
    error = ((start + (1 - start) * shape - rewards) ** 2).sum(-1)
    best = np.unravel_index(error.argmin(), error.shape)
    value = start + (1 - start) * _shape(later, middle[best], steepness[best])
    return value + np.linspace(-0.02, 0.02, 9)


MISTAKES = [
    Mistake(
        "line",
        "This is a straight line in the logarithm of the steps, which knows of no ceiling.",
        "Fit the S-shaped curve, with its ceiling unknown.",
        _line,
    ),
    Mistake(
        "no-logs",
        "This is a straight line in the steps themselves, where the curve has long bent.",
        "Fit the S-shaped curve of the task.",
        lambda steps, rewards, start, later: [np.polyval(np.polyfit(steps, rewards, 1), later)],
    ),
    Mistake(
        "one",
        "This is the highest rate that there can be, and the run need not reach it.",
        "Do not cut a line off at one: fit the S-shaped curve, with its ceiling unknown.",
        lambda steps, rewards, start, later: [1.0],
    ),
    Mistake(
        "ceiling-one",
        "This curve climbs to one, but the run need not end there.",
        "Leave the ceiling unknown: for a given shape, least squares gives it in closed form.",
        _to_one,
    ),
    Mistake(
        "constant",
        "This is where the run stands now, and it has not finished climbing.",
        "Fit the curve, and put the far step into it.",
        lambda steps, rewards, start, later: [rewards[-1], rewards[-5:].mean(), rewards.max()],
    ),
    Mistake(
        "value",
        "The curve that made the rewards is elsewhere at this step.",
        "Draw your curve over the points: it should pass through them from start to end.",
    ),
]
