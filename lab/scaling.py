"""Scaling laws: L(N, D) = E + A / N^alpha + B / D^beta, fitted, resampled and put to use.

The form, the loss and the many starts are those of Hoffmann et al. 2022 ("Training Compute-Optimal
Large Language Models"), sections 3.3 and D.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

Array = NDArray[np.float64]

# A Huber loss this sharp is nearly an absolute value: one odd run cannot bend the curve.
DELTA = 1e-3
# Of (log E, log A, log B, alpha, beta), the first three relative to the data's mean log loss.
BOUNDS = [(-8.0, 0.5), (-12.0, 0.5), (-12.0, 0.5), (0.01, 2.5), (0.01, 2.5)]


@dataclass(frozen=True)
class Law:
    """Loss in nats a token as a function of parameters `N` and training tokens `D`."""

    E: float
    A: float
    B: float
    alpha: float
    beta: float

    def loss(self, N: ArrayLike, D: ArrayLike) -> Array:
        """What the law predicts for a model of `N` parameters trained on `D` tokens."""
        sizes, tokens = np.asarray(N, float), np.asarray(D, float)
        return self.E + self.A / sizes**self.alpha + self.B / tokens**self.beta

    def optimum(self, compute: ArrayLike) -> tuple[Array, Array]:
        """The `N` and `D` of least loss with 6·N·D = `compute` (Hoffmann et al. 2022, equation 4)."""
        ratio = self.alpha * self.A / (self.beta * self.B)
        G = ratio ** (1 / (self.alpha + self.beta))
        product_nd = np.asarray(compute, float) / 6
        N = G * product_nd ** (self.beta / (self.alpha + self.beta))
        return N, product_nd / N


# Approach 3 of Hoffmann et al. 2022, and its refit from the paper's own figure by
# Besiroglu et al. 2024 ("Chinchilla Scaling: A Replication Attempt").
HOFFMANN = Law(E=1.69, A=406.4, B=410.7, alpha=0.34, beta=0.28)
BESIROGLU = Law(E=1.8172, A=482.01, B=2085.43, alpha=0.3478, beta=0.3658)


def _objective(theta: Array, logs: Array, log_loss: Array) -> tuple[float, Array]:
    """Huber loss of the log residuals, in units of DELTA squared, and its gradient.

    `theta` is (log E, log A, log B, alpha, beta); `logs` (points, 2) holds log N and log D.
    """
    e, a, b, alpha, beta = theta
    parts = np.array([e + 0 * logs[:, 0], a - alpha * logs[:, 0], b - beta * logs[:, 1]]).T
    # Plain NumPy: SciPy's logsumexp, softmax and huber spend ten times as long on checks.
    terms = np.exp(parts)
    total = terms.sum(1)
    residual = np.log(total) - log_loss
    clipped = np.clip(residual, -DELTA, DELTA)
    slope = (clipped / total)[:, None] * terms
    gradient = np.concatenate([slope.sum(0), -(slope[:, 1:] * logs).sum(0)])
    value = float((clipped * (residual - clipped / 2)).sum())
    return value / DELTA**2, gradient / DELTA**2


def _starts() -> Iterable[Array]:
    """A grid of plausible laws for data whose N and D are divided by their geometric means."""
    for share, alpha, beta in product((0.1, 0.5, 0.9), (0.1, 0.4, 0.9), (0.1, 0.4, 0.9)):
        rest = np.log((1 - share) / 2)
        yield np.array([np.log(share), rest, rest, alpha, beta])


def fit(N: ArrayLike, D: ArrayLike, loss: ArrayLike, starts: Iterable[Array] | None = None) -> Law:
    """The law that fits `loss` best over a grid of starts, by L-BFGS on the log residuals.

    All three are 1-D and of one length.  Raises `ValueError` where there are fewer points than the
    law has parameters, or values that have no logarithm.
    """
    N, D, loss = (np.asarray(values, float) for values in (N, D, loss))
    if not len(N) == len(D) == len(loss) >= 5:
        raise ValueError(
            f"five parameters need five points or more: got {len(N)}, {len(D)}, {len(loss)}"
        )
    if not all(np.all(np.isfinite(v) & (v > 0)) for v in (N, D, loss)):
        raise ValueError("N, D and loss must be finite and positive; drop diverged runs first")
    logs = np.stack([np.log(N), np.log(D)], axis=1)
    centre, level = logs.mean(0), np.log(loss).mean()
    args = (logs - centre, np.log(loss) - level)
    found = [
        minimize(_objective, start, args, jac=True, method="L-BFGS-B", bounds=BOUNDS)
        for start in (_starts() if starts is None else starts)
    ]
    e, a, b, alpha, beta = min(found, key=lambda result: float(result.fun)).x
    a, b = a + alpha * centre[0], b + beta * centre[1]
    E, A, B = (float(x) for x in np.exp(np.array([e, a, b]) + level))
    return Law(E, A, B, float(alpha), float(beta))


def r_squared(law: Law, N: ArrayLike, D: ArrayLike, loss: ArrayLike) -> float:
    """Share of the variance of the log loss that `law` explains."""
    log_loss = np.log(np.asarray(loss, float))
    residual = np.log(law.loss(N, D)) - log_loss
    return float(1 - residual.var() / log_loss.var())


def bootstrap(N: Array, D: Array, loss: Array, n_resamples: int, seed: int) -> list[Law]:
    """Laws fitted to `n_resamples` resamplings of the points, for intervals of whatever follows.

    Resamples that hold fewer than three different sizes or budgets cannot fix a law and are redrawn.
    """
    rng = np.random.default_rng(seed)
    laws: list[Law] = []
    while len(laws) < n_resamples:
        chosen = rng.integers(len(loss), size=len(loss))
        if min(len(np.unique(N[chosen])), len(np.unique(D[chosen]))) >= 3:
            laws.append(fit(N[chosen], D[chosen], loss[chosen], list(_starts())[4::9]))
    return laws


def isoflop_minimum(N: ArrayLike, loss: ArrayLike) -> float:
    """The size of least loss among runs of one compute: the vertex of a parabola in log N.

    Approach 2 of Hoffmann et al. 2022.  Raises `ValueError` where the runs do not enclose a minimum.
    """
    log_n = np.log(np.asarray(N, float))
    curvature, slope, _ = np.polyfit(log_n, np.asarray(loss, float), 2)
    vertex = -slope / (2 * curvature)
    if curvature <= 0 or not log_n.min() < vertex < log_n.max():
        raise ValueError(
            "the runs enclose no minimum: add smaller or larger models of this compute"
        )
    return float(np.exp(vertex))
