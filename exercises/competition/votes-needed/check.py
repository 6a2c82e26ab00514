"""Checks `votes_needed` against the two distances that must fit between two normal curves."""

import math
from statistics import NormalDist

from struggle.compare import Mistake, close, explain, number, short
from struggle.verdict import Cases

TOLERANCE = 1e-6  # whole numbers: one off differs by more, as the answers stay below 100,000


def check(submission, rng):
    cases = Cases()
    usual, seldom = (0.75, 0.95), (0.35, 0.45)
    for low, high, sign, power in (
        (6, 12, 1, usual),
        (30, 60, 1, usual),
        (90, 160, -1, usual),
        (150, 250, 1, seldom),
        (300, 500, -1, usual),
    ):
        with cases:
            inputs = _inputs(rng, low, high, sign, power)
            got = number(submission.call("votes_needed", *inputs), "votes_needed")
            if not close(got, _votes(*inputs), TOLERANCE):
                case = f"gap {short(inputs[0])}, level {short(inputs[1])}, power {short(inputs[2])}"
                raise explain(
                    got, MISTAKES, inputs, f"{case}; you returned {short(got)}", TOLERANCE
                )
    return cases.verdict("Half the gap takes four times the votes.")


def _inputs(rng, low, high, sign, power):
    """A gap, a level and a power, drawn until no mistake gives the right number."""
    while True:
        inputs = (
            float(sign * rng.uniform(low, high)),
            float(rng.uniform(0.01, 0.06)),
            float(rng.uniform(*power)),
        )
        want = _votes(*inputs)
        values = [value for each in MISTAKES for value in each.values(*inputs)]
        clear = 0.1 < _votes(*inputs, up=float) % 1 < 0.9 and want < 90_000
        if clear and not any(close(value, want, TOLERANCE) for value in values):
            return inputs


def _votes(gap, level, power, p=None, sides=2, null=0.5, sure=None, squared=2, up=math.ceil):
    p = 1 / (1 + 10 ** (-gap / 400)) if p is None else p
    spread = math.sqrt(p * (1 - p))
    sure = NormalDist().inv_cdf(power) if sure is None else sure
    first = NormalDist().inv_cdf(1 - level / sides) * (null or spread)
    return up(abs((first + sure * spread) / (p - 0.5)) ** squared)


def _with(**change):
    return lambda *inputs: [_votes(*inputs, **change)]


def _natural(gap, level, power):
    for scale in (400, 1, 100):
        p = 1 / (1 + math.exp(max(-gap / scale, -500)))
        if 0 < p < 1 and p != 0.5:
            yield _votes(gap, level, power, p=p)


def _rounded(*inputs):
    exact = _votes(*inputs, up=float)
    return [exact, math.floor(exact), round(exact)]


def _signed(gap, level, power):
    """The sign of the gap is left in: with a negative one the two distances work against each other."""
    p = 1 / (1 + 10 ** (-gap / 400))
    z = NormalDist().inv_cdf(1 - level / 2) / 2
    sure = NormalDist().inv_cdf(power) * math.sqrt(p * (1 - p))
    return [-_votes(gap, level, power), math.ceil(((z - sure) / (p - 0.5)) ** 2)]


MISTAKES = [
    Mistake(
        "power-below-half",
        "A power below a half asks for fewer votes than one of a half, not for more.",
        "Keep the sign of the second distance: here the threshold lies beyond the second centre.",
        lambda gap, level, power: (
            [_votes(gap, level, 1 - power), _votes(gap, level, 0.5)] if power < 0.5 else []
        ),
    ),
    Mistake(
        "one-sided",
        "The whole level lies on one side of the first curve.",
        "The test looks in both directions: leave half of the level beyond each threshold.",
        _with(sides=1),
    ),
    Mistake(
        "no-power",
        "With this many votes the test finds the difference only every second time.",
        "Add the second distance, so that the share `power` of the second curve is past the threshold.",
        _with(sure=0),
    ),
    Mistake(
        "power-level",
        "The second distance was taken from the quantile of one minus the power, which is negative.",
        "The two distances add up: ask for the point below which the share `power` lies.",
        lambda gap, level, power: [_votes(gap, level, 1 - power)],
    ),
    Mistake(
        "scale",
        "The chance of winning does not follow the scale in which 400 points are ten to one.",
        "Raise ten, and not e, to the gap over 400.",
        _natural,
    ),
    Mistake(
        "not-squared",
        "This is the root of the votes: standard errors shrink with it.",
        "Square the ratio of the distances before you round up.",
        _with(squared=1),
    ),
    Mistake(
        "null-spread",
        "Both curves have the width that belongs to the gap.",
        "For equal models the standard error of a single vote is a half.",
        _with(null=None),
    ),
    Mistake(
        "gap-spread",
        "Both curves have the width that belongs to equal models.",
        "Around the second centre use the root of p (1 - p).",
        lambda gap, level, power: [_quarter(gap, level, power)],
    ),
    Mistake(
        "rounded",
        "The number was not rounded up, and with one vote fewer the power is missed.",
        "Return the first whole number from the crossing on.",
        _rounded,
    ),
    Mistake(
        "sign",
        "A negative gap, where the other model is the stronger, leads to another number of votes.",
        "Only the size of the gap matters: square the ratio, or take the gap's size first.",
        _signed,
    ),
    Mistake(
        "votes",
        "This is not the first number of votes with the power asked for.",
        "Put it, and one less, into both standard errors, and see whether the distances fit.",
    ),
]


def _quarter(gap, level, power):
    p = 1 / (1 + 10 ** (-gap / 400))
    z = NormalDist().inv_cdf(1 - level / 2) + NormalDist().inv_cdf(power)
    return math.ceil((z / 2 / (p - 0.5)) ** 2)
