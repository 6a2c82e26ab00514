"""Smoothing of measured series."""


def moving_average(values: list[int], size: int) -> list[float]:
    """The mean of every window of `size` neighbours, at least one."""
    total = sum(values[:size])
    means = [total / size]
    for entering, leaving in zip(values[size:], values, strict=False):
        total += entering - leaving
        means.append(total / size)
    return means
