"""Longer contexts for `post-training/mid-training`: train on short windows, stretch, read long ones.

A model pre-trained on windows of `TRAINED` characters is tested on windows of `LONG`, with its rotary
positions as they are, interpolated, or stretched by YaRN; at once, and after a short continued training
on long windows.
"""

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.midtraining import RECIPE, Texts, last, midtrain, pretrain, texts, texts_to_tune_on
from lab.results import Experiment
from lab.rope import Interpolation, Scaling, Yarn
from lab.training import Trainer, cooldown, cross_entropy
from lab.transformer import Transformer

TRAINED, LONG = RECIPE.context, 4 * RECIPE.context
STRETCHES: dict[str, Scaling | None] = {
    "nothing": None,
    "interpolation": Interpolation(LONG / TRAINED),
    "YaRN": Yarn(LONG / TRAINED, TRAINED),
}
STEPS = 60  # of continued training, about 60,000 characters
# Of pre-training's rate: of four, the best for interpolation (`results/long-context-rates.csv`).
LR_FACTOR = 1.0
BUCKET = 32


@dataclass(frozen=True)
class Reading:
    """A stretched model's mean held-out loss over the positions from `start` to `start + BUCKET`."""

    seed: int
    stretch: str
    steps: int
    lr_factor: float
    start: int
    loss: float


def stretched(model: Transformer, scaling: Scaling | None) -> Transformer:
    """The same weights with other rotary positions."""
    copy = Transformer(replace(model.config, rope_scaling=scaling), seed=0)
    copy.load_state_dict(model.state_dict())
    return copy


def lengthen(
    model: Transformer, text: Tensor, seed: int, lr_factor: float = LR_FACTOR, context: int = LONG
) -> Transformer:
    """`model` trained further, in place, on windows of `context`; a step reads as much as before."""
    recipe = replace(
        RECIPE,
        lr=lr_factor * RECIPE.lr,
        warmup=10,
        context=context,
        batch_size=RECIPE.tokens_per_step // context,
    )
    trainer = Trainer(model, text, recipe, seed)
    trainer.advance(STEPS, cooldown(recipe, 0, STEPS))
    return model


@torch.inference_mode()
def loss_by_position(model: Transformer, tokens: Tensor, context: int = LONG) -> Tensor:
    """Mean loss in nats a character at each position, shape (context,), over 512 spread windows."""
    starts = torch.linspace(0, len(tokens) - context - 1, 512).long()
    losses = [
        F.cross_entropy(model(part[:, :-1]).transpose(1, 2), part[:, 1:], reduction="none")
        for part in tokens[starts[:, None] + torch.arange(context + 1)].split(64)
    ]
    return torch.cat(losses).mean(0)


def buckets(losses: Tensor) -> list[float]:
    """The mean of `losses` (positions,) over each stretch of `BUCKET` positions."""
    return [part.mean().item() for part in losses.split(BUCKET)]


@torch.inference_mode()
def second_reading(model: Transformer, tokens: Tensor, distance: int = 32) -> tuple[float, float]:
    """Loss on a passage of `distance` characters read for the second time, and for the first.

    The second reading follows the first at once; the control reads another passage before it.  A model
    that can look back and copy has a far lower loss the second time.  The first eight characters are
    not counted, because it takes some to recognise the passage.
    """
    starts = torch.linspace(0, len(tokens) - 2 * distance, 512).long()
    passage = tokens[starts[:, None] + torch.arange(distance)]
    other = passage.roll(1, dims=0)

    def after(before: Tensor) -> float:
        logits = model(torch.cat([before, passage], dim=1))[:, distance + 7 : -1]
        return cross_entropy(logits, passage[:, 8:]).item()

    return after(passage), after(other)


def pretrained(text: Texts, seed: int) -> Transformer:
    """A model finished on short windows of the general text."""
    batches = last(text, 1.0, seed)
    model = midtrain(pretrain(batches, seed), batches).model
    assert isinstance(model, Transformer)
    return model


def extend(seed: int) -> list[Reading]:
    """Every stretch, before and after the continued training; and as much of it on short windows."""
    text = texts()
    model = pretrained(text, seed)
    readings = []
    for name, scaling in STRETCHES.items():
        longer = stretched(model, scaling)
        readings += _read(seed, name, 0, 0.0, longer, text.general_test)
        lengthen(longer, text.general, seed)
        readings += _read(seed, name, STEPS, LR_FACTOR, longer, text.general_test)
    short = lengthen(stretched(model, None), text.general, seed, context=TRAINED)
    return readings + _read(seed, "short windows", STEPS, LR_FACTOR, short, text.general_test)


def tune(lr_factors: tuple[float, ...]) -> list[Reading]:
    """The continued training at several learning rates, judged on training text set aside."""
    text = texts_to_tune_on()
    model = pretrained(text, seed=0)
    readings = []
    for name, scaling in STRETCHES.items():
        for lr_factor in lr_factors:
            longer = lengthen(stretched(model, scaling), text.general, 0, lr_factor)
            readings += _read(0, name, STEPS, lr_factor, longer, text.general_test)
    return readings


def _read(
    seed: int, stretch: str, steps: int, lr_factor: float, model: Transformer, tokens: Tensor
) -> list[Reading]:
    losses = buckets(loss_by_position(model, tokens))
    return [
        Reading(seed, stretch, steps, lr_factor, BUCKET * i, loss) for i, loss in enumerate(losses)
    ]


EXPERIMENTS = (
    Experiment(
        name="long-context-rates",
        about="Continued training on long windows at four rates, judged on text set aside.",
        run=tune,
        runs=[{"lr_factors": (0.25, 0.5, 1.0, 2.0)}],
    ),
    Experiment(
        name="long-context",
        about="Loss by position for every way to stretch the positions, three seeds.",
        run=extend,
        runs=[{"seed": seed} for seed in range(3)],
    ),
)
