"""pass@k against exhaustive enumeration; intervals against a known distribution."""

from itertools import combinations

import numpy as np
import pytest

from lab.evaluation import interval, pass_at_k


@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_pass_at_k_is_the_share_of_draws_that_hold_a_right_one(n):
    for right in range(n + 1):
        for k in range(1, n + 1):
            draws = list(combinations([True] * right + [False] * (n - right), k))
            assert pass_at_k(right, n, k) == pytest.approx(sum(map(any, draws)) / len(draws))


def test_pass_at_k_of_many_samples_neither_overflows_nor_rounds_away():
    assert pass_at_k([0, 1, 10_000], 10_000, 5_000) == pytest.approx([0, 0.5, 1])
    assert pass_at_k(np.arange(11), 10, 1) == pytest.approx(np.arange(11) / 10)


def test_pass_at_k_is_unbiased():
    rng, p, n, k = np.random.default_rng(0), 0.2, 10, 4
    estimates = pass_at_k(rng.binomial(n, p, 40_000), n, k)
    assert estimates.mean() == pytest.approx(1 - (1 - p) ** k, abs=0.005)


@pytest.mark.parametrize("k", [0, 11])
def test_more_tries_than_samples_are_refused(k):
    with pytest.raises(ValueError, match="samples of each problem; there are 10"):
        pass_at_k([3], 10, k)


def test_the_interval_covers_the_true_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(1)
    covered = 0
    for seed in range(200):
        low, high = interval(rng.random(60) < 0.3, seed=seed)
        covered += low <= 0.3 <= high
    assert 175 <= covered <= 199
