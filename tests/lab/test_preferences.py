"""Preferences: each formula against an enumeration, a closed form or somebody else's fit."""

from itertools import combinations, permutations, product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit
from torch import Tensor

from lab.preferences import (
    best_of_n,
    best_of_n_kl,
    best_of_n_policy,
    bradley_terry_loss,
    dpo_loss,
    fit_bradley_terry,
    is_cyclic,
    kl,
    majority,
    tilted,
)

seeds = st.integers(0, 2**31)
betas = st.floats(0.01, 5)


def trl_sigmoid_loss(
    chosen_logps: Tensor,
    rejected_logps: Tensor,
    ref_chosen_logps: Tensor,
    ref_rejected_logps: Tensor,
    beta: float,
) -> Tensor:
    """TRL's loss type "sigmoid" in its own order of operations.

    TRL 1.16 offers no function of tensors, so this follows the lines of
    `trl.trainer.dpo_trainer.DPOTrainer._compute_loss` (Apache-2.0).
    """
    chosen_scores = chosen_logps - ref_chosen_logps
    rejected_scores = rejected_logps - ref_rejected_logps
    delta_score = chosen_scores - rejected_scores
    return (-torch.nn.functional.logsigmoid(beta * delta_score)).mean()


def log_probabilities(seed: int) -> list[Tensor]:
    """Policy and reference, chosen and rejected, each (7,); the first two want gradients."""
    generator = torch.Generator().manual_seed(seed)
    drawn = [-30 * torch.rand(7, generator=generator, dtype=torch.float64) for _ in range(4)]
    return [*(each.requires_grad_() for each in drawn[:2]), *drawn[2:]]


@given(seeds, betas)
def test_the_dpo_loss_and_its_gradient_are_the_closed_form(seed: int, beta: float) -> None:
    tensors = log_probabilities(seed)
    loss = dpo_loss(*tensors, beta=beta)
    loss.backward()
    pc, pr, rc, rr = (each.detach().numpy() for each in tensors)
    margin = beta * ((pc - rc) - (pr - rr))
    assert loss.item() == pytest.approx(np.logaddexp(0, -margin).mean())
    # Rafailov et al. 2023, section 4: beta times how wrong the implicit reward is.
    push = beta * expit(-margin) / len(margin)
    np.testing.assert_allclose(tensors[0].grad, -push, rtol=1e-9)
    np.testing.assert_allclose(tensors[1].grad, push, rtol=1e-9)


@given(seeds, betas)
def test_dpo_agrees_with_trl(seed: int, beta: float) -> None:
    ours, theirs = log_probabilities(seed), log_probabilities(seed)
    loss, other = dpo_loss(*ours, beta=beta), trl_sigmoid_loss(*theirs, beta=beta)
    loss.backward()
    other.backward()
    torch.testing.assert_close(loss, other)
    torch.testing.assert_close(ours[0].grad, theirs[0].grad)
    torch.testing.assert_close(ours[1].grad, theirs[1].grad)


def test_dpo_starts_at_log_two_and_stays_finite_for_huge_margins() -> None:
    same = torch.tensor([-5.0, -80.0])
    assert dpo_loss(same, same - 3, same, same - 3, 0.1).item() == pytest.approx(np.log(2))
    far = dpo_loss(same - 1e6, same, same, same, 1.0)
    assert far.item() == pytest.approx(1e6)


@given(seeds, betas)
def test_the_tilted_policy_beats_every_other_and_gives_its_reward_back(
    seed: int, beta: float
) -> None:
    rng = np.random.default_rng(seed)
    reference, reward = rng.dirichlet(np.ones(6)), rng.normal(size=6)
    best = tilted(reference, reward, beta)

    def objective(policy: np.ndarray) -> float:
        return float(policy @ reward) - beta * kl(policy, reference)

    for other in [reference, *rng.dirichlet(np.ones(6), size=20)]:
        assert objective(best) >= objective(other) - 1e-9
    # The log-ratio is the reward up to one constant for all answers: beta times log Z.
    constant = reward - beta * np.log(best / reference)
    log_z = np.log((reference * np.exp(reward / beta)).sum()) if beta > 0.05 else constant[0] / beta
    np.testing.assert_allclose(constant, beta * log_z, atol=1e-8)


@settings(max_examples=20)
@given(seeds)
def test_linear_rewards_are_those_of_an_independent_fit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=4)
    a, b = rng.normal(size=(2, 300, 4))
    first = rng.random(300) < expit((a - b) @ truth)
    differences = np.where(first[:, None], a - b, b - a)
    weights = fit_bradley_terry(differences, np.zeros_like(differences))

    def loss(w: np.ndarray) -> float:
        return float(np.logaddexp(0, -differences @ w).sum())

    independent = minimize(
        loss,
        np.zeros(4),
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 20_000, "maxfev": 20_000},
    )
    np.testing.assert_allclose(weights, independent.x, atol=1e-6)
    ours = bradley_terry_loss(torch.tensor(differences @ weights), torch.zeros(300))
    assert ours.item() == pytest.approx(independent.fun / 300)


@settings(max_examples=20)
@given(seeds)
def test_item_scores_are_those_of_the_old_iteration(seed: int) -> None:
    """Zermelo's iteration of 1929, which Hunter 2004 (equation 3) shows to climb to the maximum."""
    rng = np.random.default_rng(seed)
    wins = rng.integers(1, 9, (5, 5)) * (1 - np.eye(5, dtype=int))
    winner, loser = np.repeat([*zip(*np.nonzero(wins), strict=True)], wins[wins > 0], axis=0).T
    scores = fit_bradley_terry(np.eye(5)[winner], np.eye(5)[loser])
    strength = np.ones(5)
    for _ in range(3000):
        met = (wins + wins.T) / (strength[:, None] + strength)
        strength = wins.sum(1) / met.sum(1)
    expected = np.log(strength) - np.log(strength).mean()
    np.testing.assert_allclose(scores, expected, atol=1e-6)


def test_an_item_that_never_loses_has_no_score() -> None:
    with pytest.raises(ValueError, match="wins every comparison"):
        fit_bradley_terry(np.eye(3)[[0, 0, 1, 2]], np.eye(3)[[1, 2, 2, 1]])


@given(seeds, st.integers(1, 7))
def test_best_of_n_is_the_mean_over_all_subsets(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    scores, values = rng.permutation(7), rng.normal(size=7)
    kept = [values[max(subset, key=scores.__getitem__)] for subset in combinations(range(7), n)]
    assert best_of_n(scores, values, [n])[0] == pytest.approx(np.mean(kept))


def test_best_of_n_meets_the_mean_of_the_largest_of_n_uniforms() -> None:
    """The largest of n uniform draws is n / (n + 1) on average, here from an even grid."""
    grid = (np.arange(100_000) + 0.5) / 100_000
    ns = [1, 2, 16, 1024]
    np.testing.assert_allclose(best_of_n(grid, grid, ns), np.divide(ns, np.add(ns, 1)), rtol=1e-4)


def test_best_of_too_many_says_how_many_there_are() -> None:
    with pytest.raises(ValueError, match="there are 3"):
        best_of_n([1, 2, 3], [1, 2, 3], [4])


@given(seeds, st.integers(1, 4))
def test_the_best_of_n_policy_is_the_enumeration(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    policy, scores = rng.dirichlet(np.ones(4)), rng.permutation(4)
    expected = np.zeros(4)
    for drawn in product(range(4), repeat=n):
        expected[max(drawn, key=scores.__getitem__)] += policy[list(drawn)].prod()
    kept = best_of_n_policy(policy, scores, n)
    np.testing.assert_allclose(kept, expected, atol=1e-12)
    assert kl(kept, policy) <= best_of_n_kl(n) + 1e-9


def test_the_kl_of_best_of_n_is_reached_where_answers_are_many() -> None:
    policy = np.full(1_000_000, 1e-6)
    for n in (1, 2, 10, 100):
        exact = kl(best_of_n_policy(policy, np.arange(1_000_000), n), policy)
        assert exact == pytest.approx(best_of_n_kl(n), abs=1e-4)


def test_three_voters_and_three_answers_make_a_cycle_once_in_eighteen() -> None:
    orders = list(permutations(range(3)))
    cycles = [is_cyclic(majority(profile)) for profile in product(orders, repeat=3)]
    assert sum(cycles) * 18 == len(cycles)


@given(seeds, st.sampled_from([1, 3, 5]), st.integers(2, 6))
def test_a_majority_is_cyclic_exactly_when_no_ranking_agrees_with_it(
    seed: int, voters: int, items: int
) -> None:
    rng = np.random.default_rng(seed)
    beats = majority([rng.permutation(items) for _ in range(voters)])
    agreed = any(
        all(beats[better, worse] for better, worse in combinations(ranking, 2))
        for ranking in permutations(range(items))
    )
    assert is_cyclic(beats) != agreed
