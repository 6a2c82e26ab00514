"""Ratings from votes between pairs: the model of Bradley and Terry, as leaderboards fit it.

A model's rating says how often it wins: 400 points more are odds of ten to one.  The fit finds the
ratings under which the votes were most likely.  Features of the two answers, such as how much longer
one is, may enter beside the ratings: that is style control.

Sources: Bradley and Terry 1952; Chiang et al. 2024 ("Chatbot Arena"), section 4; Li et al. 2024
("Does Style Matter?") for the features; Ford 1957 for when a maximum exists.  Left out: weights that
even out how often pairs meet, and models of draws beyond half a win for each side.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.special import expit
from scipy.stats import norm

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

SCALE = 400 / np.log(10)  # rating points in a unit of the natural logarithm of the odds
CENTRE = 1200.0  # the mean rating of a fitted board


def win_chance(left: ArrayLike, right: ArrayLike) -> Array:
    """The chance that a model rated `left` beats one rated `right` (arrays of one shape)."""
    return expit((np.asarray(left, float) - np.asarray(right, float)) / SCALE)


@dataclass(frozen=True)
class Votes:
    """What was voted, counted by pair; all arrays (pairs,), and a pair may stand in several rows.

    `left` and `right` are the models' numbers, `won`, `drawn` and `lost` the left one's votes.
    """

    left: Counts
    right: Counts
    won: Counts
    drawn: Counts
    lost: Counts

    @property
    def battles(self) -> Counts:
        return self.won + self.drawn + self.lost

    @property
    def score(self) -> Array:
        """Wins of the left model, a draw being half a win for each."""
        return self.won + self.drawn / 2

    def __add__(self, other: "Votes") -> "Votes":
        names = ("left", "right", "won", "drawn", "lost")
        return Votes(*(np.append(getattr(self, n), getattr(other, n)) for n in names))


def hold(
    ratings: ArrayLike,
    left: ArrayLike,
    right: ArrayLike,
    battles: ArrayLike,
    rng: np.random.Generator,
    *,
    ties: float = 0.0,
    push: ArrayLike = 0.0,
) -> Votes:
    """Let voters decide `battles` (pairs,) between the models `left` and `right` (pairs,) of `ratings`.

    `ties` is the share of draws between equals, at most a half; it falls with the distance so that
    half a win for each side leaves the expected score what Bradley and Terry say.  `push` (pairs,) is
    what something other than quality adds to the left answer, in rating points.
    """
    if not 0 <= ties <= 0.5:
        raise ValueError(f"ties are a share between 0 and a half, not {ties}")
    strength, i, j = np.asarray(ratings, float), np.asarray(left), np.asarray(right)
    p = win_chance(strength[i] + push, strength[j])
    drawn = 4 * ties * p * (1 - p)
    won, even, lost = rng.multinomial(
        np.broadcast_to(battles, i.shape), np.stack([p - drawn / 2, drawn, 1 - p - drawn / 2], -1)
    ).T
    return Votes(i, j, won, even, lost)


def require_connected(votes: Votes, n_models: int) -> None:
    """Raise `ValueError` unless just one set of finite ratings is most likely; say what is cut off.

    There is one just when a chain of wins leads from every model to every other (Ford 1957); a
    draw counts as a win for both.
    """
    winners = np.append(votes.left, votes.right)
    losers = np.append(votes.right, votes.left)
    scored = np.append(votes.score, votes.battles - votes.score) > 0
    graph = csr_array(
        (np.ones(scored.sum()), (winners[scored], losers[scored])), shape=(n_models, n_models)
    )
    n_groups, group = connected_components(graph, directed=True, connection="strong")
    if n_groups > 1:
        sets = " | ".join(str(np.flatnonzero(group == g).tolist()) for g in range(n_groups))
        raise ValueError(
            f"no unique finite ratings: wins do not lead both ways between these groups: {sets}"
        )


@dataclass(frozen=True)
class Board:
    """A fitted leaderboard.

    `ratings` (models,) have the mean `CENTRE`; `style` (features,) are log odds for one unit of each
    feature; `covariance` (models + features) squared is the inverse of the Fisher information, in
    log odds; `dispersion` is how much the votes scattered against wins and losses alone: about one
    minus the share of draws between equals.
    """

    ratings: Array
    style: Array
    covariance: Array
    dispersion: float

    @cached_property
    def errors(self) -> Array:
        """Standard errors of the ratings (models,), in rating points, against the board's mean."""
        variance = np.diag(self.covariance)[: len(self.ratings)]
        return SCALE * np.sqrt(self.dispersion * variance)

    def gap(self, i: int, j: int) -> tuple[float, float]:
        """How far model `i` stands above model `j`, and the standard error of that, in points."""
        c = self.covariance
        variance = self.dispersion * (c[i, i] + c[j, j] - 2 * c[i, j])
        return float(self.ratings[i] - self.ratings[j]), float(SCALE * np.sqrt(variance))

    def interval(self, level: float = 0.95) -> tuple[Array, Array]:
        """Both ends (models,) of each rating's interval."""
        half = norm.ppf((1 + level) / 2) * self.errors
        return self.ratings - half, self.ratings + half


def negative_log_likelihood(
    parameters: Array, design: csr_array, score: Array, battles: Counts
) -> tuple[float, Array]:
    """Minus the mean log likelihood of a vote, and its gradient; `design` is (pairs, parameters)."""
    logits, total = design @ parameters, battles.sum()
    value = (battles * np.logaddexp(0, logits) - score * logits).sum()
    return value / total, design.T @ (battles * expit(logits) - score) / total


def design_matrix(votes: Votes, n_models: int, features: ArrayLike | None = None) -> csr_array:
    """One row a pair: 1 for the left model, -1 for the right, then the features (pairs, features)."""
    rows, pairs = np.arange(len(votes.left)), len(votes.left)
    extra = np.empty((pairs, 0)) if features is None else np.asarray(features, float)
    entries = np.concatenate([np.ones(pairs), -np.ones(pairs), extra.ravel()])
    columns = np.concatenate(
        [votes.left, votes.right, np.tile(n_models + np.arange(extra.shape[1]), pairs)]
    )
    index = np.concatenate([rows, rows, np.repeat(rows, extra.shape[1])])
    return coo_array((entries, (index, columns)), shape=(pairs, n_models + extra.shape[1])).tocsr()


def fit(votes: Votes, n_models: int, features: ArrayLike | None = None) -> Board:
    """The most likely ratings, with style controlled where `features` (pairs, features) are given.

    A feature says by how much the left answer has more of something than the right one.  Raises
    `ValueError` where the votes do not connect the models.
    """
    require_connected(votes, n_models)
    design = design_matrix(votes, n_models, features)
    score, battles = votes.score, votes.battles
    # From zero, every step keeps the mean of the ratings where it is: the rows of the design sum to 0.
    found = minimize(
        negative_log_likelihood,
        np.zeros(design.shape[1]),
        args=(design, score, battles),
        jac=True,
        method="L-BFGS-B",
        options={"ftol": 1e-16, "gtol": 1e-11, "maxiter": 2000},
    ).x
    p = expit(design @ found)
    information = (design.T * (battles * p * (1 - p))) @ design
    # The pseudo-inverse leaves out the one direction that votes do not fix, a shift of all ratings.
    covariance = np.linalg.pinv(information.toarray(), hermitian=True)
    spread = votes.won * (1 - p) ** 2 + votes.drawn * (0.5 - p) ** 2 + votes.lost * p**2
    dispersion = float(spread.sum() / (battles * p * (1 - p)).sum())
    ratings = CENTRE + SCALE * found[:n_models]
    return Board(ratings, found[n_models:], covariance, dispersion)


def bootstrap(votes: Votes, n_models: int, draws: int, rng: np.random.Generator) -> Array:
    """Ratings (draws, models) from votes drawn again, with replacement, from those that were cast."""
    cells = np.stack([votes.won, votes.drawn, votes.lost])
    total = cells.sum()
    again = rng.multinomial(total, cells.ravel() / total, draws).reshape(draws, *cells.shape)
    boards = (fit(Votes(votes.left, votes.right, *each), n_models) for each in again)
    return np.array([board.ratings for board in boards])


def standard_error(
    rating: float, opponents: ArrayLike, battles: ArrayLike, ties: float = 0
) -> float:
    """The standard error, in points, of a rating from `battles` against `opponents` of known rating."""
    p = win_chance(rating, opponents)
    information = (np.asarray(battles) * p * (1 - p)).sum()
    return float(SCALE * np.sqrt((1 - ties) / information))


def votes_needed(gap: float, level: float = 0.05, power: float = 0.8) -> int:
    """Votes between two models `gap` points apart until a test at `level` tells them apart.

    The test asks whether the share of wins differs from a half; with this many votes it succeeds with
    the chance `power` (normal approximation).
    """
    p = float(win_chance(gap, 0))
    tail = norm.ppf(1 - level / 2) / 2 + norm.ppf(power) * np.sqrt(p * (1 - p))
    return int(np.ceil((tail / (p - 0.5)) ** 2))
