"""Long series in equal parts."""


def chunks(values: list[int], size: int) -> list[list[int]]:
    """Groups of `size` neighbours, in order; what is left at the end is dropped."""
    if size < 1:
        raise ValueError("a group holds at least one")
    groups = []
    for start in range(0, len(values), size):
        group = values[start : start + size]
        if len(group) == size:
            groups.append(group)
    return groups
