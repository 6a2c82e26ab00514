"""A cache answers as a list of uses, newest last, would."""

from hypothesis import strategies as st

STEPS = st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.integers(0, 9)), max_size=14)
CALLS = st.tuples(st.integers(0, 3), STEPS)


def run(code, capacity, steps):
    cache = code.Cache(capacity)
    return [cache.get(k) if v is None else cache.put(k, v) for k, v in steps]


def good(code, tests, capacity, steps):
    cache, kept = code.Cache(capacity), []
    for key, value in steps:
        old = next((v for k, v in kept if k == key), None)
        if value is None:
            assert cache.get(key) == old
        else:
            cache.put(key, value)
        new = old if value is None else value
        if new is not None:
            kept = [*((k, v) for k, v in kept if k != key), (key, new)]
            kept = kept[max(0, len(kept) - capacity) :]
