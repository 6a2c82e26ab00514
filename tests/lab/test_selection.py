"""The winner's curse: published constants of the normal's largest value, identities, and draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.arena import standard_error
from lab.arena_runs import BATTLES, FIELD, HEIGHTS, best_of_k, campaigns, style
from lab.selection import expected_max, published_excess, true_gain

# Expected largest of k standard normals: tables of order statistics (Teichroew 1956).
TABLE = {1: 0.0, 2: 0.56419, 3: 0.84628, 4: 1.02938, 5: 1.16296, 10: 1.53875, 20: 1.86748}


@pytest.mark.parametrize("k", TABLE)
def test_the_largest_of_k_is_as_tabled(k: int) -> None:
    assert expected_max(k) == pytest.approx(TABLE[k], abs=6e-6)


def test_the_closed_forms_and_the_limit() -> None:
    assert expected_max(2) == pytest.approx(1 / np.sqrt(np.pi), abs=1e-9)
    assert expected_max(3) == pytest.approx(1.5 / np.sqrt(np.pi), abs=1e-9)
    ratios = [expected_max(10**n) / np.sqrt(2 * np.log(10**n)) for n in (1, 2, 4, 6)]
    assert ratios == sorted(ratios) and 0.9 < ratios[-1] < 1
    with pytest.raises(ValueError, match="at least one"):
        expected_max(0)


@given(st.integers(1, 64), st.floats(0.1, 50), st.floats(0, 50))
def test_excess_and_gain_share_one_height(k: int, error: float, spread: float) -> None:
    height = np.hypot(error, spread) * expected_max(k)
    excess, gain = published_excess(k, error, spread), true_gain(k, error, spread)
    assert excess + gain == pytest.approx(height) and min(excess, gain) >= 0
    assert published_excess(k, error) == pytest.approx(error * expected_max(k))
    assert true_gain(k, 0, spread) == pytest.approx(spread * expected_max(k), abs=1e-12)


def test_both_parts_are_what_draws_give() -> None:
    rng = np.random.default_rng(0)
    true = 5 * rng.standard_normal((40_000, 12))
    score = true + 8 * rng.standard_normal(true.shape)
    best = score.argmax(1)[:, None]
    kept = np.take_along_axis(true, best, 1)
    assert kept.mean() == pytest.approx(true_gain(12, 8, 5), abs=0.1)
    excess = np.take_along_axis(score, best, 1) - kept
    assert excess.mean() == pytest.approx(published_excess(12, 8, 5), abs=0.15)


@pytest.mark.slow
def test_fitted_boards_obey_the_formula() -> None:
    error = standard_error(1200, FIELD, np.full(len(FIELD), BATTLES))
    for spread in (0.0, 10.0):
        found = campaigns(spread, 100, 150)  # not a seed of the results
        for k in HEIGHTS:
            excess = found.published[k - 1] - found.true[k - 1]
            assert excess == pytest.approx(published_excess(k, error, spread), abs=1.5)
            assert found.true[k - 1] == pytest.approx(true_gain(k, error, spread), abs=1.5)
            assert found.fresh[k - 1] == pytest.approx(found.true[k - 1], abs=1.5)
            pooled = found.pooled[k - 1] - found.true[k - 1]
            assert pooled == pytest.approx(excess / 2, abs=1.5)


def test_runs_repeat_themselves_and_controls_do_what_they_should() -> None:
    assert style(3) == style(3)
    rows = {row.variant: row for row in style(3)}
    assert abs(rows["the same again"].votes) < 20
    assert rows["twice as long"].votes - rows["twice as long"].controlled > 20
    charmed = rows["more charming"]
    assert abs(charmed.votes - charmed.controlled) < 10


def test_the_kept_heights_are_those_of_the_campaigns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.arena_runs.campaigns", lambda spread, seed: campaigns(spread, seed, 3))
    rows, whole = best_of_k(1, 10.0), campaigns(10.0, 1, 3)
    assert [row.variants for row in rows] == list(HEIGHTS)
    assert all(row.true == whole.true[row.variants - 1] for row in rows)
