"""What a model costs over its life: training once, serving every token, and when one pays the other.

Costs are in floating-point operations: 6·N·D to train N parameters on D tokens, 2·N for each token
served (Kaplan et al. 2020).  The lifetime optimum is that of Sardana et al. 2024 ("Beyond
Chinchilla-Optimal: Accounting for Inference in Language Model Scaling Laws").
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from lab.scaling import Law

Array = NDArray[np.float64]
SECONDS_PER_HOUR = 3600


def training_cost(N: ArrayLike, D: ArrayLike) -> Array:
    """FLOPs to train `N` parameters on `D` tokens."""
    return 6 * np.asarray(N, float) * np.asarray(D, float)


def serving_cost(N: ArrayLike, served: ArrayLike) -> Array:
    """FLOPs for a model of `N` parameters to read or write `served` tokens."""
    return 2 * np.asarray(N, float) * np.asarray(served, float)


def lifetime_cost(N: ArrayLike, D: ArrayLike, served: ArrayLike) -> Array:
    """FLOPs to train a model and to serve `served` tokens with it."""
    return training_cost(N, D) + serving_cost(N, served)


def utilisation(flops: float, device_hours: float, peak: float) -> float:
    """The share of `peak` (FLOP/s of one device) that a run of `flops` made use of."""
    return flops / (device_hours * SECONDS_PER_HOUR * peak)


def break_even(fixed: float, each: float, other_fixed: float, other_each: float) -> float:
    """The number of uses at which two ways, each with a fixed price and one per use, cost the same.

    Negative or infinite where one of them is cheaper from the first use on.
    """
    saved = each - other_each
    return (other_fixed - fixed) / saved if saved else float("inf")


def tokens_to_reach(law: Law, N: ArrayLike, loss: float) -> Array:
    """Training tokens with which `N` parameters reach `loss`; infinite where the size forbids it."""
    gap = loss - law.E - law.A / np.asarray(N, float) ** law.alpha
    with np.errstate(divide="ignore"):
        return (law.B / np.maximum(gap, 0)) ** (1 / law.beta)


def best_model(law: Law, loss: float, served: float) -> tuple[float, float]:
    """`N` and `D` of the least lifetime cost among all models that reach `loss`.

    At the optimum the size's term x = A/N^α and the data's y = B/D^β, which share the gap between
    `loss` and the floor, satisfy α·x = β·y·(1 + served / 3D); one root, found by bisection in x.
    Raises `ValueError` where `loss` is not above the law's floor.
    """
    gap = loss - law.E
    if gap <= 0:
        raise ValueError(f"no model reaches {loss}: the law's floor is {law.E}")

    def model(share: float) -> tuple[float, float]:
        size = (law.A / (gap * share)) ** (1 / law.alpha)
        return size, (law.B / (gap * (1 - share))) ** (1 / law.beta)

    def balance(share: float) -> float:
        return law.alpha * share / (law.beta * (1 - share)) - 1 - served / (3 * model(share)[1])

    return model(float(brentq(balance, 1e-9, 1 - 1e-9, xtol=1e-14)))


def optimal_loss(law: Law, N: float) -> float:
    """The loss of `N` parameters trained with the tokens that make them compute-optimal."""
    return float(law.E + law.A / N**law.alpha * (1 + law.alpha / law.beta))


def demand_that_justifies(law: Law, N: float, D: float) -> float:
    """Tokens served for which a model of `N` parameters and `D` tokens is the best of its loss.

    Negative where the model is larger than compute-optimal, so that no demand justifies it.
    """
    size_term, data_term = law.A / N**law.alpha, law.B / D**law.beta
    return 3 * D * (law.alpha * size_term / (law.beta * data_term) - 1)


def reach(tokens: ArrayLike, losses: ArrayLike, target: float) -> float:
    """Tokens at which a measured curve of falling `losses` passes `target`, linear in log tokens.

    Both are 1-D, in order of tokens.  Raises `ValueError` where the curve does not pass `target`.
    """
    read, fallen = (
        np.log(np.asarray(tokens, float)),
        np.minimum.accumulate(np.asarray(losses, float)),
    )
    if not fallen[-1] <= target <= fallen[0]:
        raise ValueError(f"losses from {fallen[0]:.3f} to {fallen[-1]:.3f} do not pass {target}")
    return float(np.exp(np.interp(-target, -fallen, read)))


def accelerators(site_watts: float, watts_each: float, overhead: float = 1.0) -> float:
    """Devices that a site can feed: `watts_each` with their share of servers, times the `overhead`
    of cooling and conversion (power usage effectiveness)."""
    return site_watts / (watts_each * overhead)
