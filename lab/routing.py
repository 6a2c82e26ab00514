"""Send each question to a cheap or to a strong path: what a rule costs, and how many it gets right.

A rule is a score for each question, known before it is answered; the questions with the highest
scores go to the strong path.  Moving the threshold traces a curve of accuracy against cost.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """How both paths did on the same questions: all arrays have shape (questions,).

    `cheap` and `strong` are 1 where the answer was right, the costs are tokens (or any other price).
    """

    cheap: Array
    strong: Array
    cheap_cost: Array
    strong_cost: Array

    @property
    def extra_cost(self) -> Array:
        return self.strong_cost - self.cheap_cost

    @property
    def gain(self) -> Array:
        """1 where only the strong path is right, -1 where only the cheap one is."""
        return self.strong - self.cheap


@dataclass(frozen=True)
class Curve:
    """Mean cost and accuracy of a rule at each threshold, from none sent to all; shape (points,).

    `thresholds[i]`: questions whose score is at least this were sent.
    """

    thresholds: Array
    cost: Array
    accuracy: Array

    def within(self, budget: float) -> int:
        """The point of the highest accuracy whose mean cost does not exceed `budget`.

        Raises `ValueError` where even the cheap path alone costs more.
        """
        affordable = np.flatnonzero(self.cost <= budget)
        if not len(affordable):
            raise ValueError(f"the cheap path alone costs {self.cost.min():.3g} a question")
        return int(affordable[np.argmax(self.accuracy[affordable])])

    def reaching(self, accuracy: float) -> int:
        """The cheapest point that is at least as accurate as `accuracy`.

        Raises `ValueError` where no point is.
        """
        good = np.flatnonzero(self.accuracy >= accuracy)
        if not len(good):
            raise ValueError(f"no threshold reaches {accuracy}: at most {self.accuracy.max():.3g}")
        return int(good[np.argmin(self.cost[good])])


def curve(score: ArrayLike, outcomes: Outcomes) -> Curve:
    """All that the rule `score` (questions,) can do; equal scores go together."""
    scores = np.asarray(score, float)
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    n = len(ranked)
    last_of_its_score = np.append(np.flatnonzero(np.diff(ranked)), n - 1)
    sent = np.append(0, last_of_its_score + 1)
    extra = np.append(0, np.cumsum(outcomes.extra_cost[order]))[sent]
    gain = np.append(0, np.cumsum(outcomes.gain[order]))[sent]
    thresholds = np.append(np.inf, ranked[last_of_its_score])
    return Curve(
        thresholds,
        (outcomes.cheap_cost.sum() + extra) / n,
        (outcomes.cheap.sum() + gain) / n,
    )


def at_thresholds(score: ArrayLike, outcomes: Outcomes, thresholds: ArrayLike) -> Curve:
    """What the rule does with `thresholds` that were chosen on other questions."""
    cuts = np.asarray(thresholds, float)
    sent = np.asarray(score, float) >= cuts[:, None]
    return Curve(
        cuts,
        np.where(sent, outcomes.strong_cost, outcomes.cheap_cost).mean(1),
        np.where(sent, outcomes.strong, outcomes.cheap).mean(1),
    )


def oracle(outcomes: Outcomes) -> Curve:
    """The curve of a rule that knows both answers: first what gains most for each token."""
    return curve(outcomes.gain / np.maximum(outcomes.extra_cost, 1e-12), outcomes)


def random_accuracy(outcomes: Outcomes, cost: ArrayLike) -> Array:
    """The accuracy of tossing a coin for each question, at a mean `cost`: a straight line."""
    share = (np.asarray(cost, float) - outcomes.cheap_cost.mean()) / outcomes.extra_cost.mean()
    return outcomes.cheap.mean() + share * outcomes.gain.mean()
