"""Answers to overtaking: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def log_odds_line(times, share):
    log_odds = np.log(share / (1 - share))
    slope, intercept = np.polyfit(times, log_odds, 1)
    return slope, intercept


@reference
def overtaking(times, leader, rival):
    slope, start = log_odds_line(times, leader)
    rival_slope, rival_start = log_odds_line(times, rival)
    if rival_slope == slope:
        return np.inf
    crossing = (start - rival_start) / (rival_slope - slope)
    return crossing if crossing > times[-1] else np.inf


@right("the closed formula of least squares")
def log_odds_line(times, share):
    y = np.log(share) - np.log1p(-share)
    t = times - np.mean(times)
    slope = np.sum(t * y) / np.sum(t * t)
    return slope, np.mean(y) - slope * np.mean(times)


@right("one line through the difference of the log odds")
def overtaking(times, leader, rival):
    gap = np.log(leader / (1 - leader)) - np.log(rival / (1 - rival))
    design = np.stack([times, np.ones_like(times)], axis=1)
    slope, intercept = np.linalg.lstsq(design, gap, rcond=None)[0]
    zero = -intercept / slope if slope else np.inf
    return zero if zero > times.max() else np.inf


def line(times, share, scale=lambda s: np.log(s / (1 - s))):
    return np.polyfit(times, scale(share), 1)


def crossing(times, leader, rival, fit=line):
    (a, b), (c, d) = fit(times, leader), fit(times, rival)
    return (b - d) / (c - a) if c != a else np.inf


def future(time, times):
    return time if time > times[-1] else np.inf


@wrong("share-line")
def log_odds_line(times, share):
    return tuple(np.polyfit(times, share, 1))


@wrong("log-share")
def log_odds_line(times, share):
    return tuple(line(times, share, np.log))


@wrong("base")
def log_odds_line(times, share):
    return tuple(line(times, share, lambda s: np.log10(s / (1 - s))))


@wrong("swapped")
def log_odds_line(times, share):
    return tuple(line(times, share))[::-1]


@wrong("ends")
def log_odds_line(times, share):
    y = np.log(share / (1 - share))
    slope = (y[-1] - y[0]) / (times[-1] - times[0])
    return slope, y[0] - slope * times[0]


@wrong("line")
def log_odds_line(times, share):
    slope, intercept = line(times, share)
    return slope, intercept + 1


@wrong("half")
def overtaking(times, leader, rival):
    slope, intercept = line(times, rival)
    return future(-intercept / slope, times)


@wrong("past")
def overtaking(times, leader, rival):
    return crossing(times, leader, rival)


@wrong("from-the-last")
def overtaking(times, leader, rival):
    return future(crossing(times, leader, rival), times) - times[-1]


@wrong("straight")
def overtaking(times, leader, rival):
    straight = crossing(times, leader, rival, lambda t, s: np.polyfit(t, s, 1))
    ahead = crossing(times, leader, rival) > times[-1]
    return straight if ahead else np.inf


@wrong("crossing")
def overtaking(times, leader, rival):
    return 2 * future(crossing(times, leader, rival), times)


@wrong("past")
def overtaking(times, leader, rival):
    time = crossing(times, leader, rival)
    return time if time > times[0] else np.inf


@wrong("crossing")
def overtaking(times, leader, rival):
    """Counts on a leader that falls."""
    (a, b), (c, d) = line(times, leader), line(times, rival)
    return future((b - d) / (c + abs(a)), times)


@wrong("crossing")
def overtaking(times, leader, rival):
    """A rival that loses as well is taken never to overtake."""
    falls = line(times, rival)[0] <= 0
    return np.inf if falls else future(crossing(times, leader, rival), times)


@wrong("past")
def overtaking(times, leader, rival):
    """Any rival that gains on the leader is taken to meet it later."""
    (a, _), (c, _) = line(times, leader), line(times, rival)
    return crossing(times, leader, rival) if c > a + 1e-9 else np.inf


@wrong("raised")
def overtaking(times, leader, rival):
    def mean(values):
        return sum(values) / len(values)

    def plain(share):
        y = [float(np.log(s / (1 - s))) for s in share]
        t = [float(each) - mean(times) for each in times]
        top = sum(p * (q - mean(y)) for p, q in zip(t, y, strict=True))
        slope = top / sum(p * p for p in t)
        return float(slope), float(mean(y) - slope * mean(times))

    (a, b), (c, d) = plain(leader), plain(rival)
    time = (b - d) / (c - a)
    return time if time > times[-1] else np.inf
