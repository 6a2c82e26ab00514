"""pass@k, votes and picks against enumeration and closed forms; intervals against known ones."""

from collections import Counter
from itertools import combinations
from math import comb

import numpy as np
import pytest

from lab.evaluation import interval, pass_at_k, picked_at_k, share_interval, vote_at_k


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


def won(votes):
    """The share of the first place that answer 0 has in a vote."""
    counts = Counter(votes)
    first = [answer for answer, count in counts.items() if count == max(counts.values())]
    return (0 in first) / len(first)


@pytest.mark.parametrize("tally", [(3, 2, 1), (1, 4), (2, 2, 2), (0, 3), (4, 0)])
def test_a_vote_is_the_mean_over_every_set_of_samples(tally):
    samples = [answer for answer, count in enumerate(tally) for _ in range(count)]
    for k in range(1, len(samples) + 1):
        sets = [won(votes) for votes in combinations(samples, k)]
        assert vote_at_k(tally, k, draws=20_000) == pytest.approx(sum(sets) / len(sets), abs=0.015)


def test_a_vote_among_many_samples_of_two_answers_is_binomial():
    p, k = 0.4, 9
    exact = sum(comb(k, i) * p**i * (1 - p) ** (k - i) for i in range(5, k + 1))
    assert vote_at_k([400_000, 600_000], k, draws=20_000) == pytest.approx(exact, abs=0.01)


def test_a_vote_is_won_by_the_most_frequent_answer_in_the_end():
    assert vote_at_k([45, 40, 15], 100) == 1
    assert vote_at_k([40, 45, 15], 100) == 0
    assert vote_at_k([50, 50], 100) == 0.5


@pytest.mark.parametrize("k", [0, 6])
def test_a_vote_of_more_than_there_are_is_refused(k):
    with pytest.raises(ValueError, match="there are 5"):
        vote_at_k([3, 2], k)


def test_a_pick_is_the_mean_over_every_set_of_samples():
    n, right, accepted = 7, 2, 5
    samples = [1.0] * right + [0.0] * (accepted - right) + [None] * (n - accepted)
    for k in range(1, n + 1):
        picks = []
        for chosen in combinations(samples, k):
            passed = [sample for sample in chosen if sample is not None]
            picks.append(float(np.mean(passed)) if passed else 0.0)
        assert picked_at_k([right], [accepted], n, k) == pytest.approx(np.mean(picks))


def test_an_exact_verifier_picks_whatever_is_right_and_a_weak_one_is_held_by_its_precision():
    right = np.arange(11)
    assert picked_at_k(right, right, 10, 4) == pytest.approx(pass_at_k(right, 10, 4))
    assert picked_at_k([0, 1, 3], [0, 4, 6], 10, 10) == pytest.approx([0, 1 / 4, 1 / 2])


def test_a_share_has_wilsons_interval_with_a_width_at_both_ends():
    z = 1.959963984540054
    for yes, n in ((0, 240), (7, 20), (60, 60)):
        share = yes / n
        middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
        assert share_interval(yes, n) == pytest.approx((middle - half, middle + half), abs=1e-9)
    assert share_interval(0, 240)[1] > 0.01
    with pytest.raises(ValueError):
        share_interval(3, 2)
