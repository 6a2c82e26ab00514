"""Lifetime costs: the optimum against a search, limits in closed form, a published figure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

from lab.economics import (
    accelerators,
    best_model,
    break_even,
    demand_that_justifies,
    lifetime_cost,
    optimal_loss,
    reach,
    tokens_to_reach,
    utilisation,
)
from lab.scaling import BESIROGLU, HOFFMANN, Law

laws = st.builds(
    Law,
    E=st.floats(0.5, 3),
    A=st.floats(10, 1e3),
    B=st.floats(10, 1e4),
    alpha=st.floats(0.2, 0.6),
    beta=st.floats(0.2, 0.6),
)
gaps = st.floats(0.05, 1)


@given(laws, gaps, st.floats(-2, 3))
def test_the_best_model_is_the_one_a_search_finds(law: Law, gap: float, log_demand: float) -> None:
    loss = law.E + gap
    _, read = best_model(law, loss, 0)
    served = 10**log_demand * read
    best_n, best_d = best_model(law, loss, served)
    assert law.loss(best_n, best_d) == pytest.approx(loss)

    def cost(log_n: float) -> float:
        n = np.exp(log_n)
        return float(np.log(lifetime_cost(n, tokens_to_reach(law, n, loss), served)))

    smallest = np.log(law.A / gap) / law.alpha
    found = minimize_scalar(cost, bounds=(smallest + 1e-6, smallest + 40), method="bounded")
    assert cost(np.log(best_n)) <= found.fun + 1e-9


@given(laws, gaps)
def test_without_demand_it_is_the_compute_optimal_model(law: Law, gap: float) -> None:
    n, d = best_model(law, law.E + gap, 0)
    np.testing.assert_allclose(law.optimum(6 * n * d), (n, d), rtol=1e-6)
    assert optimal_loss(law, n) == pytest.approx(law.E + gap)
    assert demand_that_justifies(law, n, d) == pytest.approx(0, abs=1e-5 * d)


@given(laws, gaps, st.floats(-2, 3))
def test_the_demand_that_justifies_a_model_makes_it_the_best(
    law: Law, gap: float, log_demand: float
) -> None:
    loss = law.E + gap
    served = 10**log_demand * best_model(law, loss, 0)[1]
    n, d = best_model(law, loss, served)
    assert demand_that_justifies(law, n, d) == pytest.approx(served, rel=1e-4)


def test_more_demand_means_a_smaller_model_that_reads_more() -> None:
    models = np.array([best_model(BESIROGLU, 2.1, served) for served in (0, 1e11, 1e12, 1e13)])
    assert (np.diff(models[:, 0]) < 0).all() and (np.diff(models[:, 1]) > 0).all()


def test_the_published_saving_comes_out_with_the_published_constants() -> None:
    """Sardana et al. 2024, figure 1: 13B to 7B at 2e12 tokens saves 1.7e22 FLOPs, 17 %."""
    law = Law(E=1.69, A=406.4, B=410.7, alpha=0.336, beta=0.283)
    loss = optimal_loss(law, 13e9)
    large, small = (lifetime_cost(n, tokens_to_reach(law, n, loss), 2e12) for n in (13e9, 7e9))
    assert large - small == pytest.approx(1.7e22, rel=0.01)
    assert 1 - small / large == pytest.approx(0.17, abs=0.005)


def test_a_model_too_small_for_the_loss_needs_endless_text() -> None:
    assert np.isinf(tokens_to_reach(HOFFMANN, 1e6, 2.0))
    with pytest.raises(ValueError, match="floor"):
        best_model(HOFFMANN, 1.6, 0)


@given(st.floats(0, 1e6), st.floats(1, 1e3), st.floats(1, 1e6), st.floats(0, 0.9))
def test_at_the_break_even_both_ways_cost_the_same(
    fixed: float, each: float, dearer: float, share: float
) -> None:
    uses = break_even(fixed, each, fixed + dearer, share * each)
    assert uses > 0
    assert fixed + each * uses == pytest.approx(fixed + dearer + share * each * uses)
    assert break_even(0, 2, 5, 2) == float("inf")


def test_a_measured_curve_is_read_between_its_points() -> None:
    tokens = np.geomspace(1e5, 1e7, 9)
    assert reach(tokens, 3 - 0.1 * np.log(tokens), 1.6) == pytest.approx(np.exp(14), rel=1e-9)
    with pytest.raises(ValueError, match="do not pass"):
        reach(tokens, 3 - 0.1 * np.log(tokens), 0.1)


def test_the_curve_of_a_law_gives_back_its_own_tokens() -> None:
    tokens = np.geomspace(1e8, 1e12, 200)
    d = reach(tokens, BESIROGLU.loss(1e9, tokens), 2.4)
    exact = brentq(lambda x: float(BESIROGLU.loss(1e9, np.exp(x))) - 2.4, 15, 30)
    assert d == pytest.approx(np.exp(exact), rel=1e-3)


def test_hours_and_watts() -> None:
    assert utilisation(3.6e18, device_hours=2, peak=1e15) == pytest.approx(0.5)
    assert accelerators(1e9, 1000, overhead=1.25) == pytest.approx(8e5)
