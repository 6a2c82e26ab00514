"""A price lies on the grid exactly if, in whole thousandths, the tick divides it."""

from hypothesis import strategies as st

TICKS = st.sampled_from([1, 2, 5, 10, 25, 50, 100, 125, 250, 500, 1000])
CALLS = st.tuples(st.integers(0, 500_000), TICKS)


def text(thousandths):
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"


def run(code, price, tick):
    return code.on_grid(text(price), text(tick))


def good(code, tests, price, tick):
    assert run(code, price, tick) == (price % tick == 0)
