"""Checks `training_bill` and `implied_share` against six operations for each working parameter."""

import numpy as np

from struggle.compare import Mistake, close, explain, number, short
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for busy in ((0.15, 0.45), (0.15, 0.45), (0.55, 0.9)):
        model, tokens, chip = _sheets(rng)
        if busy[0] > 0.5:  # a small run on an old chip, on which every fraction of an hour counts
            tokens, chip = tokens / 1e5, {"bf16": chip["bf16"], "fp8": chip["bf16"] / 2}
        with cases:
            share, rent = float(rng.uniform(*busy)), float(rng.uniform(1.2, 4))
            _judge(submission, "training_bill", BILLS, _bill, model, tokens, chip, share, rent)
        with cases:
            hours = _flops(model, tokens) / chip["bf16"] / 3600 / float(rng.uniform(*busy))
            _judge(submission, "implied_share", SHARES, _share, model, tokens, chip, hours)
    return cases.verdict("The bill counts what works, and the share divides by one peak for all.")


def _judge(submission, name, mistakes, truth, *inputs):
    got = number(submission.call(name, *inputs), name)
    if not close(got, truth(*inputs), TOLERANCE):
        model, tokens, chip, *rest = inputs
        sheet = {**model, "tokens": tokens, **chip}
        shown = [f"{key} {short(float(value))}" for key, value in sheet.items()]
        last = ", ".join(short(value) for value in rest)
        case = f"{', '.join(shown)}, then {last}; you returned {short(got)}"
        raise explain(got, mistakes, inputs, case, TOLERANCE)


def _sheets(rng):
    """A model, tokens and a chip; no count divides another, so mistakes stay apart."""
    model = {
        "always": float(rng.uniform(5e9, 20e9)),
        "expert": float(rng.uniform(2e7, 9e7)),
        "experts": int(rng.integers(3000, 9000)),
        "chosen": int(rng.integers(150, 600)),
    }
    bf16 = float(rng.uniform(3e14, 3e15))
    chip = {"bf16": bf16, "fp8": bf16 * float(rng.uniform(1.9, 2.1))}
    return model, float(rng.uniform(2e12, 40e12)), chip


def _flops(model, tokens, each=6, worked="chosen", always=True):
    return each * (always * model["always"] + model[worked] * model["expert"]) * tokens


def _bill(model, tokens, chip, share, rent, peak="bf16", seconds=3600, **change):
    return _flops(model, tokens, **change) / (chip[peak] * share) / seconds * rent


def _share(model, tokens, chip, hours, peak="bf16", seconds=3600, **change):
    return _flops(model, tokens, **change) / (hours * seconds * chip[peak])


def _mistakes(formula, name, last):
    """The mistakes that both functions share, with the ids of `name` in front."""

    def slip(**change):
        return lambda *inputs: [formula(*inputs, **change)]

    return [
        Mistake(
            f"{name}-total",
            "All experts are counted, also those that a token does not visit.",
            "Count `chosen` experts for each token, and what always works.",
            slip(worked="experts"),
        ),
        Mistake(
            f"{name}-experts-only",
            "Only the experts are counted; attention and the rest work on every token too.",
            "Add `always` to the parameters of the chosen experts.",
            slip(always=False),
        ),
        Mistake(
            f"{name}-forward",
            "These are the operations of reading: two for each parameter.",
            "Learning goes backward as well, which makes six.",
            slip(each=2),
        ),
        Mistake(
            f"{name}-fp8",
            "The share is taken of the FP8 peak.",
            "Use the peak named in the task, so that runs can be compared.",
            slip(peak="fp8"),
        ),
        Mistake(
            f"{name}-seconds",
            "Seconds and hours are mixed up: this is off by a factor of 3600, or its square.",
            "A peak counts by the second: write the unit behind each number.",
            lambda *inputs: [formula(*inputs, seconds=1), formula(*inputs, seconds=3600**2)],
        ),
        last,
    ]


def _cut(model, tokens, chip, share, rent):
    right = _bill(model, tokens, chip, share, rent)
    hours = right / rent
    whole = [hours * 3600 // 1 / 3600, hours // 1, hours * 3600 // 1 // 3600]
    return [
        right // 1,
        round(right),
        round(right, 2),
        round(hours) * rent,
        *(h * rent for h in whole),
    ]


def _share_not_used(model, tokens, chip, share, rent):
    right = _bill(model, tokens, chip, share, rent)
    return [right * share, right * share**2]


BILLS = _mistakes(
    _bill,
    "bill",
    Mistake(
        "bill-value",
        "`training_bill` is not what these operations cost on this chip.",
        "Work out the operations first, then seconds, then hours, and print each.",
    ),
)
BILLS.insert(
    -1,
    Mistake(
        "bill-rounded",
        "The seconds, the hours or the dollars were cut to whole ones.",
        "Divide by 3600 with `/`, and return the dollars as they come.",
        lambda *inputs: _cut(*inputs),
    ),
)
BILLS.insert(
    -1,
    Mistake(
        "bill-share",
        "The share of the peak is left out, or it makes the bill smaller.",
        "A chip that is used less takes longer: divide by the share.",
        _share_not_used,
    ),
)
SHARES = _mistakes(
    _share,
    "share",
    Mistake(
        "share-value",
        "`implied_share` is not the operations needed over the operations possible.",
        "Multiply hours, seconds in an hour and the peak, and compare with what the run needed.",
    ),
)
SHARES.insert(
    -1,
    Mistake(
        "share-upside-down",
        "This is the share upside down.",
        "Divide what was needed by what was possible.",
        lambda *inputs: [1 / _share(*inputs)],
    ),
)


SHARES.insert(
    -1,
    Mistake(
        "share-percent",
        "This is in per cent.",
        "Return a number between zero and one.",
        lambda *inputs: [100 * np.asarray(_share(*inputs))],
    ),
)
