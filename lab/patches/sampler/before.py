"""Draws in proportion to weights."""

import random


def draw(items: list[str], weights: list[int], seed: int) -> str:
    """One of `items`, each with a chance in proportion to its weight."""
    spot = random.Random(seed).random() * sum(weights)
    for item, weight in zip(items, weights, strict=True):
        spot -= weight
        if spot < 0:
            return item
    return items[-1]
