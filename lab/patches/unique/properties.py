"""The work grows with the feed, not with its square."""

from hypothesis import strategies as st

ITEMS = st.integers(0, 20) | st.text("ab", max_size=2) | st.booleans() | st.none()
CALLS = st.tuples(st.lists(ITEMS, max_size=15))


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


def comparisons(unique, length, item=Counted):
    """How many comparisons a feed of `length` different items costs."""
    Counted.compared = 0
    unique([item(i) for i in range(length)])
    return Counted.compared


def run(code, items):
    return code.unique(items)


def good(code, tests, items):
    assert code.unique(items) == list(dict.fromkeys(items))
    assert code.unique([[item] for item in items]) == [[item] for item in dict.fromkeys(items)]
    for item in (Counted, lambda i: [Counted(i)]):
        assert comparisons(code.unique, 5 * len(items), item) <= 10 * len(items)
