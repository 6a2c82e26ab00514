"""A long list, a page at a time; a page has room for one item at least."""


def pages(total: int, size: int) -> int:
    """How many pages `total` items fill."""
    full, rest = divmod(total, size)
    if rest:
        return full + 1
    return full


def page(items: list[str], number: int, size: int) -> list[str]:
    """The items of page `number`, counted from 1; none beyond the end."""
    first = (number - 1) * size
    last = min(first + size, len(items))
    if first >= len(items):
        return []
    return [items[i] for i in range(first, last)]
