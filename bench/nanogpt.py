"""The peer in training: a model and a schedule in the shape of Karpathy's nanoGPT (2022).

Written here from its public shape: LayerNorm without bias, learned positions, one matrix for queries,
keys and values, a GELU feed-forward four times as wide, and one matrix for embedding and output.  It
trains in the lab's own loop, whose AdamW (betas, decay, clipping) is nanoGPT's.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lab.training import Recipe, Schedule


@dataclass(frozen=True)
class Shape:
    """The hyperparameters that fix the model's shape."""

    vocab_size: int
    context: int
    d_model: int
    n_layers: int
    n_heads: int


class Attention(nn.Module):
    """Causal self-attention."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.n_heads = shape.n_heads
        self.qkv = nn.Linear(shape.d_model, 3 * shape.d_model, bias=False)
        self.out = nn.Linear(shape.d_model, shape.d_model, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        heads = (part.unflatten(-1, (self.n_heads, -1)) for part in self.qkv(x).chunk(3, dim=-1))
        q, k, v = (head.transpose(1, 2) for head in heads)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(y.transpose(1, 2).flatten(2))


class Block(nn.Module):
    """Attention, then feed-forward, each behind a norm and added to what came in."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        d = shape.d_model
        self.attention_norm = nn.LayerNorm(d, bias=False)
        self.attention = Attention(shape)
        self.feed_forward_norm = nn.LayerNorm(d, bias=False)
        self.up = nn.Linear(d, 4 * d, bias=False)
        self.down = nn.Linear(4 * d, d, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.attention_norm(x))
        return x + self.down(F.gelu(self.up(self.feed_forward_norm(x))))


class GPT(nn.Module):
    """Token ids (batch, positions) to logits (batch, positions, vocab_size)."""

    def __init__(self, shape: Shape, seed: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(shape.vocab_size, shape.d_model)
        self.positions = nn.Embedding(shape.context, shape.d_model)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.n_layers))
        self.norm = nn.LayerNorm(shape.d_model, bias=False)
        self._initialise(shape, torch.Generator().manual_seed(seed))

    def _initialise(self, shape: Shape, generator: torch.Generator) -> None:
        """GPT-2's: 0.02 everywhere, less by the depth for what writes to the residual stream."""
        for name, weight in self.named_parameters():
            if weight.ndim == 2:
                writes = name.endswith(("out.weight", "down.weight"))
                std = 0.02 / math.sqrt(2 * shape.n_layers) if writes else 0.02
                nn.init.normal_(weight, std=std, generator=generator)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embedding(tokens) + self.positions.weight[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x)
        return F.linear(self.norm(x), self.embedding.weight)


def cosine(recipe: Recipe, stop: int) -> Schedule:
    """Linear warm-up, then half a cosine down to a tenth of the full rate at `stop`."""

    def lr(step: int) -> float:
        if step < recipe.warmup:
            return recipe.lr * (step + 1) / (recipe.warmup + 1)
        done = (step - recipe.warmup) / (stop - recipe.warmup)
        return recipe.lr * (0.1 + 0.9 * (1 + math.cos(math.pi * done)) / 2)

    return lr
