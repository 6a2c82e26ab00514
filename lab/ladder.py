"""The ladder of small models on which chapter 4 fits its scaling laws.

Every size is trained once, with cool-downs at several token budgets: a grid of points (N, D, loss)
for little more than the cost of its largest column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from lab.accounting import parameters
from lab.corpus import load_corpus
from lab.results import Experiment
from lab.training import Recipe, Trainer, held_out_loss
from lab.transformer import Transformer, llama_like

WIDTHS = (16, 32, 48, 64)
STEPS = (300, 480, 770, 1240, 2000)
# The larger run that the ladder predicts: 1.5 times as wide, as long and twice as long.
TARGET_WIDTH, TARGET_STEPS = 96, (2000, 4000)
# Compute in FLOPs, and the widths among which it is spent.
ISOFLOPS = {3e11: (16, 32, 48, 64), 1.2e12: (32, 48, 64, 96, 128)}
N_LAYERS = 3
COOLDOWN = 0.25


@dataclass(frozen=True)
class Point:
    """One finished model: how it was made and its held-out loss in nats a token."""

    seed: int
    width: int
    lr: float
    parameters: int
    tokens: int
    loss: float


def learning_rate(width: int) -> float:
    """Falls with the width, as muP has it for hidden layers (Yang et al. 2022).

    The constant comes from a sweep over three of the ladder's sizes: `results/learning-rates.csv`.
    """
    return 0.28 / width


def climb(width: int, steps: Sequence[int], seed: int) -> list[Point]:
    """Train one size, cooling down to a finished model at each of the increasing `steps`."""
    corpus = load_corpus()
    return _train(width, steps, seed, learning_rate(width), corpus.train, corpus.val)


def tune(width: int, lr: float) -> list[Point]:
    """One size at one learning rate, judged on training text set aside: never on the test plays."""
    corpus = load_corpus()
    train, aside = corpus.train.split([len(corpus.train) - len(corpus.val), len(corpus.val)])
    return _train(width, (800,), 0, lr, train, aside)


def _train(
    width: int, steps: Sequence[int], seed: int, lr: float, train: Tensor, test: Tensor
) -> list[Point]:
    config = llama_like(load_corpus().tokenizer.vocab_size, width, N_LAYERS)
    recipe = Recipe(lr=lr)
    trunk = Trainer(Transformer(config, seed), train, recipe, seed)
    points = []
    for stop in steps:
        trunk.advance(round((1 - COOLDOWN) * stop))
        loss = held_out_loss(trunk.cooled(stop).model, test, recipe.context)
        tokens = stop * recipe.tokens_per_step
        points.append(Point(seed, width, recipe.lr, parameters(config), tokens, loss))
    return points


def isoflop(width: int, compute: float, seed: int) -> list[Point]:
    """Train one size with as many tokens as `compute` FLOPs pay for."""
    config = llama_like(load_corpus().tokenizer.vocab_size, width, N_LAYERS)
    tokens_per_step = Recipe(lr=learning_rate(width)).tokens_per_step
    steps = round(compute / (6 * parameters(config) * tokens_per_step))
    return climb(width, (steps,), seed)


EXPERIMENTS = (
    Experiment(
        name="learning-rates",
        about="Three sizes, 800 steps, four learning rates, judged on training text set aside.",
        run=tune,
        runs=[
            {"width": width, "lr": factor * learning_rate(width)}
            for width in (16, 32, 64)
            for factor in (0.5, 1.0, 2.0, 4.0)
        ],
    ),
    Experiment(
        name="ladder",
        about="The scaling ladder of chapter 4 for six seeds; the page makes seed 0 live.",
        run=climb,
        runs=[
            {"width": width, "steps": STEPS, "seed": seed} for seed in range(6) for width in WIDTHS
        ],
    ),
    Experiment(
        name="held-out",
        about="The larger run that the ladder predicts, for three seeds, at two budgets.",
        run=climb,
        runs=[{"width": TARGET_WIDTH, "steps": TARGET_STEPS, "seed": seed} for seed in range(3)],
    ),
    Experiment(
        name="isoflop",
        about="Two compute budgets (FLOPs = 6·N·D) spent on models of different width, three seeds.",
        run=isoflop,
        runs=[
            {"width": width, "compute": compute, "seed": seed}
            for compute, widths in ISOFLOPS.items()
            for width in widths
            for seed in range(3)
        ],
    ),
)
