"""Checks `longest_look` and `merged_per_day` in quiet times and in a flood."""

import numpy as np

from struggle.compare import Mistake, close, explain, number, short
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    with cases:
        _look(submission, _shares(rng))
    # At 0.38 she keeps up without the look too, at 0.9 only with it; the last one does not pay.
    for load, part in ((0.38, 0.3), (1.8, 0.3), (4.0, 0.3), (0.9, 0.3), (2.5, 1.8)):
        with cases:
            _merged(submission, rng, _shares(rng), load, part)
    return cases.verdict("A look loses good work in quiet times, and can gain some in a flood.")


def _shares(rng):
    """Length of a review, merit, spotted and mistaken, all different enough to tell apart."""
    while True:
        shares = rng.uniform((0.1, 0.25, 0.5, 0.1), (0.8, 0.75, 0.9, 0.35))
        if abs(_closed(*shares[1:]) - 0.5) > 0.03:  # or the closed and the open share are alike
            return tuple(np.round(shares, 3).tolist())


def _look(submission, shares):
    got = number(submission.call("longest_look", *shares), "longest_look")
    if not close(got, _closed(*shares[1:]) * shares[0], TOLERANCE):
        raise explain(got, LOOKS, shares, _case(NAMES, shares, got), TOLERANCE)


def _merged(submission, rng, shares, load, part):
    """A look of `part` of its longest length, or a little less, at this load."""
    review, *chances = shares
    look = round(_closed(*chances) * review * part * rng.uniform(0.9, 1), 4)
    rate = load * rng.uniform(0.95, 1.05) / (look + (1 - _closed(*chances)) * review)
    inputs = (round(rate, 3), review, chances[0], look, *chances[1:])
    got = number(submission.call("merged_per_day", *inputs), "merged_per_day")
    if not close(got, _rate_merged(*inputs), TOLERANCE):
        names = ("rate", "review", "merit", "look", "spotted", "mistaken")
        raise explain(got, MERGED, inputs, _case(names, inputs, got), TOLERANCE)


def _closed(merit, spotted, mistaken):
    return merit * mistaken + (1 - merit) * spotted


def _handled(review, look, *chances):
    """How many a day has time for."""
    return 1 / (look + (1 - _closed(*chances)) * review)


def _rate_merged(rate, review, merit, look, spotted, mistaken, closed=_closed, kept=None, looked=1):
    time = look * looked + (1 - closed(merit, spotted, mistaken)) * review
    return min(rate, 1 / time) * merit * ((1 - mistaken) if kept is None else kept)


def _case(names, values, got):
    shown = ", ".join(f"{n} {short(v)}" for n, v in zip(names, values, strict=True))
    return f"{shown}; you returned {short(got)}"


def _with(**change):
    return lambda *inputs: [_rate_merged(*inputs, **change)]


NAMES = ("review", "merit", "spotted", "mistaken")
LOOKS = [
    Mistake(
        "spotted-only",
        "`longest_look` leaves out what is closed by mistake; that saves a review too.",
        "Count all that the look closes, good and worthless.",
        lambda review, merit, spotted, mistaken: [(1 - merit) * spotted * review],
    ),
    Mistake(
        "share-forgotten",
        "`longest_look` adds two shares of different groups.",
        "Weight each by how many pull requests there are of its kind.",
        lambda review, merit, spotted, mistaken: [(spotted + mistaken) * review],
    ),
    Mistake(
        "open-share",
        "`longest_look` uses the share that is left open.",
        "A review is saved where the look closes.",
        lambda review, *chances: [(1 - _closed(*chances)) * review],
    ),
    Mistake(
        "good-only",
        "`longest_look` subtracts the mistakes; they are a loss of work, and they save time.",
        "Ask only for the maintainer's time.",
        lambda review, merit, spotted, mistaken: [
            ((1 - merit) * spotted - merit * mistaken) * review
        ],
    ),
    Mistake(
        "look",
        "With a look of this length the load is not what it is without a look.",
        "Set the look equal to the share closed times the length of a review.",
    ),
]
MERGED = [
    Mistake(
        "no-limit",
        "`merged_per_day` lets her handle everything, however much arrives.",
        "A day has room for a limited number: compare it with the rate.",
        lambda rate, review, merit, look, spotted, mistaken: [rate * merit * (1 - mistaken)],
    ),
    Mistake(
        "load-without",
        "`merged_per_day` judges by the load without a look whether she can handle all.",
        "Compare the rate with what a day holds once every look is taken.",
        lambda rate, review, merit, look, spotted, mistaken: [
            (rate if rate * review <= 1 else _handled(review, look, merit, spotted, mistaken))
            * merit
            * (1 - mistaken)
        ],
    ),
    Mistake(
        "looks-first",
        "`merged_per_day` gives all that arrive a look, and reviews with the time that is left.",
        "Let her finish one pull request, look and review, before she takes up the next.",
        lambda rate, review, merit, look, spotted, mistaken: [
            max(0, 1 - rate * look)
            / review
            / (1 - _closed(merit, spotted, mistaken))
            * merit
            * (1 - mistaken)
        ],
    ),
    Mistake(
        "beyond-arrivals",
        "`merged_per_day` handles more than arrive.",
        "In quiet times the rate is the limit, and not her time.",
        lambda rate, review, merit, look, spotted, mistaken: [
            _handled(review, look, merit, spotted, mistaken) * merit * (1 - mistaken)
        ],
    ),
    Mistake(
        "mistakes-merged",
        "`merged_per_day` merges good work that the look has closed by mistake.",
        "Only the good ones that were left open are merged.",
        _with(kept=1),
    ),
    Mistake(
        "all-reviewed",
        "`merged_per_day` spends a review on those that the look has closed.",
        "A review is needed only for what is left open.",
        _with(closed=lambda *shares: 0),
    ),
    Mistake(
        "look-free",
        "`merged_per_day` does not count the time of the look.",
        "Every pull request that is handled takes a look.",
        _with(looked=0),
    ),
    Mistake(
        "look-on-open",
        "`merged_per_day` counts the look only for those that are left open.",
        "The closed ones have been looked at as well.",
        lambda rate, review, merit, look, spotted, mistaken: [
            _rate_merged(
                rate,
                review,
                merit,
                look * (1 - _closed(merit, spotted, mistaken)),
                spotted,
                mistaken,
            )
        ],
    ),
    Mistake(
        "only-if-it-pays",
        "`merged_per_day` leaves the look out where it costs more time than it saves.",
        "The look is always taken; count its time whether it pays or not.",
        lambda rate, review, merit, look, spotted, mistaken: [
            min(rate, 1 / review) * merit * kept for kept in (1, 1 - mistaken)
        ],
    ),
    Mistake(
        "merged",
        "The number merged a day does not follow from the time that one pull request takes.",
        "Compute first how many are handled, then which share of those is merged.",
    ),
]
