"""What is tried on a simulated leaderboard: many private variants, and voters who like long answers.

Ten published models meet each other 2,000 times in every pair.  Variants meet each of the ten, and
all votes are fitted together.  Ratings are told against the published models' true mean, since a
board's zero is free.
"""

from dataclasses import dataclass

import numpy as np

from lab.arena import SCALE, Array, Board, fit, hold
from lab.results import Experiment

FIELD = np.linspace(1110.0, 1290.0, 10)  # true ratings of the published models
PAIRS = np.triu_indices(len(FIELD), 1)
FIELD_BATTLES = 2000  # between each pair of published models
MOST = 32  # private variants at most
BATTLES = 200  # of each variant against each published model: 2,000 votes in all
HEIGHTS = (1, 2, 4, 8, 16, 27, 32)  # numbers of variants that the results keep
CAMPAIGNS = 500
SEEDS = tuple(range(10))


def against_field(n_variants: int) -> tuple[Array, Array]:
    """The pairs in which every variant meets every published model: numbers (left,), (right,)."""
    variants = len(FIELD) + np.arange(n_variants)
    return np.repeat(variants, len(FIELD)), np.tile(np.arange(len(FIELD)), n_variants)


def levelled(board: Board) -> Array:
    """The variants' ratings, the board being shifted until the published models' mean is true."""
    n = len(FIELD)
    return board.ratings[n:] - board.ratings[:n].mean() + FIELD.mean()


@dataclass(frozen=True)
class Campaign:
    """The best of the first k variants, k = 1 to `MOST`; all arrays (MOST,), in points above the mean.

    `published` is the winner's score, `true` its true rating, `fresh` its score from new votes alone
    and `pooled` that from old and new votes together.
    """

    published: Array
    true: Array
    fresh: Array
    pooled: Array


def campaign(spread: float, rng: np.random.Generator) -> Campaign:
    """Make variants whose true ratings differ by `spread`, have them voted on, choose the best."""
    true = FIELD.mean() + spread * rng.standard_normal(MOST)
    ratings = np.append(FIELD, true)
    pairs = against_field(MOST)
    field = hold(ratings, *PAIRS, FIELD_BATTLES, rng)
    first, second = (hold(ratings, *pairs, BATTLES, rng) for _ in range(2))
    scores = [levelled(fit(field + v, len(ratings))) for v in (first, second, first + second)]
    best = [int(np.argmax(scores[0][:k])) for k in range(1, MOST + 1)]
    return Campaign(*(values[best] - FIELD.mean() for values in (scores[0], true, *scores[1:])))


def campaigns(spread: float, seed: int, repeats: int = CAMPAIGNS) -> Campaign:
    """The mean of `repeats` campaigns, field by field."""
    rng = np.random.default_rng(seed)
    found = [campaign(spread, rng) for _ in range(repeats)]
    names = ("published", "true", "fresh", "pooled")
    return Campaign(*(np.mean([getattr(c, name) for c in found], 0) for name in names))


@dataclass(frozen=True)
class Height:
    """Means over the campaigns of one seed, in points above the mean of all variants."""

    seed: int
    spread: float
    variants: int
    published: float
    true: float
    fresh: float
    pooled: float


def best_of_k(seed: int, spread: float) -> list[Height]:
    """`campaigns` at the numbers of variants in `HEIGHTS`."""
    found = campaigns(spread, seed)
    parts = (found.published, found.true, found.fresh, found.pooled)
    return [Height(seed, spread, k, *(float(part[k - 1]) for part in parts)) for k in HEIGHTS]


LENGTH_EFFECT = 0.267  # log odds for a standard deviation of length (Li et al. 2024, length only)
SCATTER = 0.6  # of the logarithm of an answer's length around its model's usual length
STYLE_BATTLES = 1000  # of each tuned variant against each published model
# Rating points of quality, times the usual length, and points that voters give for what nobody counts.
TUNED = {
    "as it was": (0.0, 1.0, 0.0),
    "the same again": (0.0, 1.0, 0.0),
    "twice as long": (0.0, 2.0, 0.0),
    "more charming": (0.0, 1.0, 40.0),
    "better and longer": (40.0, 2.0, 0.0),
}


@dataclass(frozen=True)
class Styled:
    """What a variant gains over the model as it was, in points: truly, by votes, length controlled."""

    seed: int
    variant: str
    quality: float
    votes: float
    controlled: float
    coefficient: float


def length_difference(log_left: Array, log_right: Array) -> Array:
    """(left - right) / (left + right) of two lengths given by their logarithms."""
    return np.tanh((log_left - log_right) / 2)


def style(seed: int) -> list[Styled]:
    """Hold the votes one by one, each with two answers of their own lengths; fit with and without."""
    rng = np.random.default_rng(seed)
    quality, times, charm = np.array(list(TUNED.values())).T
    ratings = np.append(FIELD, FIELD.mean() + quality)
    extra = np.append(np.zeros(len(FIELD)), charm)
    usual = np.append(rng.normal(0, 0.3, len(FIELD)), np.log(times))
    left, right = (np.append(*each) for each in zip(PAIRS, against_field(len(TUNED)), strict=True))
    repeats = np.where(left < len(FIELD), FIELD_BATTLES // 10, STYLE_BATTLES)
    left, right = np.repeat(left, repeats), np.repeat(right, repeats)
    lengths = [usual[side] + rng.normal(0, SCATTER, len(side)) for side in (left, right)]
    longer = length_difference(*lengths)
    longer /= longer.std()
    push = SCALE * LENGTH_EFFECT * longer + extra[left] - extra[right]
    votes = hold(ratings, left, right, 1, rng, push=push)
    plain, controlled = fit(votes, len(ratings)), fit(votes, len(ratings), longer[:, None])
    gains = [levelled(board) - levelled(board)[0] for board in (plain, controlled)]
    rows = list(zip(TUNED, quality, *gains, strict=True))[1:]
    return [
        Styled(seed, name, float(true), float(raw), float(adjusted), float(controlled.style[0]))
        for name, true, raw, adjusted in rows
    ]


EXPERIMENTS = (
    Experiment(
        name="best-of-k",
        about="Simulated leaderboard: the published, true, freshly voted and pooled rating of the best "
        "of k private variants; 500 campaigns a run.",
        run=best_of_k,
        runs=[{"seed": seed, "spread": spread} for spread in (0.0, 10.0) for seed in SEEDS],
    ),
    Experiment(
        name="style-control",
        about="Simulated leaderboard whose voters like length: what tuned variants gain, by votes "
        "and with length controlled.",
        run=style,
        runs=[{"seed": seed} for seed in SEEDS],
    ),
)
