"""Twins on the course's text: one architecture, read from left to right and in any order.

Both are trained on the same windows of the same plays, in pieces of words.  An extra token, which is
no piece, stands before a window where autoregression begins and in every place that diffusion masks.
Rates are chosen on the end of the training plays; the three plays held out are for judging alone.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import torch
from torch import Tensor

from lab.corpus import HELD_OUT, works
from lab.diffusion import DiffusionTrainer, nelbo
from lab.models import save_model
from lab.results import FOLDER, Experiment
from lab.tokenizer import PieceTokenizer
from lab.training import Recipe, Trainer, cross_entropy
from lab.transformer import Config, Transformer, llama_like

PIECES, LENGTH = 2048, 128
# Not a piece: autoregression begins with it, and diffusion masks with it.
EXTRA = PIECES

Kind = Literal["autoregression", "diffusion"]
KINDS: tuple[Kind, ...] = ("autoregression", "diffusion")

SMALL = llama_like(PIECES + 1, d_model=96, n_layers=3)
STEPS, COOLDOWN = 1000, 0.25
SEEDS = (0, 1, 2)
# Each twin's rate is the best of these for a seed of its own, judged after fewer steps.
RATES, RATES_SEED, RATES_STEPS = (1e-3, 2e-3, 4e-3), 100, 500
LR: dict[Kind, float] = {"autoregression": 4e-3, "diffusion": 1e-3}

# The demo's twins: as large as 4 MB of half precision allow, and trained for hours.
LARGE = Config(PIECES + 1, 192, 4, n_heads=6, n_kv_heads=6, d_ff=432)
LARGE_RECIPE = Recipe(lr=1e-3, context=LENGTH, warmup=200)
LARGE_STEPS: dict[Kind, int] = {"autoregression": 4_000, "diffusion": 8_000}


@cache
def tokenizer() -> PieceTokenizer:
    """The pieces of the training plays, as `train_tokenizer` found them."""
    return PieceTokenizer.from_json((FOLDER / "pieces.json").read_text(encoding="utf-8"))


def train_tokenizer() -> PieceTokenizer:
    """The tokenizer in `results/pieces.json`."""
    return PieceTokenizer.train(plays(held_out=False), "".join(works().values()), PIECES)


def plays(held_out: bool) -> str:
    """The plays to learn from, or those held out, end to end."""
    return "".join(text for title, text in works().items() if (title in HELD_OUT) == held_out)


@dataclass(frozen=True)
class Windows:
    """Windows (windows, LENGTH) of pieces to learn from, to choose by, and to be judged on."""

    train: Tensor
    aside: Tensor
    val: Tensor


@cache
def windows() -> Windows:
    """The course's plays, cut into windows; what is set aside is as long as the plays held out."""
    val, train = (cut(plays(held_out)) for held_out in (True, False))
    return Windows(train[: -len(val)], train[-len(val) :], val)


def cut(text: str) -> Tensor:
    """`text` as windows of `LENGTH` pieces, shape (windows, LENGTH); an unfinished one is dropped."""
    ids = torch.from_numpy(tokenizer().encode(text))
    return ids[: len(ids) // LENGTH * LENGTH].view(-1, LENGTH)


def after_extra(tokens: Tensor) -> Tensor:
    """`tokens` (batch, positions) with the token before them that autoregression begins with."""
    return torch.cat([torch.full((len(tokens), 1), EXTRA), tokens], dim=1)


def trainer(kind: Kind, config: Config, recipe: Recipe, seed: int) -> Trainer:
    """A twin ready to train on the windows to learn from."""
    train = windows().train
    if kind == "diffusion":
        model = Transformer(replace(config, causal=False), seed)
        return DiffusionTrainer(model, train.flatten(), recipe, seed)
    recipe = replace(recipe, context=LENGTH + 1)
    return Trainer(Transformer(config, seed), after_extra(train).flatten(), recipe, seed)


def train(
    kind: Kind, config: Config, recipe: Recipe, seed: int, steps: int, cooldown: float
) -> Transformer:
    """A finished twin: its rate falls to zero over the last `cooldown` of its steps."""
    trunk = trainer(kind, config, recipe, seed)
    trunk.advance(round((1 - cooldown) * steps))
    model = trunk.cooled(steps).model
    assert isinstance(model, Transformer)
    return model


def small(kind: Kind, seed: int) -> Transformer:
    """One of the twins that the page compares over three seeds."""
    return train(kind, SMALL, Recipe(lr=LR[kind], context=LENGTH), seed, STEPS, COOLDOWN)


@dataclass(frozen=True)
class Loss:
    """Nats a piece with its standard error: exact for autoregression, for diffusion the bound."""

    nats: float
    error: float


@torch.inference_mode()
def loss(model: Transformer, texts: Tensor, seed: int) -> Loss:
    """The loss of a twin on `texts` (batch, LENGTH)."""
    if not model.config.causal:
        bound = nelbo(model, texts, seed)
        return Loss(bound.nats, bound.error)
    logits = [model(after_extra(part)[:, :-1]) for part in texts.split(64)]
    of_texts = torch.stack(
        [cross_entropy(*pair) for pair in zip(torch.cat(logits), texts, strict=True)]
    )
    return Loss(of_texts.mean().item(), of_texts.std().item() / len(texts) ** 0.5)


@dataclass(frozen=True)
class Tried:
    """A small twin's loss on the text set aside, at one learning rate."""

    kind: str
    seed: int
    lr: float
    nats: float
    error: float


def tune(kind: Kind, lr: float) -> list[Tried]:
    """What a small twin's rate was chosen by."""
    recipe = Recipe(lr=lr, context=LENGTH)
    model = train(kind, SMALL, recipe, RATES_SEED, RATES_STEPS, COOLDOWN)
    found = loss(model, windows().aside[::12], RATES_SEED)
    return [Tried(kind, RATES_SEED, lr, found.nats, found.error)]


@dataclass(frozen=True)
class Made:
    """A model of the demo in `results/`, and its loss on the text set aside."""

    kind: str
    steps: int
    pieces_read: int
    nats: float
    error: float


def make_large(kind: Kind) -> list[Made]:
    """Train one of the demo's twins and store it in half precision: hours."""
    steps = LARGE_STEPS[kind]
    model = train(kind, LARGE, LARGE_RECIPE, 0, steps, COOLDOWN)
    save_model(model, f"twin-{kind}", torch.float16)
    found = loss(model, windows().aside[::12], 0)
    return [Made(kind, steps, steps * LARGE_RECIPE.tokens_per_step, found.nats, found.error)]


EXPERIMENTS = (
    Experiment(
        name="twin-rates",
        about="The small twins at three learning rates, judged on training text set aside.",
        run=tune,
        runs=[{"kind": kind, "lr": lr} for kind in KINDS for lr in RATES],
    ),
    Experiment(
        name="twin-demo",
        about="The demo's two models, stored in half precision; the CSV file holds their losses.",
        run=make_large,
        runs=[{"kind": kind} for kind in KINDS],
    ),
)
