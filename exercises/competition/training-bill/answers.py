"""Answers to training-bill: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

from struggle.answers import reference, right, wrong


def operations(model, tokens):
    working = model["always"] + model["chosen"] * model["expert"]
    return 6 * working * tokens


@reference
def training_bill(model, tokens, chip, share, rent):
    seconds = operations(model, tokens) / (chip["bf16"] * share)
    return seconds / 3600 * rent


@reference
def implied_share(model, tokens, chip, hours):
    possible = hours * 3600 * chip["bf16"]
    return operations(model, tokens) / possible


@right("dollars for an operation")
def training_bill(model, tokens, chip, share, rent):
    dollars_each = rent / (3600 * share * chip["bf16"])
    idle = model["experts"] - model["chosen"]
    total = model["always"] + model["experts"] * model["expert"]
    return 6 * dollars_each * (total - idle * model["expert"]) * tokens


@right("the share that makes the bill at one dollar equal to the hours")
def implied_share(model, tokens, chip, hours):
    return training_bill(model, tokens, chip, 1.0, 1.0) / hours


def flops(model, tokens, each=6, worked="chosen", always=True):
    return each * (always * model["always"] + model[worked] * model["expert"]) * tokens


@wrong("bill-total")
def training_bill(model, tokens, chip, share, rent):
    return flops(model, tokens, worked="experts") / (chip["bf16"] * share) / 3600 * rent


@wrong("bill-experts-only")
def training_bill(model, tokens, chip, share, rent):
    return flops(model, tokens, always=False) / (chip["bf16"] * share) / 3600 * rent


@wrong("bill-forward")
def training_bill(model, tokens, chip, share, rent):
    return flops(model, tokens, each=2) / (chip["bf16"] * share) / 3600 * rent


@wrong("bill-fp8")
def training_bill(model, tokens, chip, share, rent):
    return flops(model, tokens) / (chip["fp8"] * share) / 3600 * rent


@wrong("bill-seconds")
def training_bill(model, tokens, chip, share, rent):
    return flops(model, tokens) / (chip["bf16"] * share) * rent


@wrong("bill-share")
def training_bill(model, tokens, chip, share, rent):
    return flops(model, tokens) / chip["bf16"] / 3600 * rent


@wrong("bill-value")
def training_bill(model, tokens, chip, share, rent):
    return flops(model, tokens) / (chip["bf16"] * share) / 3600


@wrong("share-total")
def implied_share(model, tokens, chip, hours):
    return flops(model, tokens, worked="experts") / (hours * 3600 * chip["bf16"])


@wrong("share-experts-only")
def implied_share(model, tokens, chip, hours):
    return flops(model, tokens, always=False) / (hours * 3600 * chip["bf16"])


@wrong("share-forward")
def implied_share(model, tokens, chip, hours):
    return flops(model, tokens, each=2) / (hours * 3600 * chip["bf16"])


@wrong("share-fp8")
def implied_share(model, tokens, chip, hours):
    return flops(model, tokens) / (hours * 3600 * chip["fp8"])


@wrong("share-seconds")
def implied_share(model, tokens, chip, hours):
    return flops(model, tokens) / (hours * chip["bf16"])


@wrong("share-upside-down")
def implied_share(model, tokens, chip, hours):
    return hours * 3600 * chip["bf16"] / flops(model, tokens)


@wrong("share-percent")
def implied_share(model, tokens, chip, hours):
    return 100 * flops(model, tokens) / (hours * 3600 * chip["bf16"])


@wrong("share-value")
def implied_share(model, tokens, chip, hours):
    return model["chosen"] / model["experts"]


@wrong("bill-rounded")
def training_bill(model, tokens, chip, share, rent):
    return flops(model, tokens) / (chip["bf16"] * share) // 3600 * rent


@wrong("bill-rounded")
def training_bill(model, tokens, chip, share, rent):
    return int(flops(model, tokens) / (chip["bf16"] * share) / 3600 * rent)


@wrong("bill-fp8")
def training_bill(model, tokens, chip, share, rent):
    return flops(model, tokens) / (min(chip.values()) * share) / 3600 * rent


@wrong("share-value")
def implied_share(model, tokens, chip, hours):
    return flops(model, tokens) / (int(hours) * 3600 * chip["bf16"])
