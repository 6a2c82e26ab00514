"""One training loop for every model of the course.

A `Trainer` holds a model, its optimiser and its place in the data.  It can be advanced, and it can be
forked: one run at a constant rate (the trunk) is cooled down at several points (the branches), which
gives a finished model for each budget at a fraction of the cost (Hu et al. 2024, MiniCPM; Hägele et
al. 2024).
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Schedule = Callable[[int], float]


@dataclass(frozen=True)
class Recipe:
    """How a model is trained: everything but the model, the data and the number of steps."""

    lr: float
    batch_size: int = 16
    context: int = 64
    warmup: int = 50
    weight_decay: float = 0.1
    betas: tuple[float, float] = (0.9, 0.95)
    max_grad_norm: float = 1.0

    @property
    def tokens_per_step(self) -> int:
        return self.batch_size * self.context


def constant(recipe: Recipe) -> Schedule:
    """Linear warm-up, then the full learning rate."""
    return lambda step: recipe.lr * min(1.0, (step + 1) / recipe.warmup)


def cooldown(recipe: Recipe, start: int, stop: int) -> Schedule:
    """From the full learning rate at `start` straight down to zero at `stop`."""
    return lambda step: constant(recipe)(step) * (stop - step) / (stop - start)


def windows(tokens: Tensor, recipe: Recipe, seed: int) -> Callable[[int], tuple[Tensor, Tensor]]:
    """A function from a step's number to its batch of inputs and targets, each (batch, context).

    The text is cut into windows that are shuffled once an epoch, so that no window is seen twice
    before all have been seen.  Raises `ValueError` for a text shorter than one batch.
    """
    usable = (len(tokens) - 1) // recipe.context
    per_epoch = usable // recipe.batch_size
    if per_epoch < 1:
        raise ValueError(
            f"a text of {len(tokens)} tokens does not fill one batch of {recipe.batch_size} windows "
            f"of {recipe.context}; use a longer text or a smaller batch"
        )
    offsets = torch.arange(recipe.context + 1)

    @lru_cache(maxsize=1)
    def starts(epoch: int) -> Tensor:
        generator = torch.Generator().manual_seed(1_000_003 * seed + epoch)
        return recipe.context * torch.randperm(usable, generator=generator)

    def batch(step: int) -> tuple[Tensor, Tensor]:
        epoch, i = divmod(step, per_epoch)
        chosen = starts(epoch)[i * recipe.batch_size : (i + 1) * recipe.batch_size]
        text = tokens[chosen[:, None] + offsets]
        return text[:, :-1], text[:, 1:]

    return batch


class Trainer:
    """A model in training on `tokens` (1-D ids), deterministic for a seed on one machine.

    `losses` holds the training loss of every step so far, in nats a token.
    """

    def __init__(self, model: nn.Module, tokens: Tensor, recipe: Recipe, seed: int) -> None:
        self.model, self.recipe = model, recipe
        self.batch = windows(tokens, recipe, seed)
        self.optimizer = _adamw(model, recipe)
        self.losses: list[float] = []

    @property
    def step(self) -> int:
        return len(self.losses)

    def advance(self, stop: int, schedule: Schedule | None = None) -> None:
        """Train up to step `stop`, at the trunk's constant rate unless a `schedule` is given."""
        lr = schedule or constant(self.recipe)
        while self.step < stop:
            for group in self.optimizer.param_groups:
                group["lr"] = lr(self.step)
            loss = self.loss()
            self.optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.max_grad_norm)
            self.optimizer.step()
            self.losses.append(loss.item())

    def loss(self) -> Tensor:
        """This step's loss in nats a token: that of predicting each token from those before it."""
        inputs, targets = self.batch(self.step)
        return cross_entropy(self.model(inputs), targets)

    def cooled(self, stop: int) -> "Trainer":
        """A branch of this run, brought from here to step `stop` while its rate falls to zero."""
        branch = copy.deepcopy(self)
        branch.advance(stop, cooldown(self.recipe, self.step, stop))
        return branch


def _adamw(model: nn.Module, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW that decays matrices and leaves gains alone."""
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    gains = [p for p in model.parameters() if p.ndim < 2]
    groups: list[dict[str, Any]] = [
        {"params": matrices},
        {"params": gains, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(
        groups, lr=recipe.lr, betas=recipe.betas, weight_decay=recipe.weight_decay, fused=True
    )


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean -log p(target) in nats; `logits` (..., vocab_size), `targets` (...)."""
    return F.cross_entropy(logits.flatten(0, -2), targets.flatten())


@torch.inference_mode()
def held_out_loss(model: nn.Module, tokens: Tensor, context: int, n_windows: int = 1024) -> float:
    """Mean loss in nats a token over `n_windows` windows spread evenly over `tokens`."""
    starts = torch.linspace(0, len(tokens) - context - 1, n_windows).long()
    text = tokens[starts[:, None] + torch.arange(context + 1)]
    losses = [
        cross_entropy(model(part[:, :-1]), part[:, 1:]).item() * len(part)
        for part in text.split(64)
    ]
    return sum(losses) / len(text)
