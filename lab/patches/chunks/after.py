"""Long series in equal parts."""

from collections.abc import Iterable


def chunks(values: Iterable[int], size: int) -> list[list[int]]:
    """Groups of `size` neighbours, in order; what is left at the end is dropped."""
    if size < 1:
        raise ValueError("a group holds at least one")
    readers = [iter(values)] * size
    return [list(group) for group in zip(*readers)]
