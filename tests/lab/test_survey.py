"""Intervals of a difference against published ones and an exact coverage; shares against counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from lab.survey import difference_interval, odds_ratio, reported

# Newcombe 1998, table II, method 10, at 95 %.
PUBLISHED = {
    (56, 70, 48, 80): (0.0524, 0.3339),
    (9, 10, 3, 10): (0.1705, 0.8090),
    (6, 7, 2, 7): (0.0582, 0.8062),
    (5, 56, 0, 29): (-0.0381, 0.1926),
    (0, 10, 0, 20): (-0.1611, 0.2775),
    (0, 10, 0, 10): (-0.2775, 0.2775),
    (10, 10, 0, 20): (0.6791, 1.0000),
    (10, 10, 0, 10): (0.6075, 1.0000),
}


@pytest.mark.parametrize("counts", PUBLISHED)
def test_newcombes_own_examples(counts):
    assert difference_interval(*counts) == pytest.approx(PUBLISHED[counts], abs=6e-5)


@given(st.data())
def test_exchanged_groups_change_the_sign(data):
    n, m = data.draw(st.integers(1, 400)), data.draw(st.integers(1, 400))
    x, y = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    low, high = difference_interval(x, n, y, m)
    assert -1 - 1e-12 <= low <= x / n - y / m <= high <= 1 + 1e-12
    assert difference_interval(y, m, x, n) == pytest.approx((-high, -low))


def test_it_covers_what_it_says():
    """Over every outcome of 30 and 20 answers, the true difference is held about 95 times in 100."""
    p, q, n, m = 0.32, 0.13, 30, 20
    held = 0.0
    for x in range(n + 1):
        for y in range(m + 1):
            low, high = difference_interval(x, n, y, m)
            if low <= p - q <= high:
                held += binom.pmf(x, n, p) * binom.pmf(y, m, q)
    assert 0.935 <= held <= 0.975


@given(st.floats(0.01, 0.99), st.floats(0.05, 20))
def test_who_answers_multiplies_the_odds(share, reached):
    assert odds_ratio(reported(share, reached=reached), share) == pytest.approx(reached)


def test_a_reported_share_is_what_people_say():
    rng = np.random.default_rng(0)
    true = rng.random(200_000) < 0.2
    answers = rng.random(200_000) < np.where(true, 0.6, 0.3)  # twice as likely to answer
    says = np.where(true, rng.random(200_000) > 0.1, rng.random(200_000) < 0.15)
    expected = reported(0.2, reached=2, over=0.15, under=0.1)
    assert says[answers].mean() == pytest.approx(expected, abs=0.006)
