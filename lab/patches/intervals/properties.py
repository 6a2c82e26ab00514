"""Merged pairs cover the same hours, do not touch, and are nobody else's lists."""

from hypothesis import strategies as st

PAIRS = st.tuples(st.integers(0, 23), st.integers(1, 6)).map(lambda p: [p[0], p[0] + p[1]])
CALLS = st.tuples(st.lists(PAIRS, max_size=6))


def run(code, spans):
    return code.merge(spans)


def good(code, tests, spans):
    given = [list(span) for span in spans]
    merged = code.merge(spans)
    assert spans == given
    hours = {hour for start, end in spans for hour in range(start, end)}
    assert {hour for start, end in merged for hour in range(start, end)} == hours
    assert all(a[1] < b[0] for a, b in zip(merged, merged[1:], strict=False))
