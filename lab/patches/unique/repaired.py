"""Feeds without repetitions."""

from typing import Any


def unique(items: list[Any]) -> list[Any]:
    """Each of `items` once, in order; feeds are long, so in time linear in them."""
    seen: set[Any] = set()
    kept: list[Any] = []
    for item in items:
        if has_hash(item):
            if item in seen:
                continue
            seen.add(item)
        elif item in kept:
            continue
        kept.append(item)
    return kept


def has_hash(item: Any) -> bool:
    try:
        hash(item)
    except TypeError:
        return False
    return True
