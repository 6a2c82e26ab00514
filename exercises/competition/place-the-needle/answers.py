"""Answers to place-the-needle: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import bisect
from fractions import Fraction
from itertools import accumulate

import numpy as np

from struggle.answers import reference, right, wrong


def words(text):
    return len(text.split())


@reference
def place(sentences, needle, depth, budget):
    hay, totals = [], [0]
    for sentence in sentences:
        total = totals[-1] + words(sentence)
        if total + words(needle) > budget:
            break
        hay.append(sentence)
        totals.append(total)
    wanted = depth * totals[-1]
    i = min(range(len(totals)), key=lambda i: abs(totals[i] - wanted))
    return [*hay[:i], needle, *hay[i:]]


@right("cumulative sums in NumPy")
def place(sentences, needle, depth, budget):
    sizes = np.array([words(sentence) for sentence in sentences])
    fitting = int((np.cumsum(sizes) + words(needle) <= budget).sum())
    before = np.concatenate([[0], np.cumsum(sizes[:fitting])])
    hay = list(sentences[:fitting])
    hay.insert(int(np.argmin(np.abs(before - depth * before[-1]))), needle)
    return hay


@right("walking on while the next boundary is strictly nearer")
def place(sentences, needle, depth, budget):
    hay = list(sentences)
    while sum(map(words, hay)) + words(needle) > budget:
        hay.pop()
    wanted, before, i = depth * sum(map(words, hay)), 0, 0
    while i < len(hay) and abs(before + words(hay[i]) - wanted) < abs(before - wanted):
        before += words(hay[i])
        i += 1
    return [*hay[:i], needle, *hay[i:]]


@right("exact shares")
def place(sentences, needle, depth, budget):
    room = budget - words(needle)
    totals = [0, *(total for total in accumulate(map(words, sentences)) if total <= room)]
    away = [abs(Fraction(total, totals[-1]) - Fraction(depth)) for total in totals]
    i = away.index(min(away))
    return [*sentences[:i], needle, *sentences[i : len(totals) - 1]]


def chosen(sentences, room):
    totals = list(accumulate(map(words, sentences)))
    return sentences[: bisect.bisect_right(totals, room)]


def boundary(hay, depth, size=words):
    totals = [0, *accumulate(map(size, hay))]
    return min(range(len(totals)), key=lambda i: abs(totals[i] - depth * totals[-1]))


@wrong("needle-not-counted")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget)
    i = boundary(hay, depth)
    return [*hay[:i], needle, *hay[i:]]


@wrong("by-sentence")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle))
    i = round(depth * len(hay))
    return [*hay[:i], needle, *hay[i:]]


@wrong("by-sentence")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle))
    hay.insert(int(depth * len(hay)), needle)
    return hay


@wrong("of-all")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle))
    i = boundary(sentences, depth)
    return [*hay[:i], needle, *hay[i:]]


@wrong("characters")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle))
    i = boundary(hay, depth, len)
    return [*hay[:i], needle, *hay[i:]]


@wrong("from-the-end")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle))
    i = boundary(hay, 1 - depth)
    return [*hay[:i], needle, *hay[i:]]


@wrong("no-last-place")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle))
    i = min(boundary(hay, depth), len(hay) - 1)
    return [*hay[:i], needle, *hay[i:]]


@wrong("later")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle))
    totals = [0, *accumulate(map(words, hay))]
    i = min(range(len(totals)), key=lambda i: (abs(totals[i] - depth * totals[-1]), -i))
    return [*hay[:i], needle, *hay[i:]]


@wrong("place")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle))
    i = boundary(hay, depth)
    return [*hay[:i], needle, *hay[i + 1 :]]


@wrong("shape")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle))
    i = boundary(hay, depth)
    return " ".join([*hay[:i], needle, *hay[i:]])


@wrong("strict-budget")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle) - 1)
    i = boundary(hay, depth)
    return [*hay[:i], needle, *hay[i:]]


@wrong("skipping")
def place(sentences, needle, depth, budget):
    hay, left = [], budget - words(needle)
    for sentence in sentences:
        if words(sentence) <= left:
            hay.append(sentence)
            left -= words(sentence)
    i = boundary(hay, depth)
    return [*hay[:i], needle, *hay[i:]]


@wrong("rounded")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle))
    totals = [0, *accumulate(map(words, hay))]
    wanted = int(depth * totals[-1])
    i = min(range(len(totals)), key=lambda i: abs(totals[i] - wanted))
    return [*hay[:i], needle, *hay[i:]]


@wrong("copy")
def place(sentences, needle, depth, budget):
    hay = chosen(sentences, budget - words(needle))
    behind = [*hay, None][boundary(hay, depth)]
    i = hay.index(behind) if behind else len(hay)
    return [*hay[:i], needle, *hay[i:]]


@wrong("raised")
def place(sentences, needle, depth, budget):
    """Waits for a sentence that does not fit."""
    n, left = 0, budget - words(needle)
    while words(sentences[n]) <= left:
        left -= words(sentences[n])
        n += 1
    i = boundary(sentences[:n], depth)
    return [*sentences[:i], needle, *sentences[i:n]]
