"""Checks the fitted lines and their crossing, with lines that meet in the future and in the past."""

import math

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6
NEVER = 1e9  # times are below a hundred here


def check(submission, rng):
    cases = Cases()
    for _ in range(2):
        with cases:
            _line(submission, *_shares(rng, ahead=True)[:2])
    for ahead in (True, True, False):
        with cases:
            _overtaking(submission, *_shares(rng, ahead))
    for draw in (_both_rise, _both_fall, _met_before_the_end, _parallel):
        with cases:
            _overtaking(submission, *draw(rng))
    return cases.verdict("A trend says which way sooner than when.")


def _shares(rng, ahead):
    """Times that begin late, and two shares with noise whose fitted lines cross as asked."""
    while True:
        n = int(rng.integers(5, 9))
        times = np.round(rng.uniform(2, 4) + np.cumsum(rng.uniform(0.5, 2, n)), 2)
        noise = rng.normal(0, 0.1, (2, n))
        pace = rng.uniform(0.05, 0.15, 2) * (1 if ahead else -1)
        leader = _share(rng.uniform(1.2, 2.0) - pace[0] * (times - times[0]) + noise[0])
        rival = _share(rng.uniform(-2.6, -1.4) + pace[1] * (times - times[0]) + noise[1])
        found = _crossing(times, leader, rival)
        late = times[-1] + 3 < found < times[-1] + 60 if ahead else found < times[0] - 1
        if late and (leader > rival).all():
            return times, leader, rival


def _both_rise(rng):
    """The leader grows too, and the crossing is far away."""
    times = np.arange(3.0, 3 + int(rng.integers(3, 6)))
    pace = rng.uniform(0.02, 0.06)
    leader = rng.uniform(0.5, 1) + pace * (times - 3) + rng.normal(0, 1e-4, len(times))
    rival = rng.uniform(-3, -2) + (pace + 0.02) * (times - 3) + rng.normal(0, 1e-4, len(times))
    return times, 1 / (1 + np.exp(-leader)), 1 / (1 + np.exp(-rival))


def _both_fall(rng):
    """Both lose to others, the leader faster."""
    times = 3.0 + np.arange(6.0)
    pace = rng.uniform(0.03, 0.06)
    leader = rng.uniform(0.5, 1) - (pace + 0.06) * np.arange(6)
    rival = rng.uniform(-2, -1.5) - pace * np.arange(6)
    return times, _share(leader), _share(rival)


def _met_before_the_end(rng):
    """The lines cross between the times, although the rival stays behind by a little."""
    times = rng.uniform(2, 4) + np.arange(8.0)
    leader = rng.uniform(0.5, 1) - rng.uniform(0.05, 0.1) * np.arange(8)
    rival = leader - np.array([2.0, 1.2, 0.6, 0.2, 0.05, 0.04, 0.03, 0.02]) * rng.uniform(1, 1.5)
    return times, _share(leader), _share(rival)


def _parallel(rng):
    """Two shares that stay where they are."""
    times = rng.integers(2, 5) + np.arange(5.0)
    return times, np.full(5, _round_share(rng, 0.5, 0.6)), np.full(5, _round_share(rng, 0.1, 0.3))


def _round_share(rng, low, high):
    return round(float(rng.uniform(low, high)), 2)


def _share(log_odds):
    return np.round(1 / (1 + np.exp(-log_odds)), 4)


def _line(submission, times, share):
    got = numbers(submission.call("log_odds_line", times, share), "log_odds_line", (2,))
    if not close(got, _fit(times, share), TOLERANCE):
        case = f"times {short(times)}, share {short(share)}; you returned {short(got)}"
        raise explain(got, LINES, (times, share), case, TOLERANCE)


def _overtaking(submission, times, leader, rival):
    got = float(table(submission.call("overtaking", times, leader, rival), "overtaking", ())[()])
    found = _crossing(times, leader, rival)
    parallel = abs(found) > NEVER  # up to rounding, which also decides the sign
    want = found if found > times[-1] and not parallel else math.inf
    if parallel and abs(got) > NEVER:
        got = math.inf
    if got != want and (math.isinf(want) or not close(got, want, TOLERANCE)):
        case = (
            f"times {short(times)}, leader {short(leader)}, rival {short(rival)}; "
            f"you returned {short(np.float64(got))}"
        )
        raise explain(got, CROSSINGS, (times, leader, rival), case, TOLERANCE)


def _logit(share):
    return np.log(share / (1 - share))


def _fit(times, share, scale=_logit):
    return np.polyfit(times, scale(share), 1)


def _crossing(times, leader, rival, scale=_logit):
    (a, b), (c, d) = _fit(times, leader, scale), _fit(times, rival, scale)
    return (b - d) / (c - a) if a != c else math.inf


def _ends(times, share):
    y = _logit(share)
    slope = (y[-1] - y[0]) / (times[-1] - times[0])
    return [(slope, y[0] - slope * times[0])]


def _half(times, leader, rival):
    slope, intercept = _fit(times, rival)
    return [-intercept / slope]


LINES = [
    Mistake(
        "share-line",
        "`log_odds_line` fits the shares themselves.",
        "Turn them into log odds first.",
        lambda times, share: [_fit(times, share, lambda s: s)],
    ),
    Mistake(
        "log-share",
        "`log_odds_line` takes the logarithm of the share.",
        "Divide the share by one minus the share before you take it.",
        lambda times, share: [_fit(times, share, np.log)],
    ),
    Mistake(
        "base",
        "`log_odds_line` uses the logarithm to base ten.",
        "Use the natural one.",
        lambda times, share: [_fit(times, share, lambda s: np.log10(s / (1 - s)))],
    ),
    Mistake(
        "swapped",
        "`log_odds_line` returns intercept and slope.",
        "Return the slope first.",
        lambda times, share: [_fit(times, share)[::-1]],
    ),
    Mistake(
        "ends",
        "`log_odds_line` draws the line through the first and the last point.",
        "Use all points, by least squares.",
        _ends,
    ),
    Mistake(
        "line",
        "This is not the line of least squares through the log odds.",
        "Print the log odds and draw the line beside them.",
    ),
]
CROSSINGS = [
    Mistake(
        "past",
        "`overtaking` returns a crossing that lies in the past, or never comes.",
        "Return `np.inf` unless it comes after the last of the times.",
        lambda *inputs: [_crossing(*inputs)],
    ),
    Mistake(
        "half",
        "`overtaking` returns when the rival reaches half of the market.",
        "Find where the two lines meet; both may be below a half.",
        _half,
    ),
    Mistake(
        "from-the-last",
        "`overtaking` counts from the last observation.",
        "Return the time on the scale of `times`.",
        lambda times, *shares: [_crossing(times, *shares) - times[-1]],
    ),
    Mistake(
        "straight",
        "`overtaking` lets straight lines through the shares cross.",
        "Use the lines through the log odds.",
        lambda *inputs: [_crossing(*inputs, scale=lambda s: s)],
    ),
    Mistake(
        "crossing",
        "The two fitted curves do not meet at this time.",
        "Put your time into both lines and compare their heights.",
    ),
]
