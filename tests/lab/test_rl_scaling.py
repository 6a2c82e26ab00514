"""Fits against curves with known constants; costs against the shorthand of six and two."""

import numpy as np
import pytest

from lab.accounting import parameters
from lab.rl_scaling import Sigmoid, fit_sigmoid, forecasts, misses, step_flops
from lab.rlvr import CONFIG, SETTINGS

STEPS = np.arange(1, 201)
TRUE = Sigmoid(start=0.1, ceiling=0.9, middle=30, steepness=2)


def test_a_sigmoid_starts_is_half_way_and_ends_where_it_says() -> None:
    assert TRUE.reward([1e-9, 30, 1e9]) == pytest.approx([0.1, 0.5, 0.9])


def test_the_fit_recovers_what_made_the_rewards() -> None:
    assert fit_sigmoid(STEPS, TRUE.reward(STEPS), 0.1) == pytest.approx(TRUE, rel=1e-3)
    noisy = TRUE.reward(STEPS) + np.random.default_rng(0).normal(0, 0.03, 200)
    assert fit_sigmoid(STEPS, noisy, 0.1) == pytest.approx(TRUE, rel=0.15)


def test_no_forecast_depends_on_what_it_has_not_seen() -> None:
    rewards = TRUE.reward(STEPS)
    changed = np.concatenate([rewards[:50], 1 - rewards[50:]])
    for name, curve in forecasts(rewards, 0.1, seen=50).items():
        assert curve == pytest.approx(forecasts(changed, 0.1, seen=50)[name])


@pytest.mark.parametrize(
    ("best", "rewards"),
    [
        ("sigmoid", TRUE.reward(STEPS)),
        ("line", 0.1 + 0.12 * np.log(STEPS)),
        ("constant", np.full(200, 0.4)),
    ],
)
def test_the_right_curve_wins_where_it_is_right(best: str, rewards: np.ndarray) -> None:
    wrong = misses(rewards, float(rewards[0]), seen=100)
    assert wrong[best] == min(wrong.values()) == pytest.approx(0, abs=1e-3)


def test_no_forecast_leaves_what_a_rate_can_be() -> None:
    for curve in forecasts(np.linspace(0.1, 1, 200), 0.1, seen=150).values():
        assert curve.min() >= 0 and curve.max() <= 1


def test_a_step_costs_about_two_and_six_operations_a_parameter_and_token() -> None:
    attempts, prompt, length = SETTINGS.prompts * SETTINGS.group, 9, 27
    shorthand = parameters(CONFIG) * attempts * (2 * length + 6 * (prompt + length))
    assert step_flops(length, 1.0) == pytest.approx(shorthand, rel=0.1)
    assert step_flops(length, 0.0) < step_flops(length, 0.5) < step_flops(length, 1.0)
