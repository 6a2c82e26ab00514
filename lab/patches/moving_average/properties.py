"""Every window has its mean, and there are as many as fit."""

from hypothesis import strategies as st

CALLS = st.tuples(st.lists(st.integers(-100, 100), max_size=8), st.integers(1, 5))


def run(code, values, size):
    return code.moving_average(values, size)


def good(code, tests, values, size):
    means = code.moving_average(values, size)
    assert len(means) == max(0, len(values) - size + 1)
    for i, mean in enumerate(means):
        assert mean * size == sum(values[i : i + size])
