"""Draws are those of the standard library's own sampler."""

import random

from hypothesis import strategies as st

WEIGHTS = st.lists(st.integers(0, 9), max_size=5)
FITTING = WEIGHTS.map(lambda weights: ("abcde"[: len(weights)], weights))
ANY = st.tuples(st.text("abcde", max_size=5), WEIGHTS)
CALLS = st.tuples(FITTING | ANY, st.integers(0, 10_000))


def run(code, pair, seed):
    items, weights = pair
    return code.draw(list(items), weights, seed)


def good(code, tests, pair, seed):
    items, weights = pair
    try:
        drawn = run(code, pair, seed)
    except ValueError:
        assert len(items) != len(weights) or not items
        return
    assert len(items) == len(weights)
    right = random.Random(seed).choices(items, weights)[0] if any(weights) else items[-1]
    assert drawn == right
