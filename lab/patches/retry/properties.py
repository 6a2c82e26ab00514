"""A call that never recovers ends in its own error."""

from hypothesis import strategies as st

CALLS = st.tuples(st.integers(0, 6), st.integers(1, 5))


def failing(failures):
    left = [OSError("busy")] * failures

    def call():
        if left:
            raise left.pop()
        return "done"

    return call


def run(code, failures, tries):
    return code.retry(failing(failures), tries, lambda seconds: None)


def good(code, tests, failures, tries):
    try:
        assert run(code, failures, tries) == "done"
    except OSError:
        assert failures >= tries
