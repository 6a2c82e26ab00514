"""Checks `blanks_left` against its formula, and `kept` against a choice made text by text."""

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6
TEXTS, POSITIONS = 4, 9


def check(submission, rng):
    cases = Cases()
    for n, steps in ((10, 4), (int(rng.integers(3, 7)) * 6 + 5, 6), (12, 12)):
        with cases:
            _left(submission, n, steps)
    for _ in range(3):
        with cases:
            _kept(submission, *_batch(rng))
    return cases.verdict("The blanks run out on time, and the surest symbols stay.")


def _left(submission, n, steps):
    got = numbers(submission.call("blanks_left", n, steps), "blanks_left", (steps,))
    if not close(got, _schedule(n, steps), TOLERANCE):
        case = f"{n} blanks, {steps} steps; you returned {short(got)}"
        raise explain(got, SCHEDULES, (n, steps), case, TOLERANCE)


def _kept(submission, log_p, blank, left):
    value = submission.call("kept", log_p, blank, left)
    got = _flags(value, "kept", blank.shape)
    want = _choice(log_p, blank, left)
    if not close(got, want, TOLERANCE):
        text = np.argwhere(got != want)[0][0]
        shown = ", ".join(
            "given" if not open else short(score)
            for score, open in zip(log_p[text], blank[text], strict=True)
        )
        case = f"log-probabilities {shown} with {left[text]} to be left blank"
        case = f"{case}; you returned {short(got[text])}"
        raise explain(got, CHOICES, (log_p, blank, left), case, TOLERANCE)


def _batch(rng):
    """Texts of which some are nearly all blank and some hardly, drawn until no mistake is right."""
    while True:
        log_p = np.log(rng.uniform(0.02, 0.98, (TEXTS, POSITIONS)))
        n_blank = rng.permutation([4, 6, 7, 8])
        blank = rng.permuted(np.arange(POSITIONS) < n_blank[:, None], axis=1)
        log_p[~blank] = np.log(rng.uniform(0.9, 0.99, (~blank).sum()))
        left = rng.integers(1, n_blank - 1)
        batch = (log_p, blank, left)
        want = _choice(*batch)
        others = [value for each in CHOICES[:-1] for value in each.values(*batch)]
        if not any(np.array_equal(value, want) for value in others):
            return batch


def _flags(value, name, shape):
    """True and false are as good as one and zero, in an array or in lists."""
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):
        return numbers(value, name, shape)
    return numbers(array.astype(float) if array.dtype == bool else value, name, shape)


def _schedule(n, steps):
    return [n * (steps - step) // steps for step in range(1, steps + 1)]


def _highest(scores, n):
    return (-scores).argsort(1).argsort(1) < np.reshape(n, (-1, 1))


def _choice(log_p, blank, left):
    return _highest(np.where(blank, log_p, -np.inf), blank.sum(1) - left)


def _decided(log_p, blank, left):
    """Positions that were not blank take part: as they are, taken out afterwards, or as zeros."""
    n = blank.sum(1) - left
    yield _highest(log_p, n)
    yield _highest(log_p, n) & blank
    yield _highest(log_p * blank, n)
    yield _highest(log_p * blank, n) & blank


def _whole_batch(log_p, blank, left):
    scores = np.where(blank, log_p, -np.inf).reshape(1, -1)
    yield _highest(scores, blank.sum() - left.sum()).reshape(blank.shape)


def _one_count(log_p, blank, left):
    scores = np.where(blank, log_p, -np.inf)
    for n in {*(blank.sum(1) - left).tolist()}:
        yield _highest(scores, n)
        yield _highest(scores, n) & blank


def _filled(n, steps):
    left = np.array([n, *_schedule(n, steps)])
    return [-np.diff(left), n - left[1:]]


SCHEDULES = [
    Mistake(
        "blanks-remain",
        "`blanks_left` rounds the size of a step, and at the end blanks remain.",
        "Round what is left, computed afresh from all blanks at each step.",
        lambda n, s: [[n - k * (n // s) for k in range(1, s + 1)]],
    ),
    Mistake(
        "too-early",
        "`blanks_left` rounds the size of a step up, so the blanks run out too early.",
        "Round what is left, computed afresh from all blanks at each step.",
        lambda n, s: [[max(0, n - k * -(-n // s)) for k in range(1, s + 1)]],
    ),
    Mistake(
        "one-late",
        "`blanks_left` tells what is left before each step.",
        "Let the steps count from one, so that the last number is zero.",
        lambda n, s: [[n * (s - k) // s for k in range(s)]],
    ),
    Mistake(
        "filled",
        "`blanks_left` tells how many blanks are filled.",
        "Return how many are left.",
        _filled,
    ),
    Mistake(
        "rounded",
        "`blanks_left` does not round down to a whole number.",
        "A symbol is kept or not: divide whole numbers with `//`.",
        lambda n, s: [
            [n * (s - k) / s for k in range(1, s + 1)],
            [round(n * (s - k) / s) for k in range(1, s + 1)],
            [-(-n * (s - k) // s) for k in range(1, s + 1)],
        ],
    ),
    Mistake(
        "left",
        "`blanks_left` does not go down to zero in even steps.",
        "Work out ten blanks and four steps by hand: 7, 5, 2, 0.",
    ),
]
CHOICES = [
    Mistake(
        "decided-before",
        "`kept` lets positions take part that were decided before the step.",
        "Give every position that is not blank minus infinity before you rank.",
        _decided,
    ),
    Mistake(
        "least-sure",
        "`kept` keeps the symbols of which the model is least sure.",
        "The highest log-probability, the one nearest to zero, goes first.",
        lambda p, b, n: [_highest(np.where(b, -p, -np.inf), b.sum(1) - n)],
    ),
    Mistake(
        "still-blank",
        "`kept` is true where the text stays blank.",
        "Return the other choice: true where a drawn symbol stays.",
        lambda p, b, n: [b & ~_choice(p, b, n), ~_choice(p, b, n)],
    ),
    Mistake(
        "count",
        "`kept` keeps as many symbols as should be left blank.",
        "Keep the number of blanks less `left`.",
        lambda p, b, n: [_highest(np.where(b, p, -np.inf), n)],
    ),
    Mistake(
        "filled-after",
        "`kept` is true also where nothing was drawn because a symbol stood there already.",
        "Return only what this step keeps.",
        lambda p, b, n: [~b | _choice(p, b, n)],
    ),
    Mistake(
        "whole-batch",
        "`kept` ranks the symbols of all texts together.",
        "Rank along the positions of each text.",
        _whole_batch,
    ),
    Mistake(
        "one-count",
        "`kept` keeps the same number of symbols in every text.",
        "Each text has its own number of blanks and its own `left`.",
        _one_count,
    ),
    Mistake(
        "left-to-right",
        "`kept` goes by the place in the text, not by the model's confidence.",
        "Rank the blanks by their log-probability.",
        lambda p, b, n: [
            b & (b.cumsum(1) <= (b.sum(1) - n)[:, None]),
            b & (b.cumsum(1) > n[:, None]),
        ],
    ),
    Mistake(
        "choice",
        "`kept` is not true at exactly the surest blanks of each text.",
        "Sort the blanks of this one text by hand, surest first, and count.",
    ),
]
