"""The work grows with the feed, not with its square."""

from hypothesis import strategies as st

CALLS = st.tuples(st.lists(st.integers(0, 20), max_size=15))


class Counted:
    """An item that counts how often any of its kind is compared."""

    compared = 0

    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return hash(self.value)

    def __eq__(self, other):
        Counted.compared += 1
        return self.value == other.value


def comparisons(unique, length):
    """How many comparisons a feed of `length` different items costs."""
    Counted.compared = 0
    unique([Counted(i) for i in range(length)])
    return Counted.compared


def run(code, items):
    return code.unique(items)


def good(code, tests, items):
    assert sorted(code.unique(items)) == sorted(set(items))
    assert comparisons(code.unique, 5 * len(items)) <= 10 * len(items)
