"""Routing: curves against brute force, the oracle as a bound, the coin as a mean."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.routing import Curve, Outcomes, at_thresholds, curve, oracle, random_accuracy

bits = st.integers(0, 1)
questions = st.lists(
    st.tuples(bits, bits, st.integers(1, 5), st.integers(6, 40), st.integers(0, 4)),
    min_size=1,
    max_size=12,
)


def outcomes_of(rows: list[tuple[int, ...]]) -> tuple[np.ndarray, Outcomes]:
    cheap, strong, low, high, score = np.array(rows, float).T
    return score, Outcomes(cheap, strong, low, high)


@given(questions)
def test_every_point_is_what_its_threshold_does(rows: list[tuple[int, ...]]) -> None:
    score, outcomes = outcomes_of(rows)
    found = curve(score, outcomes)
    for cut, cost, accuracy in zip(found.thresholds, found.cost, found.accuracy, strict=True):
        picked = [r[1] if r[4] >= cut else r[0] for r in rows]
        paid = [r[3] if r[4] >= cut else r[2] for r in rows]
        assert cost == pytest.approx(np.mean(paid)) and accuracy == pytest.approx(np.mean(picked))
    again = at_thresholds(score, outcomes, found.thresholds)
    np.testing.assert_allclose(again.cost, found.cost)
    np.testing.assert_allclose(again.accuracy, found.accuracy)


@given(questions)
def test_a_curve_runs_from_all_cheap_to_all_strong(rows: list[tuple[int, ...]]) -> None:
    score, outcomes = outcomes_of(rows)
    found = curve(score, outcomes)
    ends = [outcomes.cheap_cost.mean(), outcomes.strong_cost.mean()]
    np.testing.assert_allclose(found.cost[[0, -1]], ends)
    np.testing.assert_allclose(random_accuracy(outcomes, ends), found.accuracy[[0, -1]], atol=1e-9)


@given(questions)
def test_no_rule_beats_the_oracle(rows: list[tuple[int, ...]]) -> None:
    score, outcomes = outcomes_of(rows)
    best, found = oracle(outcomes), curve(score, outcomes)
    assert best.accuracy.max() == pytest.approx(np.maximum(outcomes.cheap, outcomes.strong).mean())
    bound = np.interp(found.cost, best.cost, np.maximum.accumulate(best.accuracy))
    assert (found.accuracy <= bound + 1e-9).all()


def test_a_coin_is_on_the_straight_line() -> None:
    rng = np.random.default_rng(0)
    n = 20_000
    outcomes = Outcomes(
        rng.integers(0, 2, n) * 1.0, np.ones(n), np.full(n, 4.0), rng.uniform(30, 40, n)
    )
    found = curve(rng.random(n), outcomes)
    np.testing.assert_allclose(found.accuracy, random_accuracy(outcomes, found.cost), atol=0.01)


def test_a_budget_buys_the_best_point_that_it_pays_for() -> None:
    points = Curve(
        np.array([np.inf, 2.0, 1.0]), np.array([4.0, 10.0, 20.0]), np.array([0.3, 0.9, 0.8])
    )
    assert [points.within(b) for b in (4, 9.9, 10, 99)] == [0, 0, 1, 1]
    assert [points.reaching(a) for a in (0.1, 0.8, 0.85)] == [0, 1, 1]
    with pytest.raises(ValueError, match=r"at most 0\.9"):
        points.reaching(0.95)
    with pytest.raises(ValueError, match="cheap path alone costs 4"):
        points.within(3)
