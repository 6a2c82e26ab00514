"""A text has the labels that stand in it, whatever was asked before."""

from hypothesis import strategies as st

CALLS = st.tuples(st.text("#aB ,.", max_size=12) | st.text(max_size=12))


def run(code, text):
    return list(code.hashtags(text))


def good(code, tests, text):
    assert code.hashtags("") == []
    assert all(tag in text.lower() for tag in code.hashtags(text))
    assert code.hashtags("") == []
