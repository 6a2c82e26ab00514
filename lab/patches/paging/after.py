"""A long list, a page at a time; a page has room for one item at least."""


def pages(total: int, size: int) -> int:
    """How many pages `total` items fill."""
    return -(-total // size)


def page(items: list[str], number: int, size: int) -> list[str]:
    """The items of page `number`, counted from 1; none beyond the end."""
    return items[(number - 1) * size : number * size]
