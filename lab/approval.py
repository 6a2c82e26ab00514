"""What an approval is worth: reviewers who miss some faults and reject some sound work."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def passes(hit: npt.ArrayLike, reviewers: int = 1, visible: float = 1.0) -> Array:
    """The chance that a fault passes all reviewers.

    Each reviewer finds a share `hit` of all faults.  Only a share `visible` can be found by any of
    them; on the others they fail together, and within the visible ones independently.  Raises
    `ValueError` where somebody would find more than is visible.
    """
    rate = np.asarray(hit, float)
    if np.any(rate > visible):
        raise ValueError("no reviewer finds more than the share of faults that is visible")
    return (1 - visible) + visible * (1 - rate / visible) ** reviewers


def faulty_if_approved(
    base: npt.ArrayLike,
    hit: npt.ArrayLike,
    alarm: float,
    reviewers: int = 1,
    visible: float = 1.0,
) -> Array:
    """The share of faulty patches among those that all reviewers approved (Bayes' rule).

    `base` is the share of faulty patches before, `alarm` each reviewer's rate of false alarms on
    sound ones, which are independent.
    """
    prior = np.asarray(base, float)
    bad = prior * passes(hit, reviewers, visible)
    return bad / (bad + (1 - prior) * (1 - alarm) ** reviewers)


def complacent(hit: float, base: npt.ArrayLike, exponent: float) -> Array:
    """The hit rate of somebody who has it at a base of one half, and less the rarer faults are.

    That it falls is measured in other searches (Wolfe, Horowitz and Kenner 2005); the power law and
    its `exponent` are an assumption.
    """
    return hit * (np.asarray(base, float) / 0.5) ** exponent
