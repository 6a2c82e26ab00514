"""Estimates of a trial against published numbers, SciPy, and least squares with every column."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from lab import trial_worlds
from lab.metr import foresight, hoped_savings, metr_trial
from lab.trial import (
    ERRORS,
    Trial,
    bootstrap,
    each_developer,
    estimate,
    lowest_of_each,
    random_effects,
    spread_interval,
)
from lab.trial_worlds import SLOWER, World, cover, estimates


def some_trial(seed: int = 0, **changed: float) -> Trial:
    """A small trial with developers of unequal numbers of tasks."""
    trial = World(by_developer=0.3, developers=7, tasks=12, **changed).trial(
        np.random.default_rng(seed)
    )
    return trial.only(np.random.default_rng(seed).random(len(trial.ai)) < 0.8)


@pytest.mark.parametrize(
    ("errors", "published"),
    [("equal", (0.013, 0.395)), ("robust", (0.013, 0.394)), ("clustered", (0.016, 0.39))],
)
def test_metrs_own_regression_is_reproduced(errors, published):
    """The README beside the data prints these numbers, computed by statsmodels."""
    found = estimate(metr_trial(), errors=errors)
    assert round(found.percent / 100, 3) == 0.188
    assert tuple(round(end / 100, 3) for end in found.interval()) == published


def test_metrs_trial_is_the_published_one():
    trial = metr_trial()
    assert (len(trial.ai), trial.ai.sum(), len(np.unique(trial.developer))) == (246, 136, 16)
    assert round(100 * (1 - np.exp(-hoped_savings()) @ trial.forecast / trial.forecast.sum())) == 24


def test_the_other_coding_turns_the_sign_and_nothing_else():
    one, other = estimate(metr_trial()), estimate(metr_trial(coded=0))
    assert other.effect == pytest.approx(-one.effect)
    assert other.error == pytest.approx(one.error)


def with_every_column(trial: Trial, errors: str) -> tuple[float, float]:
    """The same with a column for each developer, nothing taken out beforehand."""
    dummies = (trial.developer[:, None] == np.unique(trial.developer)).astype(float)
    X = np.column_stack([trial.ai, np.log(trial.forecast), dummies])
    y = np.log(trial.minutes)
    coefficients = np.linalg.lstsq(X, y, rcond=None)[0]
    e, bread, (n, k) = y - X @ coefficients, np.linalg.inv(X.T @ X), X.shape
    hat = np.diag(X @ bread @ X.T)
    if errors == "equal":
        meat = X.T @ X * (e @ e) / (n - k)
    elif errors == "robust":
        meat = X.T @ np.diag((e / (1 - hat)) ** 2) @ X
    else:
        sums = dummies.T @ (X * e[:, None])
        groups = len(sums)
        meat = sums.T @ sums * groups / (groups - 1) * (n - 1) / (n - k)
    return coefficients[0], math.sqrt((bread @ meat @ bread)[0, 0])


@pytest.mark.parametrize("errors", ERRORS)
def test_levels_taken_out_are_levels_estimated(errors):
    found = estimate(some_trial(), blocks=True, errors=errors)
    assert (found.effect, found.error) == pytest.approx(with_every_column(some_trial(), errors))


def test_without_forecast_and_levels_it_is_students_test():
    trial = some_trial()
    logs = [np.log(trial.minutes[trial.ai == lot]) for lot in (1, 0)]
    low, high = ttest_ind(*logs).confidence_interval(0.9)
    found = estimate(trial, forecasts=False).logs(0.9, len(trial.ai) - 2)
    assert found == pytest.approx((low, high))


@given(factor=st.floats(0.2, 5), unit=st.floats(0.01, 60), blocks=st.booleans())
def test_the_effect_is_a_ratio_of_times(factor, unit, blocks):
    trial = some_trial()
    slower = Trial(
        trial.developer,
        trial.ai,
        trial.forecast * unit,
        trial.minutes * unit * np.where(trial.ai == 1, factor, 1),
    )
    before, after = (estimate(t, blocks=blocks, errors="clustered") for t in (trial, slower))
    assert after.effect == pytest.approx(before.effect + math.log(factor))
    assert after.error == pytest.approx(before.error)


def test_unknown_errors_are_refused():
    with pytest.raises(ValueError, match="must be one of equal, robust, clustered"):
        estimate(some_trial(), errors="hc1")


@pytest.mark.parametrize("blocks", [False, True])
def test_a_bootstrap_draw_is_the_estimate_of_the_drawn_trial(blocks):
    trial = some_trial()
    names = np.unique(trial.developer)
    drawn = np.random.default_rng(5).integers(len(names), size=(3, len(names)))
    for row, effect in zip(drawn, bootstrap(trial, 3, 5, blocks=blocks), strict=True):
        parts = [np.flatnonzero(trial.developer == names[i]) for i in row]
        copy = trial.only(np.concatenate(parts))
        copy = Trial(
            np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
            copy.ai,
            copy.forecast,
            copy.minutes,
        )
        assert effect == pytest.approx(estimate(copy, blocks=blocks).effect)


def test_each_developers_effect_is_that_of_a_regression_with_all_of_them():
    trial = some_trial()
    who, effects, errors = each_developer(trial)
    dummies = (trial.developer[:, None] == who).astype(float)
    X = np.column_stack([dummies * trial.ai[:, None], dummies, np.log(trial.forecast)])
    y = np.log(trial.minutes)
    coefficients, residues = np.linalg.lstsq(X, y, rcond=None)[:2]
    assert effects == pytest.approx(coefficients[: len(who)])
    lots = np.stack([dummies.T @ trial.ai, dummies.T @ (1 - trial.ai)])
    noise = residues[0] / (len(y) - X.shape[1])
    assert errors == pytest.approx(np.sqrt(noise * (1 / lots).sum(0)))


def test_who_drew_one_lot_only_has_no_effect():
    trial = some_trial()
    mine = trial.developer == trial.developer[0]
    assert trial.developer[0] not in each_developer(trial.only(~mine | (trial.ai == 1)))[0]


def test_random_effects_of_equal_errors_have_a_closed_form():
    effects, error = np.array([-0.3, 0.1, 0.2, 0.9]), 0.2
    mean, spread = random_effects(effects, np.full(4, error))
    assert spread**2 == pytest.approx(effects.var(ddof=1) - error**2)
    assert (mean.effect, mean.error) == pytest.approx((effects.mean(), effects.std(ddof=1) / 2))
    assert random_effects(effects, np.full(4, 2.0))[1] == 0


def test_the_interval_of_the_spread_covers():
    """Of 300 worlds with a spread of 0.3, about 95 in 100 intervals should hold it."""
    rng = np.random.default_rng(0)
    errors = rng.uniform(0.2, 0.4, 16)
    held = 0
    for _ in range(300):
        low, high = spread_interval(
            0.3 * rng.standard_normal(16) + errors * rng.standard_normal(16), errors
        )
        held += low <= 0.3 <= high
    assert 0.91 <= held / 300 <= 0.99


def test_foresight_is_minus_one_for_those_who_know():
    rng = np.random.default_rng(0)
    hoped = rng.uniform(0, 0.6, 4000)
    ai, forecast = rng.integers(2, size=(2, 4000)) * 1.0
    forecast = np.exp(4 + forecast + rng.standard_normal(4000))
    developer = rng.integers(8, size=4000)
    for slope in (-1, 0):
        minutes = forecast**0.8 * np.exp(slope * ai * hoped + 0.3 * rng.standard_normal(4000))
        found = foresight(Trial(developer, ai, forecast, minutes), hoped)
        assert abs(found.effect - slope) < 4 * found.error < 0.5


WORLDS = {
    "plain": World(),
    "varied": World(by_developer=0.3, by_task=0.4),
    "withheld": World(by_task=0.6, foresight=0.7, withheld=0.4),
    "unforeseen": World(by_task=0.6, foresight=0.0, withheld=0.4),
}


@pytest.mark.parametrize("name", WORLDS)
def test_trials_find_the_truth_but_for_the_bias(name):
    world = WORLDS[name]
    found = np.array([each.effect for each in estimates(world, 600, 1)])
    assert found.mean() == pytest.approx(SLOWER + world.bias(), abs=4 * world.error() / 600**0.5)
    assert found.std() == pytest.approx(world.error(), rel=0.12)


def test_each_developer_keeps_their_own_lowest():
    developer, score = np.array([7, 3, 7, 3, 7, 3, 7]), np.array([5.0, 1, 2, 9, 8, 4, 1])
    assert sorted(lowest_of_each(developer, score, 2 / 3)) == [0, 1, 2, 5, 6]
    assert sorted(lowest_of_each(developer, -score, 0.5)) == [0, 3, 4, 5]


def test_beginners_look_slower_by_the_mean_of_what_fades():
    world = World(beginner=0.6, pace=3, tasks=10, noise=0.05, developers=200)
    expected = SLOWER + 0.6 * np.exp(-np.arange(5) / 3).mean()
    assert estimates(world, 1, 0)[0].effect == pytest.approx(expected, abs=0.02)


def test_power_is_what_many_trials_show():
    world = World(developers=12, tasks=40, by_developer=0.25)
    real = np.mean([each.logs(freedom=11)[0] > 0 for each in estimates(world, 600, 2)])
    assert real == pytest.approx(world.power(), abs=0.06)


def test_intervals_that_ignore_people_miss_where_people_differ():
    covered = {row.interval: row.covered for row in cover(0.5, seed=7, trials=200)}
    assert covered["METR's regression"] < 0.88 and covered["levels"] < 0.85
    assert covered["levels, errors by developer, t"] > 0.91 and covered["random effects, t"] > 0.91


def test_the_worlds_noise_is_that_of_metrs_trial():
    trial = metr_trial()
    dummies = (trial.developer[:, None] == np.unique(trial.developer)).astype(float)
    X = np.column_stack([trial.ai, np.log(trial.forecast), dummies])
    coefficients, residues, *_ = np.linalg.lstsq(X, np.log(trial.minutes), rcond=None)
    noise2 = residues[0] / (246 - X.shape[1])
    assert World().slope == pytest.approx(coefficients[1], abs=0.02)
    assert World().noise == pytest.approx(math.sqrt(noise2), abs=0.01)
    # What the levels vary by, less what the noise of a few tasks adds to it.
    chance = noise2 * (1 / dummies.sum(0)).mean()
    assert World().level == pytest.approx(
        math.sqrt(coefficients[2:].var(ddof=1) - chance), abs=0.02
    )
    assert World().size == pytest.approx(np.log(trial.forecast).std(), abs=0.02)
    assert trial_worlds.DEVELOPERS * trial_worlds.TASKS == pytest.approx(246, abs=16)
