"""Answers to bradley-terry-fit: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def fit(wins):
    battles, strength = wins + wins.T, np.ones(len(wins))
    for _ in range(600):
        strength = wins.sum(1) / (battles / (strength[:, None] + strength)).sum(1)
        strength /= strength.mean()
    ratings = 400 * np.log10(strength)
    return ratings - ratings.mean()


@right("Newton's method on the logits, the first held at zero")
def fit(wins):
    battles, logits = wins + wins.T, np.zeros(len(wins))
    for _ in range(20):
        chance = 1 / (1 + np.exp(logits - logits[:, None]))
        surplus = (wins - battles * chance).sum(1)
        weight = battles * chance * (1 - chance)
        information = np.diag(weight.sum(1)) - weight
        logits[1:] += np.linalg.solve(information[1:, 1:], surplus[1:])
    return 400 / np.log(10) * (logits - logits.mean())


@right("climbing by the surplus of wins")
def fit(wins):
    battles = wins + wins.T
    ratings = np.zeros(len(wins))
    for _ in range(600):
        chance = 1 / (1 + 10 ** ((ratings - ratings[:, None]) / 400))
        surplus = wins.sum(1) - (battles * chance).sum(1)
        ratings += 4 * 174 * surplus / battles.sum(1) / 2
    return ratings - ratings.mean()


@wrong("transposed")
def fit(wins):
    battles, strength = wins + wins.T, np.ones(len(wins))
    for _ in range(600):
        strength = wins.sum(0) / (battles / (strength[:, None] + strength)).sum(1)
        strength /= strength.mean()
    ratings = 400 * np.log10(strength)
    return ratings - ratings.mean()


def strengths(wins, rounds=600):
    battles, strength = wins + wins.T, np.ones(len(wins))
    for _ in range(rounds):
        strength = wins.sum(1) / (battles / (strength[:, None] + strength)).sum(1)
        strength /= strength.mean()
    return strength


@wrong("anchor")
def fit(wins):
    ratings = 400 * np.log10(strengths(wins))
    return ratings - ratings[0]


@wrong("anchor")
def fit(wins):
    ratings = 400 * np.log10(strengths(wins))
    return ratings - ratings.mean() + 1000


@wrong("scale")
def fit(wins):
    ratings = 400 * np.log(strengths(wins))
    return ratings - ratings.mean()


@wrong("scale")
def fit(wins):
    logits = np.log(strengths(wins))
    return logits - logits.mean()


@wrong("strengths")
def fit(wins):
    found = strengths(wins)
    return found / found.sum()


@wrong("share")
def fit(wins):
    share = wins.sum(1) / (wins.sum(1) + wins.sum(0))
    ratings = 400 * np.log10(share / (1 - share))
    return ratings - ratings.mean()


@wrong("pairs")
def fit(wins):
    odds = np.where(wins > 0, np.log10(np.maximum(wins, 1) / np.maximum(wins.T, 1)), 0)
    ratings = 400 * odds.sum(1) / len(wins)
    return ratings - ratings.mean()


@wrong("unfinished")
def fit(wins):
    ratings = 400 * np.log10(strengths(wins, rounds=3))
    return ratings - ratings.mean()


@wrong("ratings")
def fit(wins):
    """The running updates of chess, vote by vote, in the order of the table."""
    ratings = np.zeros(len(wins))
    for i, j in np.argwhere(wins):
        for _ in range(int(wins[i, j])):
            chance = 1 / (1 + 10 ** ((ratings[j] - ratings[i]) / 400))
            ratings[i] += 16 * (1 - chance)
            ratings[j] -= 16 * (1 - chance)
    return ratings - ratings.mean()


@wrong("ratings")
def fit(wins):
    """Sums over the models that were beaten, and not over all that were met."""
    battles, strength = wins + wins.T, np.ones(len(wins))
    for _ in range(600):
        shares = np.where(wins > 0, battles / (strength[:, None] + strength), 0)
        strength = wins.sum(1) / shares.sum(1)
        strength /= strength.mean()
    ratings = 400 * np.log10(strength)
    return ratings - ratings.mean()


@wrong("ratings")
def fit(wins):
    """Half a vote in place of none, so that every pair has odds."""
    wins = np.where((wins == 0) & (wins.T > 0), 0.5, wins)
    ratings = 400 * np.log10(strengths(wins))
    return ratings - ratings.mean()


@wrong("inexact")
def fit(wins):
    ratings = 400 * np.log10(strengths(wins, rounds=75))
    return ratings - ratings.mean()
