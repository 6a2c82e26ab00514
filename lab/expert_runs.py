"""A mixture of experts against dense models: the runs behind the page `mixture-of-experts`.

All read the same plays in the same order.  `dense` has the feed-forward layer that a token of the
mixture uses, `large` the one that all its experts make together.  Rates come from `expert-rates`,
on training text set aside.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from lab.accounting import forward_flops
from lab.corpus import load_corpus
from lab.experts import (
    BalancedTrainer,
    MixtureTransformer,
    Routing,
    active_parameters,
    expert_choices,
    mixture_flops,
    shares,
    total_parameters,
)
from lab.results import Experiment
from lab.training import Recipe, Trainer, held_out_loss
from lab.transformer import Transformer, llama_like

WIDTH, N_LAYERS = 32, 3
D_FF = 96  # three times the width, so that half of it is a multiple of four, as `grouped_mm` asks
BALANCE = 0.01  # the weight that Switch chose among powers of ten (Fedus et al. 2021)
STEPS = (300, 600, 1200)
DENSE_STEPS = (*STEPS, 2400, 4000)  # until it has caught up; within one reading of the plays
COOLDOWN = 0.25
LR = 0.28 / WIDTH  # as in `lab.ladder`
FACTORS = {"4 experts": 2.0, "32 experts": 0.5, "one of 8": 0.5}  # of that rate, by `expert-rates`


@dataclass(frozen=True)
class Spec:
    """A model of the comparison; `d_ff` is the width of one expert, or of the one layer."""

    d_ff: int
    routing: Routing | None = None
    balance: float = BALANCE
    frozen: bool = False


def of(n_experts: int, top_k: int, normalise: bool = True) -> Spec:
    """A mixture whose chosen experts are together as wide as the dense layer."""
    return Spec(D_FF // top_k, Routing(n_experts, top_k, normalise))


SPECS = {
    "dense": Spec(D_FF),
    "mixture": of(16, 2),
    "large": Spec(8 * D_FF),
    "2 experts": of(2, 2),
    "4 experts": of(4, 2),
    "8 experts": of(8, 2),
    "32 experts": of(32, 2),
    "one of 8": of(8, 1, normalise=False),  # Switch
    "no balance": replace(of(16, 2), balance=0.0),
    "frozen router": replace(of(16, 2), balance=0.0, frozen=True),
}


@dataclass(frozen=True)
class Point:
    """A finished model; `loss` in nats a character, `flops` to read one, `busiest` the largest
    share of a layer's choices that one expert took, in the worst layer."""

    seed: int
    model: str
    lr: float
    active: int
    total: int
    flops: int
    tokens: int
    loss: float
    busiest: float


def learning_rate(model: str) -> float:
    """The best of the four that `expert-rates` tried."""
    return FACTORS.get(model, 1.0) * LR


def trainer(model: str, seed: int, tokens: Tensor, lr: float) -> Trainer:
    """The trainer of one of `SPECS` on `tokens`, at its first step."""
    spec = SPECS[model]
    config = llama_like(load_corpus().tokenizer.vocab_size, WIDTH, N_LAYERS)
    config, recipe = replace(config, d_ff=spec.d_ff), Recipe(lr=lr)
    if spec.routing is None:
        return Trainer(Transformer(config, seed), tokens, recipe, seed)
    mixture = MixtureTransformer(config, spec.routing, seed)
    for name, weight in mixture.named_parameters():
        weight.requires_grad_(not (spec.frozen and "router" in name))
    return BalancedTrainer(mixture, tokens, recipe, seed, spec.balance)


def finish(
    model: str, steps: Sequence[int], seed: int, train: Tensor, test: Tensor, lr: float
) -> tuple[list[Point], nn.Module]:
    """Train one model, cooled down at each of the increasing `steps`; its points and the last one."""
    trunk = trainer(model, seed, train, lr)
    points: list[Point] = []
    finished: nn.Module = trunk.model
    for stop in steps:
        trunk.advance(round((1 - COOLDOWN) * stop))
        finished = trunk.cooled(stop).model
        assert isinstance(finished, Transformer)
        points.append(measure(model, seed, lr, stop * trunk.recipe.tokens_per_step, finished, test))
    return points, finished


def measure(
    name: str, seed: int, lr: float, tokens: int, model: Transformer, test: Tensor
) -> Point:
    """What `Point` records of a finished model."""
    context, total = Recipe(lr).context, total_parameters(model)
    loss = held_out_loss(model, test, context)
    if not isinstance(model, MixtureTransformer):
        flops = forward_flops(model.config, context)
        return Point(seed, name, lr, total, total, flops, tokens, loss, busiest=1.0)
    flops, n = mixture_flops(model.config, model.routing, context), model.routing.n_experts
    layers = expert_choices(model, excerpts(test, context))
    busiest = max(shares(chosen, n).max().item() for chosen in layers)
    return Point(seed, name, lr, active_parameters(model), total, flops, tokens, loss, busiest)


def excerpts(text: Tensor, context: int, number: int = 200) -> Tensor:
    """`number` windows spread evenly over `text`: (number, context)."""
    starts = torch.linspace(0, len(text) - context, number).long()
    return text[starts[:, None] + torch.arange(context)]


def run(model: str, steps: Sequence[int], seed: int) -> list[Point]:
    """One model on all training plays, judged on the plays held out."""
    corpus = load_corpus()
    return finish(model, steps, seed, corpus.train, corpus.val, learning_rate(model))[0]


def tune(model: str, lr: float, seed: int) -> list[Point]:
    """One model at one rate, judged on training text set aside: never on the test plays."""
    corpus = load_corpus()
    train, aside = corpus.train.split([len(corpus.train) - len(corpus.val), len(corpus.val)])
    return finish(model, STEPS[1:2], seed, train, aside, lr)[0]


EXPERIMENTS = (
    Experiment(
        name="expert-rates",
        about="Every model at four learning rates, 600 steps, judged on training text set aside.",
        run=tune,
        runs=[
            {"model": model, "lr": factor * LR, "seed": seed}
            for model in SPECS
            for factor in (0.5, 1.0, 2.0, 4.0)
            for seed in range(2)
        ],
    ),
    Experiment(
        name="experts",
        about="A mixture of experts and two dense models, of its active and of its total size, by "
        "number of steps.",
        run=run,
        runs=[
            {"model": model, "steps": steps, "seed": seed}
            for model, steps in (
                ("dense", DENSE_STEPS[:-1]),
                ("dense", DENSE_STEPS[-1:]),
                ("mixture", STEPS),
                ("large", STEPS),
            )
            for seed in range(3)
        ],
    ),
    Experiment(
        name="expert-variants",
        about="Other numbers of experts, other routing and no balance loss, at 600 steps.",
        run=run,
        runs=[
            {"model": model, "steps": STEPS[1:2], "seed": seed}
            for model in SPECS
            if model not in ("dense", "mixture", "large")
            for seed in range(3)
        ],
    ),
)
