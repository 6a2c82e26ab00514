"""Answers to token-price: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


def step_seconds(chip, model, batch):
    n_bytes = model["weights"] + batch * model["text_bytes"]
    return max(batch * model["token_flops"] / chip["peak"], n_bytes / chip["bandwidth"])


def room(chip, model):
    return math.floor((chip["memory"] - model["weights"]) / model["text_bytes"])


@reference
def price(chip, model, batch):
    return chip["hourly"] / 3600 * step_seconds(chip, model, batch) / batch * 1e6


@reference
def cheapest(chip, model, patience):
    best = (0, math.inf)
    for batch in range(1, room(chip, model) + 1):
        if step_seconds(chip, model, batch) > patience:
            break
        if price(chip, model, batch) < best[1] * (1 - 1e-6):
            best = (batch, price(chip, model, batch))
    return best


@right("the smallest of three limits, each in closed form")
def cheapest(chip, model, patience):
    text = model["text_bytes"] / chip["bandwidth"]
    token = model["token_flops"] / chip["peak"]
    weights = model["weights"] / chip["bandwidth"]
    limits = [
        (chip["memory"] - model["weights"]) // model["text_bytes"],
        min((patience - weights) // text, patience // token),
    ]
    if token > text:
        limits.append(math.ceil(weights / (token - text)))
    batch = int(min(limits))
    return (batch, price(chip, model, batch)) if batch >= 1 else (0, math.inf)


@right("all batches at once, as arrays")
def cheapest(chip, model, patience):
    batch = np.arange(1, max(room(chip, model), 0) + 1)
    reading = (model["weights"] + batch * model["text_bytes"]) / chip["bandwidth"]
    seconds = np.maximum(batch * model["token_flops"] / chip["peak"], reading)
    batch, seconds = batch[seconds <= patience], seconds[seconds <= patience]
    if not batch.size:
        return 0, np.inf
    dollars = chip["hourly"] * seconds / batch / 3.6e-3
    first = np.argmax(dollars <= dollars.min() * (1 + 1e-6))
    return [batch[first], dollars[first]]


@right("tokens an hour")
def price(chip, model, batch):
    tokens = batch / step_seconds(chip, model, batch) * 3600
    return 1_000_000 * chip["hourly"] / tokens


@wrong("steps-paid")
def price(chip, model, batch):
    return chip["hourly"] / 3600 * step_seconds(chip, model, batch) * 1e6


@wrong("hour")
def price(chip, model, batch):
    return chip["hourly"] * step_seconds(chip, model, batch) / batch * 1e6


@wrong("one-token")
def price(chip, model, batch):
    return chip["hourly"] / 3600 * step_seconds(chip, model, batch) / batch


@wrong("added")
def price(chip, model, batch):
    n_bytes = model["weights"] + batch * model["text_bytes"]
    seconds = batch * model["token_flops"] / chip["peak"] + n_bytes / chip["bandwidth"]
    return chip["hourly"] / 3600 * seconds / batch * 1e6


@wrong("one-sided")
def price(chip, model, batch):
    seconds = (model["weights"] + batch * model["text_bytes"]) / chip["bandwidth"]
    return chip["hourly"] / 3600 * seconds / batch * 1e6


@wrong("one-sided")
def price(chip, model, batch):
    return chip["hourly"] / 3600 * model["token_flops"] / chip["peak"] * 1e6


@wrong("weights-not-shared")
def price(chip, model, batch):
    return chip["hourly"] / 3600 * step_seconds(chip, model, 1) * 1e6


@wrong("one-cache")
def price(chip, model, batch):
    reading = (model["weights"] + model["text_bytes"]) / chip["bandwidth"]
    seconds = max(batch * model["token_flops"] / chip["peak"], reading)
    return chip["hourly"] / 3600 * seconds / batch * 1e6


@wrong("price")
def price(chip, model, batch):
    return batch / step_seconds(chip, model, batch) * 3600 / chip["hourly"]


def among(chip, model, batches):
    best = min(batches, key=lambda batch: (round(math.log(price(chip, model, batch)), 6), batch))
    return best, price(chip, model, best)


def patient(chip, model, patience):
    fits = range(1, 20_000)
    return [batch for batch in fits if step_seconds(chip, model, batch) <= patience]


@wrong("too-large")
def cheapest(chip, model, patience):
    found = patient(chip, model, patience)
    return among(chip, model, found) if found else (0, math.inf)


@wrong("too-large")
def cheapest(chip, model, patience):
    found = patient(chip, model, patience)[: int(chip["memory"] / model["text_bytes"])]
    return among(chip, model, found) if found else (0, math.inf)


@wrong("too-slow")
def cheapest(chip, model, patience):
    if room(chip, model) < 1 or step_seconds(chip, model, 1) > patience:
        return 0, math.inf
    return among(chip, model, range(1, room(chip, model) + 1))


@wrong("too-slow")
def cheapest(chip, model, patience):
    if room(chip, model) < 1 or step_seconds(chip, model, 1) > patience:
        return 0, math.inf
    fits = range(1, room(chip, model) + 1)
    return among(chip, model, [b for b in fits if step_seconds(chip, model, b) / b <= patience])


@wrong("needlessly-large")
def cheapest(chip, model, patience):
    found = patient(chip, model, patience)[: max(room(chip, model), 0)]
    return (found[-1], price(chip, model, found[-1])) if found else (0, math.inf)


@wrong("single")
def cheapest(chip, model, patience):
    if room(chip, model) < 1 or step_seconds(chip, model, 1) > patience:
        return 0, math.inf
    return 1, price(chip, model, 1)


@wrong("none-allowed")
def cheapest(chip, model, patience):
    found = patient(chip, model, patience)[: max(room(chip, model), 0)] or [1]
    return among(chip, model, found)


@wrong("pair-order")
def cheapest(chip, model, patience):
    found = patient(chip, model, patience)[: max(room(chip, model), 0)]
    return among(chip, model, found)[::-1] if found else (math.inf, 0)


@wrong("before-the-knee")
def cheapest(chip, model, patience):
    found = patient(chip, model, patience)[: max(room(chip, model), 0)]
    reading = [
        batch
        for batch in found
        if batch * model["token_flops"] / chip["peak"] < step_seconds(chip, model, batch)
    ]
    return among(chip, model, reading) if reading else (0, math.inf)


@wrong("cheapest")
def cheapest(chip, model, patience):
    found = patient(chip, model, patience)[: max(room(chip, model), 0)]
    return among(chip, model, found[: len(found) // 2]) if found else (0, math.inf)
