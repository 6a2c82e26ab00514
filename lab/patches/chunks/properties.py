"""The groups, one after the other, are the series but for its rest."""

from hypothesis import strategies as st

CALLS = st.tuples(st.lists(st.integers(0, 9), max_size=12), st.integers(-2, 5))


def run(code, values, size):
    return code.chunks(values, size)


def good(code, tests, values, size):
    try:
        groups = code.chunks(values, size)
    except ValueError:
        assert size < 1
        return
    assert all(len(group) == size for group in groups)
    flat = [value for group in groups for value in group]
    assert flat == values[: len(values) // size * size]
