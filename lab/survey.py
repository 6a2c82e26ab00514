"""What a survey's shares can say: intervals for a difference, and what answers do to a share."""

import math

from lab.evaluation import share_interval


def difference_interval(
    yes: int, n: int, other_yes: int, other_n: int, level: float = 0.95
) -> tuple[float, float]:
    """Interval of the difference of two independent shares, `yes` of `n` less the other.

    Each end joins the distances from the shares to their own Wilson limits, so it stays within -1
    and 1 and has a width at shares of 0 and 1.  Source: Newcombe 1998, "Interval estimation for the
    difference between independent proportions", method 10.
    """
    p, q = yes / n, other_yes / other_n
    low, high = share_interval(yes, n, level)
    other_low, other_high = share_interval(other_yes, other_n, level)
    down = math.hypot(p - low, other_high - q)
    up = math.hypot(high - p, q - other_low)
    return p - q - down, p - q + up


def odds_ratio(share: float, other: float) -> float:
    """The odds of `share` over those of `other`."""
    return share / (1 - share) * (1 - other) / other


def reported(share: float, *, reached: float = 1.0, over: float = 0.0, under: float = 0.0) -> float:
    """The share that a survey reports where `share` is true.

    Those of whom it is true are `reached` times as likely to answer as the others; `over` is the part
    of the others who say it nevertheless, `under` the part of the first who do not say it.
    """
    answering = share * reached / (share * reached + 1 - share)
    return answering * (1 - under) + (1 - answering) * over
