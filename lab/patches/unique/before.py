"""Feeds without repetitions."""

from collections.abc import Hashable


def unique(items: list[Hashable]) -> list[Hashable]:
    """Each of `items` once, in order; feeds are long, so in time linear in them."""
    seen: set[Hashable] = set()
    kept = []
    for item in items:
        if item not in seen:
            seen.add(item)
            kept.append(item)
    return kept
