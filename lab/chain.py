"""A chain where parallel decoding loses: each digit is 3 times the last, plus 1 or 2, modulo 10.

A coin decides which, so a text's first digit costs ln 10, every transition ln 2, and neighbours that
are drawn without sight of each other rarely fit.  One architecture of one size, trained on the same
texts, is read from left to right (autoregression) and in any order (masked diffusion).
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from lab import diffusion
from lab.diffusion import DiffusionTrainer, Order, blank, nelbo
from lab.results import Experiment
from lab.sampling import sample
from lab.training import Recipe, Trainer, cross_entropy
from lab.transformer import Transformer, llama_like

DIGITS, LENGTH = 10, 16
# Not a digit: autoregression begins with it, and diffusion masks with it.
EXTRA = DIGITS
ENTROPY = (math.log(DIGITS) + (LENGTH - 1) * math.log(2)) / LENGTH  # nats a digit

CONFIG = llama_like(DIGITS + 1, d_model=64, n_layers=2)
RECIPE = Recipe(lr=3e-3, batch_size=64, context=LENGTH)
STEPS, COOLDOWN = 500, 0.25
N_TEXTS = STEPS * RECIPE.batch_size + 1  # enough to read none twice
# The recipe's rate was chosen among these by the loss of both models, for a seed of its own.
RATES, RATES_SEED = (1e-3, 3e-3, 1e-2), 100

SEEDS = (0, 1, 2)
N_SAMPLES, N_JUDGED = 2000, 1000
DENOISING_STEPS = (1, 2, 4, 8, 12, 16)
ORDERS: tuple[Order, ...] = ("random", "confident")


def texts(n: int, seed: int) -> Tensor:
    """`n` texts of the chain: digits, shape (n, LENGTH)."""
    generator = torch.Generator().manual_seed(seed)
    coins = torch.randint(1, 3, (n, LENGTH), generator=generator)
    digits = torch.randint(DIGITS, (n, LENGTH), generator=generator)
    for i in range(1, LENGTH):
        digits[:, i] = (3 * digits[:, i - 1] + coins[:, i]) % DIGITS
    return digits


def fits(tokens: Tensor) -> Tensor:
    """Whether each transition is one of the chain's: (batch, LENGTH - 1)."""
    coins = (tokens[:, 1:] - 3 * tokens[:, :-1]) % DIGITS
    digits = tokens < DIGITS
    return ((coins == 1) | (coins == 2)) & digits[:, 1:] & digits[:, :-1]


def distance(tokens: Tensor) -> float:
    """Total variation, from 0 to 1, between the transitions that fit and the chain's own.

    In the chain each of the 20 transitions (ten digits, two coins) is as frequent as any other.
    """
    first, second = (part[fits(tokens)] for part in (tokens[:, :-1], tokens[:, 1:]))
    transitions = 2 * first + (second - 3 * first) % DIGITS - 1
    shares = torch.bincount(transitions, minlength=2 * DIGITS) / len(transitions)
    return 0.5 * (shares - 1 / (2 * DIGITS)).abs().sum().item()


def after_extra(digits: Tensor) -> Tensor:
    """`digits` (batch, LENGTH) with the token before them that autoregression begins with."""
    return torch.cat([torch.full((len(digits), 1), EXTRA), digits], dim=1)


def autoregression(seed: int, lr: float = RECIPE.lr) -> Transformer:
    """A model that reads from left to right, trained on `N_TEXTS` texts of this seed."""
    recipe = replace(RECIPE, lr=lr, context=LENGTH + 1)
    tokens = after_extra(texts(N_TEXTS, seed)).flatten()
    return _trained(Trainer(Transformer(CONFIG, seed), tokens, recipe, seed))


def masked_diffusion(seed: int, lr: float = RECIPE.lr) -> Transformer:
    """The same model reading in both directions, trained on the same texts."""
    model = Transformer(replace(CONFIG, causal=False), seed)
    tokens = texts(N_TEXTS, seed).flatten()
    return _trained(DiffusionTrainer(model, tokens, replace(RECIPE, lr=lr), seed))


def _trained(trainer: Trainer) -> Transformer:
    trainer.advance(round((1 - COOLDOWN) * STEPS))
    model = trainer.cooled(STEPS).model
    assert isinstance(model, Transformer)
    return model


@torch.inference_mode()
def loss(model: Transformer, seed: int) -> float:
    """Nats a digit on fresh texts: exact for autoregression, the bound for masked diffusion."""
    fresh = texts(N_JUDGED, 1_000_003 + seed)
    if not model.config.causal:
        return nelbo(model, fresh, seed).nats
    return cross_entropy(model(after_extra(fresh)[:, :-1]), fresh).item()


@dataclass(frozen=True)
class Loss:
    """A model's loss on fresh texts at one learning rate, in nats a digit."""

    seed: int
    lr: float
    autoregression: float
    diffusion: float


def tune(lr: float) -> list[Loss]:
    """The losses that the learning rate was chosen by."""
    models = autoregression(RATES_SEED, lr), masked_diffusion(RATES_SEED, lr)
    return [Loss(RATES_SEED, lr, *(loss(model, RATES_SEED) for model in models))]


@dataclass(frozen=True)
class Sampled:
    """What `N_SAMPLES` texts from one source are like, drawn in `passes` forward passes.

    `valid` is the share of texts in which every transition fits, `distinct` the number of different
    texts over that of all, and `nats` the model's loss on fresh texts.
    """

    seed: int
    source: str
    passes: int
    valid: float
    distinct: float
    distance: float
    nats: float


def describe(seed: int, source: str, passes: int, tokens: Tensor, nats: float) -> Sampled:
    """Judge the texts `tokens` (batch, LENGTH)."""
    valid = fits(tokens).all(1).double().mean().item()
    distinct = len(tokens.unique(dim=0)) / len(tokens)
    return Sampled(seed, source, passes, valid, distinct, distance(tokens), nats)


def sample_autoregression(model: Transformer, n: int, seed: int) -> Tensor:
    """`n` texts from left to right: (n, LENGTH)."""
    return sample(model, torch.full((n, 1), EXTRA), LENGTH, seed=seed)


def judge(left_to_right: Transformer, any_order: Transformer, seed: int) -> list[Sampled]:
    """Draw from both models in every way; texts of the chain itself come first."""
    rows = [describe(seed, "the chain itself", 0, texts(N_SAMPLES, 2_000_003 + seed), ENTROPY)]
    drawn = sample_autoregression(left_to_right, N_SAMPLES, seed)
    rows.append(describe(seed, "autoregression", LENGTH, drawn, loss(left_to_right, seed)))
    masks, nats = blank(any_order, N_SAMPLES, LENGTH), loss(any_order, seed)
    for order in ORDERS:
        for steps in DENOISING_STEPS:
            drawn = diffusion.sample(any_order, masks, steps, order=order, seed=seed)
            rows.append(describe(seed, f"diffusion, {order} order", steps, drawn, nats))
    return rows


def run(seed: int) -> list[Sampled]:
    """Train both models and judge them."""
    return judge(autoregression(seed), masked_diffusion(seed), seed)


EXPERIMENTS = (
    Experiment(
        name="chain-rates",
        about="Both models of the chain at three learning rates, judged by the loss on fresh texts.",
        run=tune,
        runs=[{"lr": lr} for lr in RATES],
    ),
    Experiment(
        name="chain",
        about="The chain from left to right and by masked diffusion in two orders, three seeds.",
        run=run,
        runs=[{"seed": seed} for seed in SEEDS],
    ),
)
