"""Checks `mean_surprise(probabilities)` against the mean of minus the logarithms to base two."""

import numpy as np

from struggle.compare import Mistake, close, explain, number, short, table
from struggle.verdict import Cases, NotYet

TOLERANCE = 1e-9  # one formula; its forms differ by rounding only
NAME = "mean_surprise"


def check(submission, rng):
    cases = Cases()
    for p in (np.array([1 / 2, 1 / 2, 1 / 32]), rng.uniform(0.01, 1, 4), rng.uniform(0.01, 1, 20)):
        with cases:
            got = number(submission.call(NAME, p), NAME)
            if not close(got, np.mean(_bits(p)), TOLERANCE):
                raise explain(got, MISTAKES, (p,), _case(p, got))
    with cases:
        _check_zero(submission)
    return cases.verdict("Each word counts its halvings, and the mean takes all words alike.")


def _check_zero(submission):
    p = np.array([1 / 2, 0, 1 / 4])
    try:
        got = table(submission.call(NAME, p), NAME, ())
    except NotYet as failure:
        raise _refusal(failure, p) if failure.id == "raised" else failure from None
    if not np.isposinf(got):
        raise IMPOSSIBLE.failure(_case(p, got))


def _refusal(failure, p):
    next = "A logarithm of zero may raise: treat that word first. How many halvings lead to zero?"
    return NotYet("zero-raised", cause=failure.cause, case=_case(p), next=next)


def _case(p, got=None):
    inputs = f"probabilities = {short(p) if p.size <= 5 else f'{p.size} numbers'}"
    return inputs if got is None else f"{inputs}; you returned {short(got)}"


def _bits(p):
    return -np.log2(p)


def _weighted(p):
    return [np.sum(p * _bits(p)), np.mean(p * _bits(p)), np.average(_bits(p), weights=p)]


def _whole(p):
    return [np.mean(whole(_bits(p))) for whole in (np.floor, np.ceil, np.round)]


IMPOSSIBLE = Mistake(
    "zero",
    "A word came that the model had held impossible, and no number of halvings leads to zero.",
    "Its surprise is infinite, and so is the mean: leave the word in, and leave its zero as it is.",
)
MISTAKES = [
    Mistake(
        "sign",
        "This is the mean of the logarithms, which are negative below one.",
        "A surprise is a number of halvings: turn the sign.",
        lambda p: [-np.mean(_bits(p))],
    ),
    Mistake(
        "sum",
        "This is the surprise of all words together.",
        "Divide by the number of words.",
        lambda p: [np.sum(_bits(p))],
    ),
    Mistake(
        "natural-logarithm",
        "This is the mean surprise in nats, with the natural logarithm.",
        "Bits count halvings: take the logarithm to base two, `np.log2`.",
        lambda p: [-np.mean(np.log(p))],
    ),
    Mistake(
        "common-logarithm",
        "This comes from the logarithm to base ten, which counts tenths and not halves.",
        "Bits count halvings: take the logarithm to base two, `np.log2`.",
        lambda p: [-np.mean(np.log10(p))],
    ),
    Mistake(
        "logarithm-of-mean",
        "This is the surprise of the mean probability, and that hides the bad guesses.",
        "Take the surprise of each word first, then the mean of the surprises.",
        lambda p: [_bits(np.mean(p))],
    ),
    Mistake(
        "inverse",
        "This is made of 1 / p, which says how many times one is as large as p.",
        "Count halvings: for one eighth they are three, and 1 / p is eight.",
        lambda p: [np.mean(1 / p), np.log2(np.mean(1 / p))],
    ),
    Mistake(
        "weighted",
        "The surprises are weighted by the probabilities, as in an entropy.",
        "These words came, each of them once: let each count the same.",
        _weighted,
    ),
    Mistake(
        "perplexity",
        "This is two to the power of the mean surprise, which is called perplexity.",
        "Return the exponent, the mean number of halvings itself.",
        lambda p: [2 ** np.mean(_bits(p))],
    ),
    Mistake(
        "median",
        "This is the median, which does not see how bad the worst guess was.",
        "Take the mean: one confident mistake is meant to count.",
        lambda p: [np.median(_bits(p))],
    ),
    Mistake(
        "rounded",
        "This is a whole number, and the mean of whole numbers need not be one.",
        "Leave the mean as it comes out.",
        lambda p: [whole(np.mean(_bits(p))) for whole in (np.floor, np.ceil, np.round)],
    ),
    Mistake(
        "whole-halvings",
        "Only whole halvings are counted.",
        "A probability of 0.3 lies between one halving and two: use a logarithm to base two.",
        _whole,
    ),
    Mistake(
        "probabilities",
        "This is a mean of the probabilities themselves.",
        "For each word count how many halvings lead from one to its probability.",
        lambda p: [np.mean(p), np.mean(1 - p), 2 ** -np.mean(_bits(p))],
    ),
    Mistake(
        "value",
        "This is not the mean number of halvings.",
        "Do one half, one half and one eighth by hand, then compare word by word.",
    ),
]
