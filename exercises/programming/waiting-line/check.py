"""Checks `waits` against Lindley's recursion on rushes, on pauses and on both."""

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-9


def check(submission, rng):
    cases = Cases()
    for n, pause in ((1, 1.0), (4, 1.0), (6, 1.4), (200, 1.1)):
        with cases:
            _waits(submission, *_arrivals(rng, n, pause))
    with cases:
        _waits(submission, *_together(rng))
    return cases.verdict("A queue remembers every rush until the desk is idle once.")


def _arrivals(rng, n, pause):
    """Times that begin late, so that a time and a wait differ, and hold a rush and an idle spell."""
    while True:
        arrived = 3 + np.cumsum(np.round(rng.exponential(pause, n), 2) + 0.01)
        lengths = np.round(rng.gamma(2, 0.5, n), 2) + 0.01
        wait = _lindley(arrived, lengths)
        waited = wait > 0
        if n < 4 or (
            waited[1:].any() and not waited[1:].all() and (waited[1:] & waited[:-1]).any()
        ):
            return arrived, lengths


def _together(rng):
    """Whole days, and two who arrive together at an idle desk; no two mistakes agree."""
    while True:
        days = np.cumsum(rng.integers(1, 4, 8))
        pair = int(rng.integers(2, 6))
        days[pair:] += 20
        days[pair + 1] = days[pair]
        lengths = rng.integers(5, 16, 8) / 4 + 0.1
        made = [[_lindley(days, lengths)], *(each.values(days, lengths) for each in MISTAKES[:-1])]
        if not any(
            close(one, other, TOLERANCE)
            for i, values in enumerate(made)
            for one in values
            for others in made[:i]
            for other in others
        ):
            return days, lengths


def _waits(submission, arrived, lengths):
    got = numbers(submission.call("waits", arrived, lengths), "waits", (len(arrived),))
    want = _lindley(arrived, lengths)
    if not close(got, want, TOLERANCE):
        first = int(np.flatnonzero(~np.isclose(got, want, rtol=TOLERANCE, atol=1e-12))[0])
        near = slice(max(first - 2, 0), first + 1)
        case = (
            f"arrivals {short(arrived[near])}, reviews {short(lengths[near])}, pull request "
            f"{first + 1} of {len(arrived)}; you returned {short(float(got[first]))}"
        )
        raise explain(got, MISTAKES, (arrived, lengths), case, TOLERANCE)


def _lindley(arrived, lengths, own=False, floor=True, reset=False, whole=False):
    wait = np.zeros(len(arrived), int if whole else float)
    for i in range(1, len(arrived)):
        before = 0.0 if reset else wait[i - 1]
        value = before + lengths[i if own else i - 1] - (arrived[i] - arrived[i - 1])
        wait[i] = max(0.0, value) if floor else value
    return wait


def _merged(arrived, lengths):
    """The same wait for both of a pair, as the first or the second; and the second as if alone."""
    wait = _lindley(arrived, lengths)
    first = np.searchsorted(arrived, arrived)
    last = np.searchsorted(arrived, arrived, side="right") - 1
    alone, ends, begun = wait.copy(), np.zeros(len(wait)), arrived.astype(float)
    for i, before in enumerate(first):
        begun[i] = max(arrived[i], ends[:before].max(initial=0))
        ends[i] = begun[i] + lengths[i]
        gap = arrived[i] - arrived[i - 1] if i else 0
        alone[i] = max(0, alone[i - 1] + lengths[i - 1] - gap) if gap else 0
    return [wait[first], wait[last], begun - arrived, alone]


MISTAKES = [
    Mistake(
        "until-the-end",
        "You returned the time until the review ends.",
        "Leave out the pull request's own review.",
        lambda arrived, lengths: [_lindley(arrived, lengths) + lengths],
    ),
    Mistake(
        "times",
        "You returned the times at which the reviews begin.",
        "Subtract each one's own arrival.",
        lambda arrived, lengths: [_lindley(arrived, lengths) + arrived],
    ),
    Mistake(
        "never-idle",
        "You add up all reviews before, as if the maintainer were never idle.",
        "A review cannot begin before its pull request has arrived.",
        lambda arrived, lengths: [_lindley(arrived, lengths, floor=False)],
    ),
    Mistake(
        "idle-saved",
        "Idle time is carried over: waits below zero are cut off only at the end.",
        "Set a wait below zero to zero at once, before it is used for the next.",
        lambda arrived, lengths: [np.maximum(_lindley(arrived, lengths, floor=False), 0)],
    ),
    Mistake(
        "own-review",
        "A pull request waits for the review before it, and yours waits for its own.",
        "Use the length of the one before.",
        lambda arrived, lengths: [_lindley(arrived, lengths, own=True)],
    ),
    Mistake(
        "one-before",
        "You count the review of the one before, and not how long that one waited itself.",
        "Add the wait of the one before.",
        lambda arrived, lengths: [_lindley(arrived, lengths, reset=True)],
    ),
    Mistake(
        "cut",
        "The waits were cut to whole numbers, like the arrivals.",
        "Make the array of waits one of decimals, whatever kind of numbers the arrivals are.",
        lambda arrived, lengths: [_lindley(arrived, lengths, whole=True)],
    ),
    Mistake(
        "together",
        "Two that arrive together are treated as one, or the second as if it came alone.",
        "Let a gap of zero be a gap like any other: the second waits for the first one's review.",
        _merged,
    ),
    Mistake(
        "waits",
        "A wait differs from what the desk's calendar gives.",
        "Write down for three pull requests when each arrives, begins and ends.",
    ),
]
