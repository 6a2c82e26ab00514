"""Training against its peers, at the shape of the ladder's largest model.

`time_to_loss`: how long the lab takes to the loss that a nanoGPT of the same width, depth, data and
batch ends at.  `speed`: tokens a second against `transformers`' Llama, and against the machine.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from statistics import mean

import torch
from torch import nn

from bench.llama import Llama
from bench.measurement import Measurement, speed_ratio, timed
from bench.nanogpt import GPT, Shape, cosine
from lab import accounting
from lab.corpus import load_corpus
from lab.ladder import COOLDOWN, N_LAYERS, WIDTHS, learning_rate
from lab.training import Recipe, Trainer, held_out_loss
from lab.transformer import Config, Transformer, llama_like

WIDTH = max(WIDTHS)
STEPS = 800
SEEDS = (0, 1)
# nanoGPT gets the best of three rates; the lab keeps the one that its ladder uses everywhere.
NANOGPT_RATES = (4e-3, 8e-3, 1.6e-2)
FRACTIONS = (0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Run:
    """A finished training run: its length, what it cost, and its held-out loss in nats a token."""

    steps: int
    cpu: float
    loss: float


NEVER = Run(0, math.inf, math.inf)


def time_to_loss() -> Iterator[Measurement]:
    lr = min(NANOGPT_RATES, key=lambda lr: nanogpt(lr, seed=0).loss)
    theirs, first, longest = [], [], []
    for seed in SEEDS:
        goal, runs = nanogpt(lr, seed), list(lab_runs(seed))
        theirs.append(goal)
        first.append(next((run for run in runs if run.loss <= goal.loss), NEVER))
        longest.append(runs[-1])
    ratio = sum(run.cpu for run in first) / sum(run.cpu for run in theirs)
    yield Measurement("training: time to nanoGPT's loss, of nanoGPT's", ratio, at_most=1.0)
    steps = mean(run.steps for run in first) / STEPS
    yield Measurement("training: steps to nanoGPT's loss, of nanoGPT's", steps)
    for name, runs in {"lab": longest, f"nanoGPT, best rate {lr:g}": theirs}.items():
        loss = mean(run.loss for run in runs)
        yield Measurement(f"training: loss after {STEPS} steps, {name}", loss, "nats")


@cache
def nanogpt(lr: float, seed: int) -> Run:
    """The reference, for the full number of steps."""
    recipe = Recipe(lr)
    trainer = _trainer(GPT(_nanogpt_shape(), seed), recipe, seed)
    _, cpu = timed(partial(trainer.advance, STEPS, cosine(recipe, STEPS)))
    return _finished(trainer, cpu)


def lab_runs(seed: int) -> Iterator[Run]:
    """Ever longer runs of the lab, cooled down from one trunk; each pays for the trunk it stands on."""
    trunk, cpu = _trainer(_lab_model(seed), Recipe(learning_rate(WIDTH)), seed), 0.0
    for fraction in FRACTIONS:
        stop = round(fraction * STEPS)
        cpu += timed(partial(trunk.advance, round((1 - COOLDOWN) * stop)))[1]
        branch, cooling = timed(partial(trunk.cooled, stop))
        yield _finished(branch, cpu + cooling)


def speed() -> Iterator[Measurement]:
    recipe = Recipe(learning_rate(WIDTH))
    ours = _trainer(_lab_model(seed=0), recipe, seed=0)
    peers = {
        "transformers' Llama": (Llama(_config()), 1.0),
        "nanoGPT": (GPT(_nanogpt_shape(), seed=0), -math.inf),
    }
    for name, (model, budget) in peers.items():
        peer = _trainer(model, recipe, seed=0)
        ratio = speed_ratio(partial(_advance, ours), partial(_advance, peer))
        yield Measurement(f"training: tokens a second, of {name}", ratio, at_least=budget)
    flops = accounting.training_flops(_config(), recipe.context, 15 * recipe.tokens_per_step)
    rate = flops / min(timed(partial(_advance, ours))[1] for _ in range(9))
    share = 100 * rate / _peak_flops_per_second()
    yield Measurement("training: share of the measured float32 matmul peak", share, "%")


def _advance(trainer: Trainer) -> None:
    """A round: long enough to time, short enough for the machine to be the same for both."""
    trainer.advance(trainer.step + 15)


def _peak_flops_per_second(side: int = 1024) -> float:
    a, b = torch.rand(2, side, side)
    return 2 * side**3 / min(timed(lambda: a @ b)[1] for _ in range(30))


def _config() -> Config:
    return llama_like(load_corpus().tokenizer.vocab_size, WIDTH, N_LAYERS)


def _lab_model(seed: int) -> Transformer:
    return Transformer(_config(), seed)


def _nanogpt_shape() -> Shape:
    config = _config()
    return Shape(config.vocab_size, Recipe.context, WIDTH, N_LAYERS, config.n_heads)


def _trainer(model: nn.Module, recipe: Recipe, seed: int) -> Trainer:
    return Trainer(model, load_corpus().train, recipe, seed)


def _finished(trainer: Trainer, cpu: float) -> Run:
    loss = held_out_loss(trainer.model, load_corpus().val, trainer.recipe.context)
    return Run(trainer.step, cpu, loss)
