"""Answers to fit-from-runs: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

from itertools import product

import numpy as np
from scipy.optimize import least_squares, minimize
from scipy.special import huber

from struggle.answers import reference, right, wrong


@reference
def clean(runs):
    kept = {}
    for run in runs:
        losses = np.array([loss for _, loss in run["curve"]])
        if np.isfinite(losses).all():
            kept[run["n_params"], run["tokens"]] = np.median(losses[-len(losses) // 5 :])
    N, D = np.array(list(kept)).T
    return N, D, np.array(list(kept.values()))


@reference
def predict_law(params, N, D):
    a, b, e, alpha, beta = params
    terms = np.broadcast_arrays(a - alpha * np.log(N), b - beta * np.log(D), e)
    return np.exp(np.logaddexp.reduce(terms))


@reference
def huber_log_loss(params, N, D, L, delta=1e-3):
    residual = np.log(predict_law(params, N, D)) - np.log(L)
    return huber(delta, residual).sum()


@reference
def fit(N, D, L):
    def objective(params):
        return huber_log_loss(params, N, D, L)

    scales, floors, exponents = (3, 6, 9), (0, 0.4, 0.8), (0.2, 0.4, 0.6)
    grid = product(scales, scales, floors, exponents, exponents)
    starts = sorted(grid, key=objective)[:3]
    options = {"maxiter": 3000, "xatol": 1e-5, "fatol": 1e-8}
    fits = [minimize(objective, each, method="Nelder-Mead", options=options) for each in starts]
    return min(fits, key=lambda found: found.fun).x


@reference
def optimum(params, C):
    a, b, _, alpha, beta = params
    G = (alpha * np.exp(a) / (beta * np.exp(b))) ** (1 / (alpha + beta))
    N = G * (C / 6) ** (beta / (alpha + beta))
    return N, C / (6 * N)


@right("reweighted least squares from many starts")
def fit(N, D, L):
    def solve(start, weights):
        def residuals(params):
            return weights * np.log(predict_law(params, N, D) / L)

        return least_squares(residuals, start)

    starts = product((4, 8), (4, 8), (0, 0.5), (0.3,), (0.3,))
    best = min((solve(start, 1) for start in starts), key=lambda found: found.cost).x
    for _ in range(15):
        distance = np.abs(np.log(predict_law(best, N, D) / L))
        best = solve(best, np.sqrt(np.minimum(1, 1e-3 / distance))).x
    return best


@right("loops and plain formulas")
def clean(runs):
    N, D, L, seen = [], [], [], set()
    for run in runs:
        key = (run["n_params"], run["tokens"])
        losses = [loss for _, loss in run["curve"]]
        if key in seen or not all(np.isfinite(losses)):
            continue
        seen.add(key)
        N.append(key[0])
        D.append(key[1])
        L.append(np.median(losses[len(losses) * 4 // 5 :]))
    return N, D, L


@right("powers in place of the log-sum-exp")
def predict_law(params, N, D):
    a, b, e, alpha, beta = params
    return np.exp(e) + np.exp(a) / N**alpha + np.exp(b) / D**beta


@right("the Huber loss by its definition")
def huber_log_loss(params, N, D, L, delta=1e-3):
    total = 0.0
    for error in np.abs(np.log(predict_law(params, N, D)) - np.log(L)):
        total += error**2 / 2 if error <= delta else delta * (error - delta / 2)
    return total


@wrong("diverged-kept")
def clean(runs):
    unique = {(run["n_params"], run["tokens"]): run["curve"] for run in runs}
    N, D = np.array(list(unique)).T
    return N, D, np.array([np.median([loss for _, loss in c][-5:]) for c in unique.values()])


@wrong("diverged-kept")
def clean(runs):
    kept = {}
    for run in runs:
        losses = [loss for _, loss in run["curve"]]
        if np.isfinite(losses[-1]):
            kept[run["n_params"], run["tokens"]] = np.median(losses[-5:])
    N, D = np.array(list(kept)).T
    return N, D, np.array(list(kept.values()))


@wrong("duplicates-kept")
def clean(runs):
    rows = []
    for run in runs:
        losses = [loss for _, loss in run["curve"]]
        if np.isfinite(losses).all():
            rows.append((run["n_params"], run["tokens"], np.median(losses[-5:])))
    return np.array(rows).T


@wrong("runs-lost")
def clean(runs):
    kept = {}
    for run in runs:
        losses = [loss for _, loss in run["curve"]]
        if np.isfinite(losses).all():
            kept[run["n_params"]] = (run["tokens"], np.median(losses[-5:]))
    return list(kept), [tokens for tokens, _ in kept.values()], [loss for _, loss in kept.values()]


def _clean(runs, summary):
    kept = {}
    for run in runs:
        losses = [loss for _, loss in run["curve"]]
        if np.isfinite(losses).all():
            kept[run["n_params"], run["tokens"]] = summary(losses)
    return [N for N, _ in kept], [D for _, D in kept], list(kept.values())


@wrong("last-loss")
def clean(runs):
    return _clean(runs, lambda losses: losses[-1])


@wrong("spikes-kept")
def clean(runs):
    return _clean(runs, lambda losses: np.mean(losses[-5:]))


@wrong("lowest-loss")
def clean(runs):
    return _clean(runs, min)


@wrong("whole-curve")
def clean(runs):
    return _clean(runs, np.median)


@wrong("still-in-logs")
def predict_law(params, N, D):
    a, b, e, alpha, beta = params
    terms = np.broadcast_arrays(a - alpha * np.log(N), b - beta * np.log(D), e)
    return np.logaddexp.reduce(terms)


@wrong("constants-not-logs")
def predict_law(params, N, D):
    a, b, e, alpha, beta = params
    return e + a / N**alpha + b / D**beta


@wrong("floor-not-log")
def predict_law(params, N, D):
    a, b, e, alpha, beta = params
    return e + np.exp(a) / N**alpha + np.exp(b) / D**beta


@wrong("raw-residuals")
def huber_log_loss(params, N, D, L, delta=1e-3):
    return huber(delta, predict_law(params, N, D) - L).sum()


@wrong("squares")
def huber_log_loss(params, N, D, L, delta=1e-3):
    return np.sum(np.log(predict_law(params, N, D) / L) ** 2) / 2


@wrong("mean")
def huber_log_loss(params, N, D, L, delta=1e-3):
    return huber(delta, np.log(predict_law(params, N, D) / L)).mean()


@wrong("half-missing")
def huber_log_loss(params, N, D, L, delta=1e-3):
    error = np.abs(np.log(predict_law(params, N, D) / L))
    return np.where(error <= delta, error**2, delta * (error - delta)).sum()


@wrong("delta-ignored")
def huber_log_loss(params, N, D, L, delta=1e-3):
    return huber(1e-3, np.log(predict_law(params, N, D) / L)).sum()


@wrong("not-fitted")
def fit(N, D, L):
    return minimize(huber_log_loss, np.ones(5), (N, D, L), method="L-BFGS-B").x


@wrong("pulled-by-outliers")
def fit(N, D, L):
    def residuals(params):
        return np.log(predict_law(params, N, D) / L)

    return least_squares(residuals, (6, 6, 0.5, 0.3, 0.3)).x


@wrong("shape")
def fit(N, D, L):
    return minimize(huber_log_loss, (6, 6, 0.5, 0.3, 0.3), (N, D, L), method="Nelder-Mead").fun


@wrong("six")
def optimum(params, C):
    a, b, _, alpha, beta = params
    G = (alpha * np.exp(a) / (beta * np.exp(b))) ** (1 / (alpha + beta))
    N = G * C ** (beta / (alpha + beta))
    return N, C / N


@wrong("constants-not-logs")
def optimum(params, C):
    a, b, _, alpha, beta = params
    N = (alpha * a / (beta * b)) ** (1 / (alpha + beta)) * (C / 6) ** (beta / (alpha + beta))
    return N, C / (6 * N)


@wrong("swapped")
def optimum(params, C):
    a, b, _, alpha, beta = params
    G = (alpha * np.exp(a) / (beta * np.exp(b))) ** (1 / (alpha + beta))
    N = G * (C / 6) ** (alpha / (alpha + beta))
    return N, C / (6 * N)
