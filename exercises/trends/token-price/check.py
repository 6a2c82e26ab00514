"""Checks `price` on both sides of the knee, and `cheapest` where each of three limits holds."""

import math

import numpy as np

from struggle.compare import Mistake, close, explain, number, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-5  # the price at one batch; batches that cost the same to 1e-6 are one choice


def check(submission, rng):
    cases = Cases()
    for share in (0.1, 0.5, 3.0):
        with cases:
            _price_at(submission, rng, share)
    for limit in ("knee", "memory", "patience", "arithmetic", "no room", "no patience"):
        with cases:
            _choice(submission, rng, limit)
    return cases.verdict("The batch is as large as pays, fits and is borne with, and no larger.")


def _rental(rng):
    """A chip and a model whose knee lies at some hundred texts, and that knee, no whole number."""
    while True:
        bandwidth = rng.uniform(1, 4) * 1e12
        weights = rng.uniform(10, 100) * 1e9
        chip = {
            "peak": bandwidth * rng.uniform(150, 350),
            "bandwidth": bandwidth,
            "memory": 0.0,
            "hourly": round(float(rng.uniform(1, 6)), 2),
        }
        flops = weights * rng.uniform(0.5, 1)
        text = rng.uniform(0.2, 0.5) * flops / chip["peak"] * bandwidth
        model = {"weights": weights, "token_flops": flops, "text_bytes": text}
        knee = _knee(chip, model)
        if knee < 1500 and 0.2 < knee % 1 < 0.8:
            return chip | {"memory": weights + 4 * knee * text}, model, knee


def _price_at(submission, rng, share):
    chip, model, knee = _rental(rng)
    inputs = (chip, model, max(2, round(share * knee)))
    got = number(submission.call("price", *inputs), "price")
    if not close(got, _price(*inputs), TOLERANCE):
        case = f"{_shown(chip, model)}, batch {inputs[2]}; you returned {short(got)}"
        raise explain(got, PRICES, inputs, case, TOLERANCE)


def _choice(submission, rng, limit):
    chip, model, knee = _rental(rng)
    weights, text = model["weights"], model["text_bytes"]
    far, fewer = 3 * knee, math.floor(knee * rng.uniform(0.3, 0.6))
    match limit:
        case "memory":
            chip["memory"] = weights + (fewer + 0.5) * text
        case "patience":
            far = fewer + 0.5
        case "arithmetic":  # the first batch bound by arithmetic is the last that fits
            chip["memory"] = weights + (math.ceil(knee) + 0.5) * text
        case "no room":
            chip["memory"] = weights + 0.5 * text
        case "no patience":
            far = 0.5
    inputs = (chip, model, _seconds(chip, model, far))
    got = table(submission.call("cheapest", *inputs), "cheapest", (2,))
    want = _cheapest(*inputs)
    if not _same(got, want):
        case = f"{_shown(chip, model)}, patience {short(inputs[2])}; you returned {short(got)}"
        raise explain(got, NONE if want[0] == 0 else CHOICES, inputs, case, TOLERANCE)


def _same(got, want):
    if want[0] == 0:
        return got[0] == 0 and got[1] == math.inf
    return close(got, want, TOLERANCE)


def _shown(chip, model):
    return ", ".join(f"{name} {short(np.float64(each))}" for name, each in (chip | model).items())


def _parts(chip, model, batch):
    """Seconds of calculating and of reading."""
    reading = model["weights"] + batch * model["text_bytes"]
    return batch * model["token_flops"] / chip["peak"], reading / chip["bandwidth"]


def _seconds(chip, model, batch):
    return max(_parts(chip, model, batch))


def _knee(chip, model):
    gained = model["token_flops"] / chip["peak"] - model["text_bytes"] / chip["bandwidth"]
    return model["weights"] / chip["bandwidth"] / gained


def _dollars(chip, seconds, batch):
    return chip["hourly"] / 3600 * seconds / batch * 1e6


def _price(chip, model, batch):
    return _dollars(chip, _seconds(chip, model, batch), batch)


def _room(chip, model):
    return math.floor((chip["memory"] - model["weights"]) / model["text_bytes"])


def _bearable(chip, model, patience):
    reading = (patience * chip["bandwidth"] - model["weights"]) / model["text_bytes"]
    return math.floor(min(reading, patience * chip["peak"] / model["token_flops"]))


def _pair(chip, model, batch):
    return (batch, _price(chip, model, batch)) if batch >= 1 else (0, math.inf)


def _cheapest(chip, model, patience):
    knee = math.ceil(_knee(chip, model))
    return _pair(chip, model, min(knee, _room(chip, model), _bearable(chip, model, patience)))


def _too_large(chip, model, patience):
    """The memory ignored, or the weights in it."""
    for room in (math.inf, chip["memory"] // model["text_bytes"]):
        batch = min(room, math.ceil(_knee(chip, model)), _bearable(chip, model, patience))
        if batch > _room(chip, model):
            yield _pair(chip, model, batch)


def _too_slow(chip, model, patience):
    return [_pair(chip, model, min(math.ceil(_knee(chip, model)), _room(chip, model)))]


def _largest(chip, model, patience):
    largest = min(_room(chip, model), _bearable(chip, model, patience))
    return [_pair(chip, model, batch) for batch in (largest, _room(chip, model))]


def _before(chip, model, patience):
    return [_pair(chip, model, math.floor(_knee(chip, model)))]


PRICES = [
    Mistake(
        "steps-paid",
        "`price` is that of a million steps.",
        "Each step writes a token for every text: divide by the batch.",
        lambda c, m, b: [_price(c, m, b) * b],
    ),
    Mistake(
        "hour",
        "`price` takes the rent of an hour for that of a second.",
        "An hour has 3600 seconds.",
        lambda c, m, b: [_price(c, m, b) * 3600, _price(c, m, b) * 60],
    ),
    Mistake(
        "one-token",
        "`price` is that of a single token, or of another number than a million.",
        "Multiply by a million.",
        lambda c, m, b: [_price(c, m, b) / 1e6, _price(c, m, b) / 1e3],
    ),
    Mistake(
        "added",
        "`price` lets calculating wait for reading; the two times are added.",
        "They go on at the same time, so a step takes the longer of the two.",
        lambda c, m, b: [_dollars(c, sum(_parts(c, m, b)), b)],
    ),
    Mistake(
        "weights-not-shared",
        "`price` is the same for every batch, as if each text had the weights read for itself.",
        "The step reads them once for all texts.",
        lambda c, m, b: [_price(c, m, 1)],
    ),
    Mistake(
        "one-sided",
        "`price` takes one part of the step for the whole of it, and here the other is longer.",
        "Compute both times, of calculating and of reading, and take the longer.",
        lambda c, m, b: [_dollars(c, seconds, b) for seconds in _parts(c, m, b)],
    ),
    Mistake(
        "one-cache",
        "`price` reads the cache of one text, or none.",
        "Every text of the batch has a cache of its own.",
        lambda c, m, b: [
            _dollars(c, max(_parts(c, m, b)[0], _parts(c, m, own)[1]), b) for own in (0, 1)
        ],
    ),
    Mistake(
        "price",
        "This is not the rent for a million tokens.",
        "Find the length of one step, then the tokens of an hour, then the rent for each.",
    ),
]
NONE = [
    Mistake(
        "none-allowed",
        "Here not even a single text is allowed, by the memory or by the patience.",
        "Return `(0, math.inf)`.",
    )
]
CHOICES = [
    Mistake(
        "pair-order",
        "These are the right numbers in the other order.",
        "Return the batch first, then the price.",
        lambda *inputs: [_cheapest(*inputs)[::-1]],
    ),
    Mistake(
        "before-the-knee",
        "One text more would still be cheaper by more than a part in a million.",
        "Stop at the first batch that is bound by arithmetic, not at the last before it.",
        _before,
    ),
    Mistake(
        "too-large",
        "This batch does not fit into the memory beside the weights.",
        "Subtract the weights, and see how many caches the rest holds.",
        _too_large,
    ),
    Mistake(
        "too-slow",
        "A step of this batch takes longer than `patience`.",
        "Every reader waits a whole step for the next token, however many others there are.",
        _too_slow,
    ),
    Mistake(
        "needlessly-large",
        "A smaller batch costs the same, to one part in a million, and its readers wait less.",
        "Take the smallest of those that cost the same.",
        _largest,
    ),
    Mistake(
        "single",
        "A single text pays for all the reading by itself.",
        "Larger batches share the weights; look where that stops to pay.",
        lambda c, m, patience: [_pair(c, m, 1)],
    ),
    Mistake(
        "cheapest",
        "This is not the cheapest batch that is allowed, with its price.",
        "Print length and price of the step for this batch, one less and one more.",
    ),
]
