"""Smoothing of measured series."""


def moving_average(values: list[int], size: int) -> list[float]:
    """The mean of every window of `size` neighbours, at least one."""
    starts = range(len(values) - size + 1)
    return [sum(values[i : i + size]) / size for i in starts]
