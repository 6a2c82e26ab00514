"""One configurable transformer, in the shape of Llama: it serves every chapter.

RMSNorm before each half of a block, rotary positions, grouped queries, a gated (SwiGLU) feed-forward
and one matrix for both embedding and output.  `tests/lab/test_transformer.py` holds its logits to
those of `transformers`.  Left out because the course does not need them: dropout, biases, parallelism.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lab.rope import Scaling, frequencies, rotate


@dataclass(frozen=True)
class Config:
    """The hyperparameters that fix a model's shape.

    Raises `ValueError` for a shape that cannot be built, and says what to change.
    """

    vocab_size: int
    d_model: int
    n_layers: int
    n_heads: int
    n_kv_heads: int
    d_ff: int
    rope_theta: float = 10_000.0
    norm_eps: float = 1e-5
    rope_scaling: Scaling | None = None
    causal: bool = True

    def __post_init__(self) -> None:
        for name in ("vocab_size", "d_model", "n_layers", "n_heads", "n_kv_heads", "d_ff"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")
        if self.d_model % self.n_heads:
            near = math.gcd(self.d_model, self.n_heads)
            raise ValueError(
                f"{self.n_heads} heads do not divide a width (d_model) of {self.d_model}; "
                f"choose a number of heads that does, for instance {near}"
            )
        if self.head_dim % 2:
            raise ValueError(
                f"rotary positions turn pairs of numbers, but a head has {self.head_dim}; "
                "choose n_heads so that d_model / n_heads is even"
            )
        if self.n_heads % self.n_kv_heads:
            raise ValueError(
                f"{self.n_heads} query heads cannot share {self.n_kv_heads} key-value heads evenly; "
                "n_kv_heads must divide n_heads"
            )

    @property
    def head_dim(self) -> int:
        return self.d_model // self.n_heads


class KVCache:
    """The keys and values of the positions read so far, so that each token is read only once.

    One pair of tensors a layer, each (batch, n_kv_heads, positions, head_dim), set aside at once for
    `capacity` positions.
    """

    def __init__(self, config: Config, batch: int, capacity: int) -> None:
        if not config.causal:
            raise ValueError(
                "a bidirectional model has no KV cache: new tokens change all positions"
            )
        shape = (config.n_layers, 2, batch, config.n_kv_heads, capacity, config.head_dim)
        self.memory = torch.empty(shape)
        self.rotation = rotations(config, 0, capacity)
        self.length = 0

    def next_rotations(self, length: int) -> Tensor:
        """Rotary factors of the `length` positions that come next, if there is room for them."""
        end = self.length + length
        if end > len(self.rotation):
            raise ValueError(f"the KV cache holds {len(self.rotation)} positions, {end} are needed")
        return self.rotation[self.length : end]

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Store what `layer` computed for the new positions; return all of its keys and values."""
        end = self.length + keys.shape[2]
        self.memory[layer, 0, :, :, self.length : end] = keys
        self.memory[layer, 1, :, :, self.length : end] = values
        return self.memory[layer, 0, :, :, :end], self.memory[layer, 1, :, :, :end]

    def keep(self, rows: Tensor) -> None:
        """Go on with the texts `rows`, as numbers (which may repeat) or as a mask (batch,)."""
        read = self.memory[:, :, rows, :, : self.length]
        n = read.shape[2]
        if n > self.memory.shape[2]:
            self.memory = self.memory.new_empty(*read.shape[:4], *self.memory.shape[4:])
        self.memory = self.memory[:, :, :n]
        self.memory[..., : self.length, :] = read


def rotations(config: Config, start: int, length: int) -> Tensor:
    """Rotary position factors e^{i·position·frequency}, complex, shape (length, head_dim / 2)."""
    scaling = config.rope_scaling
    turn = (scaling.frequencies if scaling else frequencies)(config.head_dim, config.rope_theta)
    angles = torch.outer(torch.arange(start, start + length), turn)
    return torch.polar(torch.full_like(angles, scaling.gain if scaling else 1.0), angles)


class Attention(nn.Module):
    """Self-attention with grouped queries (Ainslie et al. 2023), causal unless the config says not."""

    def __init__(self, config: Config, layer: int) -> None:
        super().__init__()
        self.config, self.layer = config, layer
        heads = config.n_heads + 2 * config.n_kv_heads
        self.qkv = nn.Linear(config.d_model, heads * config.head_dim, bias=False)
        self.out = nn.Linear(config.d_model, config.d_model, bias=False)

    def forward(self, x: Tensor, rotation: Tensor, cache: KVCache | None) -> Tensor:
        config = self.config
        heads = self.qkv(x).unflatten(-1, (-1, config.head_dim)).transpose(1, 2)
        turned, values = heads.split([config.n_heads + config.n_kv_heads, config.n_kv_heads], dim=1)
        queries, keys = rotate(turned, rotation).split([config.n_heads, config.n_kv_heads], dim=1)
        if cache is not None:
            keys, values = cache.extend(self.layer, keys, values)
        y = F.scaled_dot_product_attention(
            queries,
            keys,
            values,
            is_causal=config.causal and x.shape[1] > 1,
            enable_gqa=config.n_kv_heads < config.n_heads,
        )
        return self.out(y.transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    """The gated feed-forward layer SwiGLU (Shazeer 2020, equation 6)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.gate_up = nn.Linear(config.d_model, 2 * config.d_ff, bias=False)
        self.down = nn.Linear(config.d_ff, config.d_model, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate, up = self.gate_up(x).chunk(2, dim=-1)
        return self.down(F.silu(gate) * up)


class Block(nn.Module):
    """Attention, then feed-forward, each behind a norm and added to what came in."""

    def __init__(self, config: Config, layer: int) -> None:
        super().__init__()
        self.attention_norm = nn.RMSNorm(config.d_model, config.norm_eps)
        self.attention = Attention(config, layer)
        self.feed_forward_norm = nn.RMSNorm(config.d_model, config.norm_eps)
        self.feed_forward = FeedForward(config)

    def forward(self, x: Tensor, rotation: Tensor, cache: KVCache | None) -> Tensor:
        x = x + self.attention(self.attention_norm(x), rotation, cache)
        return x + self.feed_forward(self.feed_forward_norm(x))


class Transformer(nn.Module):
    """Token ids (batch, positions) to logits (batch, positions, vocab_size)."""

    def __init__(self, config: Config, seed: int) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocab_size, config.d_model)
        self.blocks = nn.ModuleList(Block(config, layer) for layer in range(config.n_layers))
        self.norm = nn.RMSNorm(config.d_model, config.norm_eps)
        self._initialise(torch.Generator().manual_seed(seed))

    def _initialise(self, generator: torch.Generator) -> None:
        """Normal weights of variance 1 / fan-in; what writes to the residual stream starts at zero.

        Zero means that every block begins as the identity, whatever the depth.
        """
        for name, weight in self.named_parameters():
            if name.endswith(("out.weight", "down.weight")):
                nn.init.zeros_(weight)
            elif weight.ndim == 2:
                nn.init.normal_(weight, std=weight.shape[1] ** -0.5, generator=generator)

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        """Logits for every position of `tokens`.

        With a `cache`, `tokens` are the positions that follow those already in it: either the
        whole prompt into an empty cache, or one token at a time.
        """
        length = tokens.shape[1]
        if cache is not None and cache.length and length > 1:
            raise ValueError("a KV cache that is not empty takes one token at a time")
        if cache is not None:
            rotation = cache.next_rotations(length)
        else:
            rotation = rotations(self.config, 0, length)
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x, rotation, cache)
        if cache is not None:
            cache.length += length
        return F.linear(self.norm(x), self.embedding.weight)


def llama_like(vocab_size: int, d_model: int, n_layers: int, head_dim: int = 16) -> Config:
    """A config of the usual proportions: no grouped queries, feed-forward 8/3 as wide as the model."""
    d_ff = 8 * round(d_model / 3)
    return Config(vocab_size, d_model, n_layers, d_model // head_dim, d_model // head_dim, d_ff)
