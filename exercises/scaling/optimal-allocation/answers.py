"""Answers to optimal-allocation: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def optimal_allocation(E, A, B, alpha, beta, C):
    G = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    N = G * (C / 6) ** (beta / (alpha + beta))
    return N, C / (6 * N)


@right("bisect the balance of the two margins, in logarithms")
def optimal_allocation(E, A, B, alpha, beta, C):
    budget = np.log(C / 6)
    low, high = 0.0, budget
    for _ in range(100):
        n = (low + high) / 2
        model = np.log(alpha * A) - alpha * n
        data = np.log(beta * B) - beta * (budget - n)
        low, high = (n, high) if model > data else (low, n)
    return np.exp(n), np.exp(budget - n)


@right("one linear equation in the logarithms")
def optimal_allocation(E, A, B, alpha, beta, C):
    balance = [[alpha, -beta], [1, 1]]
    return np.exp(np.linalg.solve(balance, [np.log(alpha * A / (beta * B)), np.log(C / 6)]))


@right("the tokens first")
def optimal_allocation(E, A, B, alpha, beta, C):
    D = ((beta * B) / (alpha * A) * (C / 6) ** alpha) ** (1 / (alpha + beta))
    return [C / 6 / D, D]


@wrong("six")
def optimal_allocation(E, A, B, alpha, beta, C):
    G = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    return G * C ** (beta / (alpha + beta)), C ** (alpha / (alpha + beta)) / G


@wrong("six")
def optimal_allocation(E, A, B, alpha, beta, C):
    G = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    N = G * (C / 6) ** (beta / (alpha + beta))
    return N, C / N


@wrong("swapped")
def optimal_allocation(E, A, B, alpha, beta, C):
    G = (beta * A / (alpha * B)) ** (1 / (alpha + beta))
    N = G * (C / 6) ** (alpha / (alpha + beta))
    return N, C / (6 * N)


@wrong("swapped")
def optimal_allocation(E, A, B, alpha, beta, C):
    G = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    N = G * (C / 6) ** (alpha / (alpha + beta))
    return N, C / (6 * N)


@wrong("fixed-ratio")
def optimal_allocation(E, A, B, alpha, beta, C):
    N = (C / (6 * 20)) ** 0.5
    return N, 20 * N


@wrong("inverted")
def optimal_allocation(E, A, B, alpha, beta, C):
    G = (beta * B / (alpha * A)) ** (1 / (alpha + beta))
    N = G * (C / 6) ** (beta / (alpha + beta))
    return N, C / (6 * N)


@wrong("weights")
def optimal_allocation(E, A, B, alpha, beta, C):
    G = (A / B) ** (1 / (alpha + beta))
    N = G * (C / 6) ** (beta / (alpha + beta))
    return N, C / (6 * N)


@wrong("order")
def optimal_allocation(E, A, B, alpha, beta, C):
    G = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    N = G * (C / 6) ** (beta / (alpha + beta))
    return C / (6 * N), N


@wrong("value")
def optimal_allocation(E, A, B, alpha, beta, C):
    N = (C / 6) ** 0.5
    return N, N


@wrong("shape")
def optimal_allocation(E, A, B, alpha, beta, C):
    G = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
    return G * (C / 6) ** (beta / (alpha + beta))
