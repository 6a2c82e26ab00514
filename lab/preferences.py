"""Learning from comparisons: Bradley–Terry scores, DPO, best of n, and majorities that go in circles.

Nothing here knows what an answer is: scores, log-probabilities and rankings are plain numbers.
"""

from collections.abc import Sequence

import numpy as np
import torch.nn.functional as F
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, gammaln, rel_entr
from torch import Tensor

Array = NDArray[np.float64]


def bradley_terry_loss(chosen: Tensor, rejected: Tensor) -> Tensor:
    """Mean -log σ(chosen - rejected) over pairs of scores (pairs,).

    Source: Ouyang et al. 2022 (InstructGPT), equation 1; the model is Bradley and Terry's of 1952.
    """
    return -F.logsigmoid(chosen - rejected).mean()


def fit_bradley_terry(chosen: ArrayLike, rejected: ArrayLike) -> Array:
    """Weights (features,) of the score x·w under which the choices are likeliest, by Newton's method.

    `chosen` and `rejected` are (pairs, features); one-hot rows give each item a score of its own,
    and the scores then sum to zero.  Raises `ValueError` where no finite weights are best, because
    some weighting explains every choice, for instance where an item won all its comparisons.
    """
    differences = np.asarray(chosen, float) - np.asarray(rejected, float)
    weights = np.zeros(differences.shape[1])
    for _ in range(20):  # it takes about eight; without a maximum the weights grow by one a step
        surprise = expit(-differences @ weights)  # the probability given to the other choice
        gradient = differences.T @ surprise
        curvature = (differences * (surprise * (1 - surprise))[:, None]).T @ differences
        step = np.linalg.lstsq(curvature, gradient, rcond=1e-13)[0]
        weights += step
        if np.abs(step).max() < 1e-10:
            return weights
    raise ValueError(
        "no finite scores fit these choices best: some item or feature wins every comparison; "
        "add comparisons in which it loses"
    )


def dpo_loss(
    policy_chosen: Tensor,
    policy_rejected: Tensor,
    reference_chosen: Tensor,
    reference_rejected: Tensor,
    beta: float,
) -> Tensor:
    """Mean DPO loss over pairs, from the summed log-probabilities (pairs,) of whole answers.

    Source: Rafailov et al. 2023, equation 7.
    """
    chosen = beta * (policy_chosen - reference_chosen)
    rejected = beta * (policy_rejected - reference_rejected)
    return bradley_terry_loss(chosen, rejected)


def tilted(reference: ArrayLike, reward: ArrayLike, beta: float) -> Array:
    """The policy (answers,) of greatest reward - beta·KL: reference·exp(reward / beta), normalised.

    Source: Rafailov et al. 2023, equation 4.
    """
    exponents = np.log(np.asarray(reference, float)) + np.asarray(reward, float) / beta
    weights = np.exp(exponents - exponents.max())
    return weights / weights.sum()


def best_of_n(scores: ArrayLike, values: ArrayLike, ns: Sequence[int]) -> Array:
    """Expected value (len(ns),) of the best-scored of n answers, from N samples (samples,) of each.

    The mean over all n-subsets of the samples, without drawing any: the i-th lowest score is the
    best of C(i-1, n-1) of them.  Source: Nakano et al. 2021 (WebGPT), appendix I.
    """
    order = np.argsort(scores, kind="stable")
    ranked = np.asarray(values, float)[order]
    rank = np.arange(1, len(ranked) + 1)
    if max(ns) > len(ranked):
        raise ValueError(f"the best of {max(ns)} needs as many samples; there are {len(ranked)}")
    return np.array([(_best_weights(rank, n) * ranked).sum() for n in ns])


def _best_weights(rank: NDArray[np.int64], n: int) -> Array:
    """The share of n-subsets whose best sample has that rank, C(rank-1, n-1) / C(N, n)."""
    total = _log_choose(rank[-1:], n)
    subsets = np.where(rank >= n, _log_choose(np.maximum(rank, n) - 1, n - 1), -np.inf)
    return np.exp(subsets - total)


def _log_choose(n: NDArray[np.int64], k: int) -> Array:
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def best_of_n_policy(policy: ArrayLike, scores: ArrayLike, n: int) -> Array:
    """Probability (answers,) of each answer when n are drawn from `policy` and the best is kept.

    No two `scores` may be equal.  Source: Beirami et al. 2024, section 2.
    """
    p, order = np.asarray(policy, float), np.argsort(scores)
    reached = np.cumsum(p[order]) ** n
    kept = np.empty_like(p)
    kept[order] = np.diff(reached, prepend=0.0)
    return kept


def best_of_n_kl(n: ArrayLike) -> Array:
    """KL of best-of-n from the policy it draws from, log n - (n-1)/n in nats.

    Exact where no two answers are alike, else an upper bound (Beirami et al. 2024, section 3).
    """
    draws = np.asarray(n, float)
    return np.log(draws) - (draws - 1) / draws


def kl(p: ArrayLike, q: ArrayLike) -> float:
    """KL(p ‖ q) in nats."""
    return float(rel_entr(np.asarray(p, float), np.asarray(q, float)).sum())


def majority(rankings: ArrayLike) -> NDArray[np.bool_]:
    """Whether most voters prefer i to j, (items, items), from `rankings` (voters, items), best first.

    An odd number of voters leaves no ties.
    """
    place = np.argsort(np.asarray(rankings), axis=1)
    ahead = place[:, :, None] < place[:, None, :]
    return np.asarray(ahead.mean(0) > 0.5)


def is_cyclic(beats: NDArray[np.bool_]) -> bool:
    """Whether no ranking agrees with the majority relation `beats` (items, items), free of ties.

    A tournament can be ranked exactly when its items win 0, 1, 2, ... comparisons.
    """
    return bool((np.sort(beats.sum(1)) != np.arange(len(beats))).any())
