"""Answers to chain-of-margins: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def final_price(costs, margins):
    price = 0.0
    for cost, margin in zip(costs, margins, strict=True):
        price = (price + cost) / (1 - margin)
    return price


@reference
def saved(costs, margins, link):
    without = [0.0 if i == link else margin for i, margin in enumerate(margins)]
    return 1 - final_price(costs, without) / final_price(costs, margins)


@right("each cost times all margins that follow it")
def final_price(costs, margins):
    kept = 1 - np.asarray(margins)
    onward = np.cumprod(kept[::-1])[::-1]
    return float(np.sum(np.asarray(costs) / onward))


@right("what comes before the link shrinks by its margin")
def saved(costs, margins, link):
    price, before = 0.0, 0.0
    for i, (cost, margin) in enumerate(zip(costs, margins, strict=True)):
        price = (price + cost) / (1 - margin)
        before = price if i == link else before / (1 - margin)
    return before * margins[link] / price


def chained(costs, margins, step=lambda price, cost, margin: (price + cost) / (1 - margin)):
    price = 0.0
    for cost, margin in zip(costs, margins, strict=True):
        price = step(price, cost, margin)
    return price


def zeroed(margins, link):
    return [0.0 if i == link else margin for i, margin in enumerate(margins)]


@wrong("markup")
def final_price(costs, margins):
    return chained(costs, margins, lambda price, cost, margin: (price + cost) * (1 + margin))


@wrong("kept-share")
def final_price(costs, margins):
    return chained(costs, margins, lambda price, cost, margin: (price + cost) * (1 - margin))


@wrong("own-cost-only")
def final_price(costs, margins):
    return chained(costs, margins, lambda price, cost, margin: price + cost / (1 - margin))


@wrong("bought-only")
def final_price(costs, margins):
    return chained(costs, margins, lambda price, cost, margin: price / (1 - margin) + cost)


@wrong("price")
def final_price(costs, margins):
    return sum(costs)


@wrong("margin-itself")
def saved(costs, margins, link):
    return margins[link]


@wrong("of-new-price")
def saved(costs, margins, link):
    return final_price(costs, margins) / final_price(costs, zeroed(margins, link)) - 1


@wrong("dollars")
def saved(costs, margins, link):
    return final_price(costs, margins) - final_price(costs, zeroed(margins, link))


@wrong("left")
def saved(costs, margins, link):
    return final_price(costs, zeroed(margins, link)) / final_price(costs, margins)


@wrong("cost-too")
def saved(costs, margins, link):
    fewer = [0.0 if i == link else cost for i, cost in enumerate(costs)]
    return 1 - final_price(fewer, zeroed(margins, link)) / final_price(costs, margins)


@wrong("share")
def saved(costs, margins, link):
    return margins[link] / len(margins)


@wrong("price")
def final_price(costs, margins):
    return chained(costs, [margin for margin in margins if margin] + [0.0] * margins.count(0.0))


@wrong("share")
def saved(costs, margins, link):
    fewer = [0.0 if margin == margins[link] else margin for margin in margins]
    return 1 - final_price(costs, fewer) / final_price(costs, margins)


@wrong("share")
def saved(costs, margins, link):
    """The seller after the link is looked for, which the last one does not have."""
    if link + 1 == len(margins):
        return 0.0
    return 1 - final_price(costs, zeroed(margins, link)) / final_price(costs, margins)
