"""Bayes' rule against counting: reviewers simulated patch by patch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.approval import complacent, faulty_if_approved, passes

SHARE = st.floats(0.05, 0.95)


@pytest.mark.parametrize(("reviewers", "visible"), [(1, 1.0), (2, 1.0), (3, 0.8)])
def test_the_rule_agrees_with_counting(reviewers: int, visible: float):
    rng = np.random.default_rng(0)
    base, hit, alarm, n = 0.3, 0.6, 0.2, 400_000
    faulty = rng.random(n) < base
    seen = rng.random(n) < visible
    chance = np.where(faulty, np.where(seen, hit / visible, 0.0), alarm)
    approved = (rng.random((reviewers, n)) >= chance).all(0)
    assert faulty[approved].mean() == pytest.approx(
        faulty_if_approved(base, hit, alarm, reviewers, visible), abs=0.004
    )


@given(SHARE, SHARE, SHARE)
def test_reviewers_who_see_the_same_add_nothing(base: float, hit: float, alarm: float):
    assert passes(hit, 9, visible=hit) == pytest.approx(passes(hit))
    assert faulty_if_approved(base, hit, 0, 2) <= faulty_if_approved(base, hit, 0) + 1e-12


@given(SHARE, SHARE)
def test_a_reviewer_who_guesses_says_nothing(base: float, rate: float):
    assert faulty_if_approved(base, rate, rate) == pytest.approx(base)


def test_nobody_finds_more_than_can_be_seen():
    with pytest.raises(ValueError, match="visible"):
        passes([0.5, 0.9], visible=0.8)


def test_complacency_leaves_a_half_alone():
    assert complacent(0.8, 0.5, 0.1) == pytest.approx(0.8)
    assert complacent(0.8, 0.01, 0.1) == pytest.approx(0.8 * 0.02**0.1)
