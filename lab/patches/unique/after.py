"""Feeds without repetitions."""

from typing import Any


def unique(items: list[Any]) -> list[Any]:
    """Each of `items` once, in order, lists too; feeds are long, so in time linear in them."""
    kept: list[Any] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept
