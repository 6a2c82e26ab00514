"""How often a model is right: pass@k, votes and picks by a verifier, and intervals over problems."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binomtest


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


def share_interval(yes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share of which `yes` of `n` were seen; it has a width at 0 and at 1.

    Raises `ValueError` for counts that cannot be, such as none of none.
    """
    found = binomtest(yes, n).proportion_ci(level, method="wilson")
    return float(found.low), float(found.high)


def vote_at_k(tally: ArrayLike, k: int, draws: int = 500, seed: int = 0) -> float:
    """The chance that the first answer wins a vote among `k` samples, where ties are drawn by lot.

    `tally` (answers,) counts how often each answer came among all samples, the right one first; `draws`
    sets of `k` are taken from them without putting any back.  Raises `ValueError` where there are
    fewer than `k`.
    """
    counts = np.asarray(tally, int)
    if not 1 <= k <= counts.sum():
        raise ValueError(f"a vote of {k} needs at least {k} samples; there are {counts.sum()}")
    votes = np.random.default_rng(seed).multivariate_hypergeometric(counts, k, draws)
    first = votes == votes.max(1, keepdims=True)
    return float((first[:, 0] / first.sum(1)).mean())


def picked_at_k(right: ArrayLike, accepted: ArrayLike, n: int, k: int) -> NDArray[np.float64]:
    """The chance that a sample picked among `k` by a verifier is right; none accepted counts as wrong.

    Of each problem's `n` samples the verifier accepts `accepted`, among them all `right` ones (both
    (problems,)), and one of those that it accepts is taken at random.  That one is as likely to be any
    accepted sample as any other, so the chance is the verifier's precision times pass@k of being
    accepted; with an exact verifier it is pass@k itself.
    """
    taken = np.asarray(accepted, float)
    precision = np.divide(right, taken, out=np.zeros_like(taken), where=taken > 0)
    return precision * pass_at_k(accepted, n, k)
