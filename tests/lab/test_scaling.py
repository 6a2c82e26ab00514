"""Scaling laws: known constants come back, published constants give the published optimum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad, minimize_scalar

from lab.scaling import (
    BESIROGLU,
    HOFFMANN,
    Law,
    _objective,
    bootstrap,
    fit,
    isoflop_minimum,
    r_squared,
)

SIZES, BUDGETS = np.geomspace(1e4, 3e5, 5), np.geomspace(2e5, 4e6, 5)
N, D = (axis.ravel() for axis in np.meshgrid(SIZES, BUDGETS))
TRUTH = Law(E=1.2, A=30.0, B=300.0, alpha=0.45, beta=0.5)

laws = st.builds(
    Law,
    E=st.floats(0.5, 3),
    A=st.floats(1, 1e3),
    B=st.floats(1, 1e3),
    alpha=st.floats(0.2, 0.8),
    beta=st.floats(0.2, 0.8),
)


def noisy(law: Law, sigma: float, seed: int) -> np.ndarray:
    return law.loss(N, D) * np.exp(np.random.default_rng(seed).normal(0, sigma, len(N)))


@pytest.mark.slow
@settings(max_examples=10)
@given(laws)
def test_clean_data_give_back_the_law_in_and_beyond_its_range(law: Law) -> None:
    fitted = fit(N, D, law.loss(N, D))
    far = (N * 10, D * 10)
    np.testing.assert_allclose(fitted.loss(N, D), law.loss(N, D), rtol=1e-3)
    np.testing.assert_allclose(fitted.loss(*far), law.loss(*far), rtol=2e-2)


@pytest.mark.slow
def test_the_bootstrap_interval_covers_the_known_constants() -> None:
    """Of ten data sets about nine 90 % intervals should hold the truth; fewer than six is a fault."""
    names = ("E", "alpha", "beta")
    covered = dict.fromkeys(names, 0)
    for seed in range(10):
        resampled = bootstrap(N, D, noisy(TRUTH, 0.005, seed), 60, seed=seed)
        for name in names:
            low, high = np.percentile([getattr(law, name) for law in resampled], [5, 95])
            covered[name] += low <= getattr(TRUTH, name) <= high
    assert min(covered.values()) >= 6, covered


def test_an_outlier_moves_the_fit_less_than_least_squares_would_let_it() -> None:
    losses = TRUTH.loss(N, D)
    losses[7] *= 1.3
    np.testing.assert_allclose(fit(N, D, losses).loss(3e5, 8e6), TRUTH.loss(3e5, 8e6), rtol=2e-3)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_that_of_the_objective(seed: int) -> None:
    rng = np.random.default_rng(seed)
    logs = np.stack([np.log(N / N.mean()), np.log(D / D.mean())], axis=1)
    target, theta = rng.normal(0, 0.1, len(N)), rng.normal(-0.5, 0.2, 5)
    error = check_grad(
        lambda t: _objective(t, logs, target)[0], lambda t: _objective(t, logs, target)[1], theta
    )
    assert error < 1e-4 * np.linalg.norm(_objective(theta, logs, target)[1])


@given(laws, st.floats(1e8, 1e24))
def test_the_optimum_is_the_minimum_found_by_search(law: Law, compute: float) -> None:
    n_opt, d_opt = law.optimum(compute)
    assert 6 * n_opt * d_opt == pytest.approx(compute)
    log_n = float(np.log(n_opt))
    found = minimize_scalar(
        lambda x: float(law.loss(np.exp(x), compute / 6 / np.exp(x))),
        bounds=(log_n - 3, log_n + 3),
        options={"xatol": 1e-8},
        method="bounded",
    )
    assert law.loss(n_opt, d_opt) <= found.fun + 1e-9


def test_the_refit_gives_chinchillas_own_size_and_the_first_fit_does_not() -> None:
    """Chinchilla: 70 billion parameters, 1.4 trillion tokens (Hoffmann et al. 2022, table 4)."""
    compute = 6 * 70e9 * 1.4e12
    n_opt, d_opt = BESIROGLU.optimum(compute)
    assert n_opt == pytest.approx(70e9, rel=0.1) and d_opt == pytest.approx(1.4e12, rel=0.1)
    assert HOFFMANN.optimum(compute)[0] < 0.5 * 70e9


def test_r_squared_is_one_for_the_law_and_zero_for_a_constant() -> None:
    losses = TRUTH.loss(N, D)
    assert r_squared(TRUTH, N, D, losses) == pytest.approx(1)
    flat = Law(E=2.0, A=1e-12, B=1e-12, alpha=1, beta=1)
    assert r_squared(flat, N, D, losses) == pytest.approx(0, abs=1e-6)


def test_the_isoflop_minimum_is_the_vertex() -> None:
    sizes = np.geomspace(1e4, 1e6, 7)
    assert isoflop_minimum(sizes, 2 + np.log(sizes / 1.5e5) ** 2) == pytest.approx(1.5e5)
    with pytest.raises(ValueError, match="add smaller or larger models"):
        isoflop_minimum(sizes, 3 - np.log(sizes / 1e3) * 0.1)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (([1, 2], [1, 2], [1, 2]), "five points or more: got 2, 2, 2"),
        ((N, D, np.where(N < 2e4, np.nan, 2.0)), "drop diverged runs first"),
    ],
)
def test_data_that_cannot_be_fitted_say_why(points: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit(*points)
