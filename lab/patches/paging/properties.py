"""The pages, one after the other, are the list."""

from hypothesis import strategies as st

CALLS = st.tuples(
    st.lists(st.sampled_from("abc"), max_size=12), st.integers(1, 6), st.integers(1, 5)
)


def run(code, items, number, size):
    return code.pages(len(items), size), code.page(items, number, size)


def good(code, tests, items, number, size):
    count = code.pages(len(items), size)
    every = [code.page(items, n, size) for n in range(1, count + 1)]
    assert [item for each in every for item in each] == items
    assert all(every)
    assert code.page(items, count + number, size) == []
