"""Answers to irreducible-loss: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def floor_and_exponent(N, L):
    x = np.log(N)
    floors = np.linspace(0, L.min(), 500, endpoint=False)
    curves = np.log(L - floors[:, None])  # a row for each floor
    falls = [np.corrcoef(x, y)[0, 1] for y in curves]
    best = np.argmin(falls)  # the straightest falling line
    return floors[best], -np.polyfit(x, curves[best], 1)[0]


@right("scan the exponent and solve for floor and factor")
def floor_and_exponent(N, L):
    def solve(alpha):
        X = np.column_stack([np.ones(len(N)), N**-alpha])
        (E, _), error, *_ = np.linalg.lstsq(X, L, rcond=None)
        return error[0], E, alpha

    _, E, alpha = min(solve(alpha) for alpha in np.linspace(0.05, 1, 400))
    return E, alpha


@right("Gauss-Newton on the logarithm of the loss")
def floor_and_exponent(N, L):
    x = np.log(N / N[0])
    E, A, alpha = 0.9 * L.min(), L[0] - 0.9 * L.min(), 0.3
    for _ in range(50):
        term = A * np.exp(-alpha * x)
        J = np.column_stack([np.ones(len(N)), term / A, -x * term]) / (E + term)[:, None]
        step = np.linalg.lstsq(J, np.log(L / (E + term)), rcond=None)[0]
        E, A, alpha = np.array([E, A, alpha]) + 0.5 * step
    return [E, alpha]


@right("golden section on the correlation")
def floor_and_exponent(N, L):
    def bend(E):
        return np.corrcoef(np.log(N), np.log(L - E))[0, 1]

    low, high, golden = 0.0, L.min() * (1 - 1e-6), (5**0.5 - 1) / 2
    for _ in range(60):
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if bend(a) < bend(b) else (a, high)
    return low, -np.polyfit(np.log(N), np.log(L - low), 1)[0]


@wrong("no-floor")
def floor_and_exponent(N, L):
    return 0.0, -np.polyfit(np.log(N), np.log(L), 1)[0]


@wrong("minimum")
def floor_and_exponent(N, L):
    E, rest = L.min(), L > L.min()
    return E, -np.polyfit(np.log(N[rest]), np.log(L[rest] - E), 1)[0]


@wrong("minimum")
def floor_and_exponent(N, L):
    return L[-1], -np.polyfit(np.log(N), np.log(L), 1)[0]


@wrong("not-subtracted")
def floor_and_exponent(N, L):
    floors = np.linspace(0, L.min(), 500, endpoint=False)
    falls = [np.corrcoef(np.log(N), np.log(L - E))[0, 1] for E in floors]
    return floors[np.argmin(falls)], -np.polyfit(np.log(N), np.log(L), 1)[0]


@wrong("minimum")
def floor_and_exponent(N, L):
    floors = np.linspace(0, L.min(), 500, endpoint=False)
    falls = [np.corrcoef(N, np.log(L - E))[0, 1] for E in floors]
    E = floors[np.argmin(falls)]
    return E, -np.polyfit(np.log(N), np.log(L - E), 1)[0]


@wrong("sign")
def floor_and_exponent(N, L):
    floors = np.linspace(0, L.min(), 500, endpoint=False)
    E = floors[np.argmin([np.corrcoef(np.log(N), np.log(L - E))[0, 1] for E in floors])]
    return E, np.polyfit(np.log(N), np.log(L - E), 1)[0]


@wrong("order")
def floor_and_exponent(N, L):
    floors = np.linspace(0, L.min(), 500, endpoint=False)
    E = floors[np.argmin([np.corrcoef(np.log(N), np.log(L - E))[0, 1] for E in floors])]
    return -np.polyfit(np.log(N), np.log(L - E), 1)[0], E


@wrong("value")
def floor_and_exponent(N, L):
    E = L.min() / 2
    return E, -np.polyfit(np.log(N), np.log(L - E), 1)[0]


@wrong("not-finite")
def floor_and_exponent(N, L):
    E = L.min()
    return E, -np.polyfit(np.log(N), np.log(L - E), 1)[0]


@wrong("shape")
def floor_and_exponent(N, L):
    floors = np.linspace(0, L.min(), 500, endpoint=False)
    return floors[np.argmin([np.corrcoef(np.log(N), np.log(L - E))[0, 1] for E in floors])]
