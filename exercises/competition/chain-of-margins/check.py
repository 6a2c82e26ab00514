"""Checks `final_price` and `saved` on chains of two to five sellers."""

import numpy as np

from struggle.compare import Mistake, close, explain, number, short
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for sellers in (2, 4):
        with cases:
            _price(submission, *_chain(rng, sellers))
    with cases:
        costs, margins = _chain(rng, 4)
        margins[int(rng.integers(1, 3))] = 0.0
        _price(submission, costs, margins)
    for sellers, link in ((3, 0), (3, 1), (5, 3)):
        with cases:
            _saved(submission, *_chain(rng, sellers), link)
    with cases:
        costs, margins = _chain(rng, 4)
        margins[1] = margins[3]  # the last, whose margin another seller keeps as well
        _saved(submission, costs, margins, 3)
    return cases.verdict(
        "A margin weighs less at the end of the chain, the more is added after it."
    )


def _chain(rng, sellers):
    costs = np.round(rng.uniform(1.0, 9.0, sellers), 1).tolist()
    return costs, np.round(rng.uniform(0.15, 0.8, sellers), 2).tolist()


def _price(submission, costs, margins):
    got = number(submission.call("final_price", costs, margins), "final_price")
    if not close(got, _chained(costs, margins), TOLERANCE):
        case = f"costs {costs}, margins {margins}; you returned {short(got)}"
        raise explain(got, PRICES, (costs, margins), case, TOLERANCE)


def _saved(submission, costs, margins, link):
    got = number(submission.call("saved", costs, margins, link), "saved")
    if not close(got, 1 - _without(costs, margins, link) / _chained(costs, margins), TOLERANCE):
        case = f"costs {costs}, margins {margins}, link {link}; you returned {short(got)}"
        raise explain(got, SAVINGS, (costs, margins, link), case, TOLERANCE)


def _sold(price, cost, margin):
    return (price + cost) / (1 - margin)


def _chained(costs, margins, sold=_sold):
    price = 0.0
    for cost, margin in zip(costs, margins, strict=True):
        price = sold(price, cost, margin)
    return price


def _without(costs, margins, link):
    return _chained(costs, [0.0 if i == link else margin for i, margin in enumerate(margins)])


def _if(sold):
    return lambda costs, margins: [_chained(costs, margins, sold)]


PRICES = [
    Mistake(
        "markup",
        "`final_price` puts the margin on the cost; that is a markup.",
        "A gross margin is a share of the price: what is left of the price has to cover the cost.",
        _if(lambda price, cost, margin: (price + cost) * (1 + margin)),
    ),
    Mistake(
        "kept-share",
        "`final_price` multiplies where it should divide, and prices fall along the chain.",
        "The cost is the price times one minus the margin: solve for the price.",
        _if(lambda price, cost, margin: (price + cost) * (1 - margin)),
    ),
    Mistake(
        "own-cost-only",
        "`final_price` has each seller earn on its own costs only.",
        "What a seller bought is a cost to it as well.",
        _if(lambda price, cost, margin: price + cost / (1 - margin)),
    ),
    Mistake(
        "bought-only",
        "`final_price` has each seller earn on what it bought, and not on what it adds.",
        "Add the seller's own costs before you take its margin.",
        _if(lambda price, cost, margin: price / (1 - margin) + cost),
    ),
    Mistake(
        "price",
        "The final price is not what the chain leads to.",
        "Work a chain of two sellers by hand.",
    ),
]
SAVINGS = [
    Mistake(
        "margin-itself",
        "`saved` returns the margin; it is a share of that seller's price, not of the last one.",
        "Compute the final price with and without it.",
        lambda costs, margins, link: [margins[link]],
    ),
    Mistake(
        "of-new-price",
        "`saved` relates the difference to the new price.",
        "Divide by the old final price.",
        lambda costs, margins, link: [
            _chained(costs, margins) / _without(costs, margins, link) - 1
        ],
    ),
    Mistake(
        "dollars",
        "`saved` returns a sum of money.",
        "Divide it by the old final price.",
        lambda costs, margins, link: [_chained(costs, margins) - _without(costs, margins, link)],
    ),
    Mistake(
        "left",
        "`saved` returns the share that is still to be paid.",
        "Subtract it from one.",
        lambda costs, margins, link: [_without(costs, margins, link) / _chained(costs, margins)],
    ),
    Mistake(
        "cost-too",
        "`saved` takes away the seller's costs along with its margin.",
        "Keep the costs: somebody still has to do the work.",
        lambda costs, margins, link: [
            1
            - _without([0.0 if i == link else c for i, c in enumerate(costs)], margins, link)
            / _chained(costs, margins)
        ],
    ),
    Mistake(
        "share",
        "The saving is not the difference of the two final prices over the old one.",
        "Compute both prices with `final_price` and compare.",
    ),
]
