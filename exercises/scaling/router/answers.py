"""Answers to router: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    best = (-1.0, 0.0)
    for threshold in [np.inf, *np.unique(score)[::-1]]:
        sent = score >= threshold
        accuracy = np.where(sent, strong, cheap).mean()
        cost = np.where(sent, strong_cost, cheap_cost).mean()
        if cost <= budget and accuracy > best[0]:
            best = (accuracy, cost)
    return best


@right("a mask for every threshold at once")
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    cuts = np.append(np.unique(score), np.inf)
    sent = score >= cuts[:, None]
    accuracy = np.where(sent, strong, cheap).mean(1)
    cost = np.where(sent, strong_cost, cheap_cost).mean(1)
    accuracy[cost > budget] = -1
    best = np.lexsort((cost, -accuracy))[0]
    return accuracy[best], cost[best]


@right("sums by score, added up from the hardest down")
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    _, group = np.unique(-score, return_inverse=True)
    gain = np.append(0, np.cumsum(np.bincount(group, strong - cheap)))
    extra = np.append(0, np.cumsum(np.bincount(group, strong_cost - cheap_cost)))
    n = len(score)
    accuracy, cost = (cheap.sum() + gain) / n, (cheap_cost.sum() + extra) / n
    best = max(np.flatnonzero(cost <= budget), key=lambda i: (round(accuracy[i], 9), -cost[i]))
    return [accuracy[best], cost[best]]


def points(score, cheap, strong, cheap_cost, strong_cost):
    for cut in [np.inf, *np.unique(score)[::-1]]:
        sent = score >= cut
        yield np.where(sent, strong, cheap).mean(), np.where(sent, strong_cost, cheap_cost).mean()


@wrong("order")
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    found = points(score, cheap, strong, cheap_cost, strong_cost)
    accuracy, cost = max((p for p in found if p[1] <= budget), key=lambda p: (p[0], -p[1]))
    return cost, accuracy


@wrong("no-budget")
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    return max(points(score, cheap, strong, cheap_cost, strong_cost), key=lambda p: (p[0], -p[1]))


@wrong("most-sent")
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    found = points(score, cheap, strong, cheap_cost, strong_cost)
    return max((p for p in found if p[1] <= budget), key=lambda p: p[1])


@wrong("reversed")
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    found = points(-score, cheap, strong, cheap_cost, strong_cost)
    return max((p for p in found if p[1] <= budget), key=lambda p: (p[0], -p[1]))


@wrong("ties-split")
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    order, n = np.argsort(-score, kind="stable"), len(score)
    gain = np.append(0, np.cumsum((strong - cheap)[order]))
    extra = np.append(0, np.cumsum((strong_cost - cheap_cost)[order]))
    accuracy, cost = (cheap.sum() + gain) / n, (cheap_cost.sum() + extra) / n
    accuracy[cost > budget] = -1
    return accuracy.max(), cost[accuracy.argmax()]


@wrong("both-paid")
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    found = points(score, cheap, strong, cheap_cost, cheap_cost + strong_cost)
    return max((p for p in found if p[1] <= budget), key=lambda p: (p[0], -p[1]))


@wrong("peeked")
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    right, cost = cheap.sum(), cheap_cost.sum()
    for extra in sorted((strong_cost - cheap_cost)[strong > cheap]):
        if cost + extra <= budget * len(score):
            right, cost = right + 1, cost + extra
    return right / len(score), cost / len(score)


@wrong("value")
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    share = (budget - cheap_cost.mean()) / (strong_cost - cheap_cost).mean()
    return cheap.mean() + share * (strong - cheap).mean(), budget


@wrong("shape")
def route(score, cheap, strong, cheap_cost, strong_cost, budget):
    found = points(score, cheap, strong, cheap_cost, strong_cost)
    return max(p[0] for p in found if p[1] <= budget)
