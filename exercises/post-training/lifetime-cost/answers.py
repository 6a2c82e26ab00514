"""Answers to lifetime-cost: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def cheapest_model(E, A, B, alpha, beta, loss, served):
    share = np.linspace(0, 1, 20001)[1:-1]  # of the gap, left to the size's term
    gap = loss - E
    N = (A / (gap * share)) ** (1 / alpha)
    D = (B / (gap * (1 - share))) ** (1 / beta)
    best = np.argmin(6 * N * D + 2 * N * served)
    return N[best], D[best]


@right("bisect the balance of the two margins")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    gap, low, high = loss - E, 0.0, 1.0
    for _ in range(60):
        share = (low + high) / 2
        D = (B / (gap * (1 - share))) ** (1 / beta)
        surplus = alpha * share - beta * (1 - share) * (1 + served / (3 * D))
        low, high = (share, high) if surplus < 0 else (low, share)
    return (A / (gap * share)) ** (1 / alpha), D


@right("golden section in the logarithm of the size")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    def text(n):
        return (B / (loss - E - A * np.exp(-alpha * n))) ** (1 / beta)

    def bill(n):
        return n + np.log(6 * text(n) + 2 * served)

    low = np.log(A / (loss - E)) / alpha + 1e-6  # smaller models never reach the loss
    high, golden = low + 20, (5**0.5 - 1) / 2
    for _ in range(80):
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if bill(a) < bill(b) else (a, high)
    return [np.exp(low), text(low)]


@right("a grid of sizes from the smallest possible on")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    smallest = (A / (loss - E)) ** (1 / alpha)
    N = smallest * np.geomspace(1.0001, 1e4, 40001)
    D = (B / (loss - E - A / N**alpha)) ** (1 / beta)
    best = (3 * N * D + N * served).argmin()
    return np.array([N[best], D[best]])


def at_share(share, A, B, alpha, beta, gap):
    return (A / (gap * share)) ** (1 / alpha), (B / (gap * (1 - share))) ** (1 / beta)


@wrong("no-demand")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    return at_share(beta / (alpha + beta), A, B, alpha, beta, loss - E)


@wrong("one-price")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    N, D = at_share(np.linspace(0, 1, 20001)[1:-1], A, B, alpha, beta, loss - E)
    best = np.argmin(6 * N * (D + served))
    return N[best], D[best]


@wrong("prices-swapped")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    N, D = at_share(np.linspace(0, 1, 20001)[1:-1], A, B, alpha, beta, loss - E)
    best = np.argmin(2 * N * D + 6 * N * served)
    return N[best], D[best]


@wrong("one-price")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    N, D = at_share(np.linspace(0, 1, 20001)[1:-1], A, B, alpha, beta, loss - E)
    best = np.argmin(N * D + N * served)
    return N[best], D[best]


@wrong("floor")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    N, D = at_share(np.linspace(0, 1, 20001)[1:-1], A, B, alpha, beta, loss)
    best = np.argmin(6 * N * D + 2 * N * served)
    return N[best], D[best]


@wrong("order")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    N, D = at_share(np.linspace(0, 1, 20001)[1:-1], A, B, alpha, beta, loss - E)
    best = np.argmin(6 * N * D + 2 * N * served)
    return D[best], N[best]


@wrong("fixed-ratio")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    N = np.geomspace(1e6, 1e14, 100001)
    miss = abs(E + A / N**alpha + B / (20 * N) ** beta - loss)
    return N[miss.argmin()], 20 * N[miss.argmin()]


@wrong("value")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    return at_share(0.9, A, B, alpha, beta, loss - E)


@wrong("not-finite")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    return at_share(np.float64(1), A, B, alpha, beta, loss - E)


@wrong("shape")
def cheapest_model(E, A, B, alpha, beta, loss, served):
    N, D = at_share(np.linspace(0, 1, 20001)[1:-1], A, B, alpha, beta, loss - E)
    return N[np.argmin(6 * N * D + 2 * N * served)]
