"""Predict a larger run from the ladder, with an interval, before it is made.

The procedure was fixed, and its output committed as `results/prediction.csv`, before the held-out
runs were started.  The interval has two parts: a bootstrap over the points (what this fit does not
know) and the largest miss of a rehearsal on the ladder itself (what the form of the law gets wrong).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.accounting import parameters
from lab.corpus import load_corpus
from lab.ladder import N_LAYERS, TARGET_STEPS, TARGET_WIDTH, Point, learning_rate
from lab.results import Experiment, load
from lab.scaling import Array, Law, bootstrap, fit
from lab.training import Recipe
from lab.transformer import llama_like

N_RESAMPLES = 200


@dataclass(frozen=True)
class Prediction:
    """A loss foretold (nats a token), its interval, and two naive guesses to beat."""

    seed: int
    parameters: int
    tokens: int
    loss: float
    low: float
    high: float
    same_as_best: float
    straight_line: float


def arrays(points: Sequence[Point]) -> tuple[Array, Array, Array]:
    """The points' parameters, tokens and losses, for `lab.scaling`."""
    table = np.array([(p.parameters, p.tokens, p.loss) for p in points], dtype=float)
    return table[:, 0], table[:, 1], table[:, 2]


def targets() -> list[tuple[int, int]]:
    """Parameters and tokens of the larger runs."""
    config = llama_like(load_corpus().tokenizer.vocab_size, TARGET_WIDTH, N_LAYERS)
    recipe = Recipe(lr=learning_rate(TARGET_WIDTH))
    return [(parameters(config), steps * recipe.tokens_per_step) for steps in TARGET_STEPS]


def rehearse(points: Sequence[Point]) -> NDArray[np.float64]:
    """Relative misses on the widest size and the largest budget, when the rest predicts them."""
    N, D, loss = arrays(points)
    seen = (N < N.max()) & (D < D.max())
    law = fit(N[seen], D[seen], loss[seen])
    return law.loss(N[~seen], D[~seen]) / loss[~seen] - 1


def straight_line(points: Sequence[Point], compute: float) -> float:
    """A power law in compute without a floor, through the best run of each size."""
    N, D, loss = arrays(points)
    longest = D == D.max()
    slope, level = np.polyfit(np.log(6 * N * D)[longest], np.log(loss[longest]), 1)
    return float(np.exp(level + slope * np.log(compute)))


def predict(
    points: Sequence[Point], targets: Sequence[tuple[int, int]]
) -> tuple[Law, list[Law], list[Prediction]]:
    """Foretell the loss of each target (parameters, tokens) from one seed's ladder.

    Returns the fitted law, the bootstrap's laws and the predictions.
    """
    N, D, loss = arrays(points)
    law, miss = fit(N, D, loss), np.abs(rehearse(points)).max()
    resampled = bootstrap(N, D, loss, N_RESAMPLES, seed=0)
    predictions = []
    for n, d in targets:
        low, high = np.percentile([other.loss(n, d) for other in resampled], [5, 95])
        predictions.append(
            Prediction(
                seed=points[0].seed,
                parameters=n,
                tokens=d,
                loss=float(law.loss(n, d)),
                low=float(low * (1 - miss)),
                high=float(high * (1 + miss)),
                same_as_best=float(loss.min()),
                straight_line=straight_line(points, 6 * n * d),
            )
        )
    return law, resampled, predictions


def register(seed: int) -> list[Prediction]:
    """The predictions of one seed, from its ladder in `results/ladder.csv`."""
    points = [Point(**row) for row in load("ladder") if row["seed"] == seed]
    return predict(points, targets())[2]


EXPERIMENTS = (
    Experiment(
        name="prediction",
        about="What each seed's ladder predicts of the larger runs, registered before they were made.",
        run=register,
        runs=[{"seed": seed} for seed in range(3)],
    ),
)
