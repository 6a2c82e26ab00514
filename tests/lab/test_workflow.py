"""A chain of steps against SciPy's beta-binomial distribution, limits and bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom

from lab.workflow import speed_up, whole_tasks

shares = st.floats(0.05, 0.99)


@given(shares, st.integers(1, 40), st.floats(0.01, 0.99))
def test_whole_tasks_are_the_last_of_a_beta_binomial(share, steps, unevenness):
    weight = (1 - unevenness) / unevenness
    expected = betabinom.pmf(steps, steps, share * weight, (1 - share) * weight)
    assert whole_tasks(share, steps, unevenness) == pytest.approx(expected, rel=1e-6)


@given(shares, st.integers(2, 40), st.floats(0.01, 0.98))
def test_unevenness_helps_and_the_ends_are_limits(share, steps, unevenness):
    even, uneven = whole_tasks(share, steps, 0), whole_tasks(share, steps, 1)
    assert even < whole_tasks(share, steps, unevenness) < uneven == share
    assert whole_tasks(share, steps, 1e-9) == pytest.approx(even, rel=1e-4)
    assert whole_tasks(share, steps, 1 - 1e-9) == pytest.approx(uneven, rel=1e-4)


@given(shares, st.floats(1, 1e9), st.floats(0, 1))
def test_what_remains_bounds_the_speed(share, factor, checking):
    assert speed_up(share, factor, checking) <= 1 / (1 - share) * (1 + 1e-9)
    assert speed_up(share, 1) == pytest.approx(1)
    assert speed_up(share, factor, checking) <= speed_up(share, factor) + 1e-12


def test_an_hour_of_two_halves():
    assert speed_up(0.5, 10) == pytest.approx(60 / 33)
    assert speed_up(0.5, 10, checking=0.9) == pytest.approx(1)
