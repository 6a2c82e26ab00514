"""Feeds without repetitions."""

from typing import Any


def unique(items: list[Any]) -> list[Any]:
    """Each of `items` once, in order, lists too; feeds are long, so in time linear in them."""
    seen: set[tuple[bool, Any]] = set()
    kept: list[Any] = []
    for item in items:
        is_list = isinstance(item, list)
        key = (is_list, tuple(item) if is_list else item)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept
