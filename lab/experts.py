"""A mixture of experts: many feed-forward layers, of which a router chooses a few for each token.

The layer takes the place of `lab.transformer.FeedForward` in every block.  Tokens are sorted by
expert, so that each expert reads its own in one product of matrices; no token is dropped.
`tests/lab/test_experts.py` holds the layer to Mixtral's in `transformers`.  Balance comes from the
loss of Switch (Fedus et al. 2021), because it is one line of arithmetic; DeepSeek-V3 moves a bias of
each expert instead.  Left out: capacity limits, noise, a shared expert, experts on several machines.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lab.accounting import forward_flops
from lab.training import Recipe, Trainer
from lab.transformer import Config, Transformer


@dataclass(frozen=True)
class Routing:
    """How many experts there are and how each token is shared among its `top_k`.

    An output is weighted by the router's probability of its expert, as in Switch; `normalise` makes
    the weights of a token sum to one, as in Mixtral.
    """

    n_experts: int
    top_k: int = 1
    normalise: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.top_k <= self.n_experts:
            raise ValueError(f"top_k is {self.top_k}; it must lie between 1 and {self.n_experts}")

    def __call__(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Weights and numbers of each token's experts, best first: (tokens, n) to twice (tokens, k)."""
        weights, chosen = logits.softmax(-1).topk(self.top_k)
        if self.normalise:
            weights = weights / weights.sum(-1, keepdim=True)
        return weights, chosen


class MixtureOfExperts(nn.Module):
    """`n_experts` SwiGLU layers, each `config.d_ff` wide, behind one linear router."""

    def __init__(self, config: Config, routing: Routing, generator: torch.Generator) -> None:
        super().__init__()
        self.routing = routing
        n, width, d_ff = routing.n_experts, config.d_model, config.d_ff
        self.router = nn.Linear(width, n, bias=False)
        self.gate_up = nn.Parameter(torch.empty(n, 2 * d_ff, width))
        self.down = nn.Parameter(torch.zeros(n, width, d_ff))  # as in `Transformer`: starts at zero
        for weight in (self.router.weight, self.gate_up):
            nn.init.normal_(weight, std=width**-0.5, generator=generator)

    def forward(self, x: Tensor) -> Tensor:
        tokens = x.flatten(0, -2)
        weights, chosen = self.routing(self.router(tokens))
        order = chosen.flatten().argsort(stable=True)
        ends = torch.bincount(chosen.flatten(), minlength=self.routing.n_experts).cumsum(0).int()
        rows = order // self.routing.top_k  # the token of each choice, first expert's tokens first
        gate, up = F.grouped_mm(tokens[rows], self.gate_up.mT, offs=ends).chunk(2, dim=-1)
        outputs = F.grouped_mm(F.silu(gate) * up, self.down.mT, offs=ends)
        weighted = outputs * weights.flatten()[order, None]
        return torch.zeros_like(tokens).index_add(0, rows, weighted).view_as(x)


class MixtureTransformer(Transformer):
    """A `Transformer` with a mixture of experts in every block; `config.d_ff` is one expert's width."""

    def __init__(self, config: Config, routing: Routing, seed: int) -> None:
        super().__init__(config, seed)
        self.routing = routing
        generator = torch.Generator().manual_seed(seed)
        for block in self.blocks:
            block.feed_forward = MixtureOfExperts(config, routing, generator)


@contextmanager
def router_logits(model: nn.Module) -> Iterator[list[Tensor]]:
    """Within the block, a list that fills with each layer's logits (tokens, n_experts) in turn."""
    seen: list[Tensor] = []
    layers = [layer for layer in model.modules() if isinstance(layer, MixtureOfExperts)]
    hooks = [
        layer.router.register_forward_hook(lambda _, inputs, logits: seen.append(logits))
        for layer in layers
    ]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


@torch.inference_mode()
def expert_choices(model: MixtureTransformer, tokens: Tensor) -> list[Tensor]:
    """Each layer's chosen experts for `tokens` (batch, positions): (batch · positions, top_k)."""
    with router_logits(model) as layers:
        model(tokens)
    return [model.routing(logits)[1] for logits in layers]


def shares(chosen: Tensor, n_experts: int) -> Tensor:
    """Share of all choices that fell on each expert; shape (n_experts,)."""
    return torch.bincount(chosen.flatten(), minlength=n_experts) / chosen.numel()


def balance_loss(logits: Tensor, routing: Routing) -> Tensor:
    """n · Σ f·P for one layer's logits (tokens, n): 1 where choices and probabilities are even.

    f is the share of choices that fell on an expert, P its mean probability (Fedus et al. 2021,
    equations 4 to 6); the gradient runs through P alone.
    """
    f = shares(routing(logits)[1], routing.n_experts)
    return routing.n_experts * (f * logits.softmax(-1).mean(0)).sum()


class BalancedTrainer(Trainer):
    """Trains a `MixtureTransformer` with `balance` times every layer's balance loss on top.

    `losses` holds the sum of both.
    """

    def __init__(
        self, model: MixtureTransformer, tokens: Tensor, recipe: Recipe, seed: int, balance: float
    ) -> None:
        super().__init__(model, tokens, recipe, seed)
        self.routing, self.balance = model.routing, balance

    def loss(self) -> Tensor:
        with router_logits(self.model) as layers:
            loss = super().loss()
        return loss + self.balance * sum(balance_loss(each, self.routing) for each in layers)


def total_parameters(model: nn.Module) -> int:
    """Every number in memory."""
    return sum(parameter.numel() for parameter in model.parameters())


def active_parameters(model: MixtureTransformer) -> int:
    """Those that work on one token: all but the experts that it does not visit."""
    expert = 3 * model.config.d_model * model.config.d_ff
    idle = model.routing.n_experts - model.routing.top_k
    return total_parameters(model) - model.config.n_layers * idle * expert


def mixture_flops(config: Config, routing: Routing, context: int) -> int:
    """FLOPs to read one token, as in `lab.accounting.forward_flops`: chosen experts and router."""
    router = 2 * config.n_layers * config.d_model * routing.n_experts
    return forward_flops(replace(config, d_ff=routing.top_k * config.d_ff), context) + router
