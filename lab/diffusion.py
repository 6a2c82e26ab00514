"""Masked diffusion on the course's transformer: D3PM's absorbing state, as MDLM and LLaDA train it.

Noise replaces each token of a text, independently and with probability t, by a mask.  The model sees
what is left, in both directions, and predicts what the masks hide.  For a text x of L tokens, x_t
being its masked version, the negative evidence lower bound (NELBO) of the process that unmasks from
t = 1 to t = 0 is

    L(x) = E_{t ~ U(0, 1)} E_{x_t} [ 1/t · Σ_{masked i} -log p(x_i | x_t) ]  ≥  -log p(x)

(Nie et al. 2025, LLaDA, equations 3 and 4; Sahoo et al. 2024, MDLM; Austin et al. 2021, D3PM).
Averaged over t, the number n of masks is uniform, and the same bound is LLaDA's equation 6,

    L(x) = Σ_{n=1}^{L} E_{n masks} [ 1/n · Σ_{masked i} -log p(x_i | x_t) ].

It also equals -E_σ Σ_i log p(x_σ(i) | x_σ(1), ..., x_σ(i-1)), a mean over all orders σ of revealing
the tokens one at a time.  Sampling in a random order draws x with p(x) = E_σ Π_i p(x_σ(i) | ...), so
the bound is Jensen's inequality: it is tight where every order gives x the same probability.

Rotary positions say how far apart two tokens are, not where they stand.  So masks alone all look
alike, and the first token is drawn from the same frequencies wherever it falls.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.sampling import draw
from lab.training import Recipe, Trainer
from lab.transformer import Transformer

# Among masks alone all positions tie up to rounding; chance should choose between them, not rounding.
TIE = 1e-5
# Whole texts that go through the model together when it is only judged.
TEXTS_AT_ONCE = 256

Order = Literal["random", "confident"]


def mask_token(model: Transformer) -> int:
    """The id that stands for a mask: the last of the vocabulary, after all symbols of the text."""
    return model.config.vocab_size - 1


def symbol_logits(model: Transformer, tokens: Tensor) -> Tensor:
    """Logits (batch, positions, vocab_size - 1): a mask is never what a mask hides.

    Raises `ValueError` for a causal model.
    """
    if model.config.causal:
        raise ValueError("masked diffusion reads in both directions: use Config(causal=False)")
    return model(tokens)[..., :-1]


def masked_losses(model: Transformer, texts: Tensor, masked: Tensor) -> Tensor:
    """-log p in nats of each masked token given the others, zero elsewhere: (batch, positions)."""
    logits = symbol_logits(model, texts.masked_fill(masked, mask_token(model)))
    return F.cross_entropy(logits.transpose(1, 2), texts, reduction="none") * masked


def stratified_times(n: int, generator: torch.Generator) -> Tensor:
    """`n` times in (0, 1], one from each n-th of it, in random order: uniform, but evenly spread."""
    strata = torch.randperm(n, generator=generator)
    return (strata + 1 - torch.rand(n, generator=generator)) / n


def diffusion_loss(model: Transformer, texts: Tensor, generator: torch.Generator) -> Tensor:
    """The training loss in nats a token: the NELBO over t, with one t and one draw of masks a text."""
    times = stratified_times(len(texts), generator)[:, None]
    masked = torch.rand(texts.shape, generator=generator) < times
    return (masked_losses(model, texts, masked) / times).mean()


class DiffusionTrainer(Trainer):
    """A `Trainer` whose loss is `diffusion_loss` on windows of `recipe.context` tokens."""

    def __init__(self, model: Transformer, tokens: Tensor, recipe: Recipe, seed: int) -> None:
        super().__init__(model, tokens, recipe, seed)
        self.seed = seed

    def loss(self) -> Tensor:
        """This step's loss; its noise depends on seed and step alone, so that a branch can go on."""
        texts, _ = self.batch(self.step)
        generator = torch.Generator().manual_seed(1_000_003 * self.seed + self.step)
        assert isinstance(self.model, Transformer)
        return diffusion_loss(self.model, texts, generator)


@dataclass(frozen=True)
class Bound:
    """An estimate of the NELBO, `nats` a token.

    `error` is its standard error, from the choice of texts and of masks together.  `by_masks`
    (positions,) holds the mean loss of a masked token where 1, 2, ... tokens are masked; their mean
    is `nats`.
    """

    nats: float
    error: float
    by_masks: Tensor


@torch.inference_mode()
def nelbo(model: Transformer, texts: Tensor, seed: int) -> Bound:
    """The NELBO of `texts` (batch, positions), each masked once with 1, 2, ... tokens.

    Summing over the number of masks leaves to chance only which tokens they hide, and keeps the
    variance finite, which the weight 1/t does not.  Raises `ValueError` for fewer than two texts.
    """
    if len(texts) < 2:
        raise ValueError("one text shows no error of estimation; repeat it, or give more texts")
    generator = torch.Generator().manual_seed(seed)
    parts = [_losses_by_masks(model, part, generator) for part in texts.split(TEXTS_AT_ONCE)]
    found = torch.cat(parts).double()
    of_texts = found.mean(1)
    error = of_texts.std() / len(texts) ** 0.5
    return Bound(of_texts.mean().item(), error.item(), found.mean(0))


def _losses_by_masks(model: Transformer, texts: Tensor, generator: torch.Generator) -> Tensor:
    """Mean loss of a masked token with 1, 2, ... masks at random: (batch, positions)."""
    columns = []
    for n in range(1, texts.shape[1] + 1):
        ranks = torch.rand(texts.shape, generator=generator).argsort(1)
        columns.append(masked_losses(model, texts, ranks < n).sum(1) / n)
    return torch.stack(columns, dim=1)


@dataclass(frozen=True)
class State:
    """Texts (batch, positions) on the way from masks to tokens, after `passes` forward passes."""

    tokens: Tensor
    passes: int


def blank(model: Transformer, batch: int, positions: int) -> Tensor:
    """Texts of nothing but masks, for `denoise` to begin with."""
    return torch.full((batch, positions), mask_token(model))


@torch.inference_mode()
def denoise(
    model: Transformer,
    tokens: Tensor,
    steps: int,
    *,
    order: Order = "random",
    temperature: float = 1.0,
    seed: int,
) -> Iterator[State]:
    """Fill the masks in `tokens` (batch, positions) in `steps` forward passes; all else is kept.

    Yields the state at the beginning and after each pass.  A pass draws a token for every mask
    (`temperature` divides the logits; 0 takes the likeliest) and keeps some, so that the masks go
    down to none evenly.

    Order "random" keeps any of them: the reverse process, the number of tokens at each time fixed at
    its mean.  With as many steps as masks it opens one at a time, as the process in continuous time
    does.  Order "confident" keeps those to which the model gave most probability (Chang et al. 2022,
    MaskGIT), and so no longer draws from the distribution that `nelbo` bounds.

    Raises `ValueError` for more steps than masks in the fullest text, or a temperature below zero.
    """
    n_masks = (tokens == mask_token(model)).sum(1, keepdim=True)
    _check(steps, int(n_masks.max()), order, temperature)
    generator = torch.Generator().manual_seed(seed)
    yield State(tokens, 0)
    for passes in range(1, steps + 1):
        masked = tokens == mask_token(model)
        logits = symbol_logits(model, tokens)
        drawn = draw(logits.flatten(0, 1), temperature, generator).view_as(tokens)
        scores = torch.rand(tokens.shape, generator=generator)
        if order == "confident":
            # Not tempered: at temperature 0 every draw would be certain.
            confidence = logits.softmax(-1).gather(-1, drawn[..., None])[..., 0]
            scores = confidence + TIE * scores
        n_kept = masked.sum(1, keepdim=True) - n_masks * (steps - passes) // steps
        tokens = torch.where(_highest(scores, masked, n_kept), drawn, tokens)
        yield State(tokens, passes)


def _check(steps: int, most_masks: int, order: str, temperature: float) -> None:
    if not 1 <= steps <= most_masks:
        raise ValueError(
            f"steps is {steps}, but the fullest text has {most_masks} masks to fill; "
            f"choose from 1 to {most_masks}"
            if most_masks
            else "no text has a mask to fill; put the mask token where tokens are wanted"
        )
    if order not in ("random", "confident"):
        raise ValueError(f"order is {order!r}; choose 'random' or 'confident'")
    if temperature < 0:
        raise ValueError(f"temperature is {temperature}; it must be 0 (greedy) or more")


def _highest(scores: Tensor, masked: Tensor, n: Tensor) -> Tensor:
    """True at the `n` (batch, 1) highest `scores` (batch, positions) of the masked positions."""
    ranks = scores.masked_fill(~masked, -1).argsort(1, descending=True).argsort(1)
    return ranks < n


def sample(
    model: Transformer,
    tokens: Tensor,
    steps: int,
    *,
    order: Order = "random",
    temperature: float = 1.0,
    seed: int,
) -> Tensor:
    """The texts (batch, positions) that `denoise` ends with, for the same arguments."""
    *_, last = denoise(model, tokens, steps, order=order, temperature=temperature, seed=seed)
    return last.tokens
