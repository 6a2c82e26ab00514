"""Draws are those of the standard library's own sampler."""

import random

from hypothesis import strategies as st

WEIGHTS = st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any)
CALLS = st.tuples(WEIGHTS, st.integers(0, 10_000))


def run(code, weights, seed):
    return code.draw(list("abcde")[: len(weights)], weights, seed)


def good(code, tests, weights, seed):
    items = list("abcde")[: len(weights)]
    assert run(code, weights, seed) == random.Random(seed).choices(items, weights)[0]
