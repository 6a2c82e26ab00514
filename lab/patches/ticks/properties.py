"""A whole number of ticks lies on the grid, and half a tick more does not."""

from decimal import Decimal

from hypothesis import strategies as st

TICKS = st.sampled_from(["0.01", "0.05", "0.1", "0.25", "0.5", "1"])
CALLS = st.tuples(st.integers(1, 500), TICKS)


def run(code, count, tick):
    return code.on_grid(str(Decimal(tick) * count), tick)


def good(code, tests, count, tick):
    price = Decimal(tick) * count
    assert code.on_grid(str(price), tick)
    assert not code.on_grid(str(price + Decimal(tick) / 2), tick)
