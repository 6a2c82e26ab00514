"""Draws in proportion to weights."""

import random


def draw(items: list[str], weights: list[int], seed: int) -> str:
    """One of `items`, each with a chance in proportion to its weight; no weight is negative."""
    if len(items) != len(weights) or not items:
        raise ValueError("one weight for each item, and at least one item")
    spot = random.Random(seed).random() * sum(weights)
    for item, weight in zip(items, weights, strict=True):
        spot -= weight
        if spot < 0:
            return item
    return items[-1]
