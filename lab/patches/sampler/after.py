"""Draws in proportion to weights."""

import random
from bisect import bisect
from itertools import accumulate


def draw(items: list[str], weights: list[int], seed: int) -> str:
    """One of `items`, each with a chance in proportion to its weight; no weight is negative."""
    if len(items) != len(weights) or not items:
        raise ValueError("one weight for each item, and at least one item")
    totals = list(accumulate(weights))
    spot = random.Random(seed).random() * totals[-1]
    return items[bisect(totals, spot, 0, len(items) - 1)]
