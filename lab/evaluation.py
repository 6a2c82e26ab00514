"""How often a model is right: pass@k without bias, majority votes, and intervals over problems."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def pass_at_k(right: ArrayLike, n: int, k: int) -> NDArray[np.float64]:
    """The chance that at least one of `k` samples is right, estimated without bias from `n`.

    `right` (problems,) counts the right ones among each problem's `n` samples; the result has its
    shape.  One minus C(n - right, k) / C(n, k), as a product that cannot overflow.  Raises
    `ValueError` where `k` exceeds `n`.

    Source: Chen et al. 2021, "Evaluating Large Language Models Trained on Code", equation 1.
    """
    if not 1 <= k <= n:
        raise ValueError(f"pass@{k} needs at least {k} samples of each problem; there are {n}")
    wrong = n - np.asarray(right)
    chosen = np.arange(k)
    # The chance that the i-th draw without replacement is wrong, after i wrong ones.
    chance = np.clip(wrong[..., None] - chosen, 0, None) / (n - chosen)
    return 1 - chance.prod(-1)


def interval(values: ArrayLike, level: float = 0.95, seed: int = 0) -> tuple[float, float]:
    """Bootstrap interval of the mean of `values` (problems,): other problems might have been asked."""
    sample = np.asarray(values, float)
    drawn = np.random.default_rng(seed).choice(sample, (2000, len(sample)))
    low, high = np.percentile(drawn.mean(1), [50 * (1 - level), 50 * (1 + level)])
    return float(low), float(high)
