"""Two-phase training for `post-training/mid-training`: Shakespeare first, *Paradise Lost* last.

The algorithm never changes; what changes is the text that each batch is drawn from.  Three quarters
of a run are pre-training on Shakespeare at a constant learning rate.  The last quarter, in which the
rate falls to zero, is mid-training on Milton, with a share of Shakespeare replayed.  The control reads
the same amounts of both, mixed evenly from beginning to end.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from lab.corpus import load_corpus, load_milton
from lab.results import Experiment
from lab.training import Recipe, Trainer, cooldown, held_out_loss, windows
from lab.transformer import Transformer, llama_like

WIDTH, N_LAYERS = 48, 3
STEPS, SWITCH = 800, 600
RECIPE = Recipe(lr=0.28 / WIDTH)  # the rate that chapter 4's sweep supports for this width
# Shares of Shakespeare in mid-training: nothing, an eighth, a quarter, a half; all is no mid-training.
REPLAY = (0.0, 0.125, 0.25, 0.5)
ASIDE = 50_000  # characters of each training text, set aside while choices are made
RUNS = {"last": (*REPLAY, 1.0), "evenly": (0.0, 0.25), "alone": (0.0,)}
SCARCE = 35_000  # characters: the first book of *Paradise Lost*

Batches = Callable[[int], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Texts:
    """Tokens to train on and to be judged by: the general text and the domain's."""

    general: Tensor
    domain: Tensor
    general_test: Tensor
    domain_test: Tensor


@dataclass(frozen=True)
class Outcome:
    """A finished model: where its domain text stood, and its held-out losses in nats a character."""

    seed: int
    order: str
    domain_characters: int
    replay: float
    lr_factor: float
    general: float
    domain: float


def texts(domain_characters: int | None = None) -> Texts:
    """The real experiment's text: three plays and Milton's last book are for testing alone."""
    shakespeare, milton = load_corpus(), load_milton()
    scarce = milton.train[:domain_characters]
    return Texts(shakespeare.train, scarce, shakespeare.val, milton.val)


def texts_to_tune_on() -> Texts:
    """The training text only, its ends set aside to judge choices by."""
    full = texts()
    general, general_aside = full.general.split([len(full.general) - ASIDE, ASIDE])
    domain, domain_aside = full.domain.split([len(full.domain) - ASIDE, ASIDE])
    return Texts(general, domain, general_aside, domain_aside)


def mixture(parts: Sequence[tuple[Tensor, float]], seed: int) -> Batches:
    """Batches in which each text has its share of the windows.

    Raises `ValueError` for a share that is not a whole number of them.
    """
    rows = [share * RECIPE.batch_size for _, share in parts]
    if any(count % 1 for count in rows):
        raise ValueError(f"{rows} windows in a batch of {RECIPE.batch_size}: choose whole numbers")
    draws = [
        windows(text, replace(RECIPE, batch_size=int(count)), seed)
        for (text, _), count in zip(parts, rows, strict=True)
        if count
    ]

    def batch(step: int) -> tuple[Tensor, Tensor]:
        inputs, targets = zip(*(draw(step) for draw in draws), strict=True)
        return torch.cat(inputs), torch.cat(targets)

    return batch


def pretrain(batches: Batches, seed: int) -> Trainer:
    """A fresh model brought to the switch at a constant rate."""
    corpus = load_corpus()
    config = llama_like(corpus.tokenizer.vocab_size, WIDTH, N_LAYERS)
    trainer = Trainer(Transformer(config, seed), corpus.train, RECIPE, seed)
    trainer.batch = batches
    trainer.advance(SWITCH)
    return trainer


def midtrain(trunk: Trainer, batches: Batches, lr_factor: float = 1.0) -> Trainer:
    """A branch of `trunk` that is cooled down on other `batches`, at `lr_factor` times the rate."""
    branch = copy.deepcopy(trunk)
    branch.batch = batches
    down = cooldown(RECIPE, SWITCH, STEPS)
    branch.advance(STEPS, lambda step: lr_factor * down(step))
    return branch


def last(text: Texts, replay: float, seed: int) -> Batches:
    """Mid-training: Milton, with the share `replay` of Shakespeare."""
    return mixture([(text.domain, 1 - replay), (text.general, replay)], seed)


def evenly(text: Texts, replay: float, seed: int) -> Batches:
    """The control: as much of each text as with `replay`, but spread over the whole run."""
    share = (1 - replay) * (STEPS - SWITCH) / STEPS
    return mixture([(text.domain, share), (text.general, 1 - share)], seed)


def judge(trainer: Trainer, text: Texts) -> tuple[float, float]:
    """Held-out losses in nats a character: on the general text, and on the domain's."""
    model, context = trainer.model, RECIPE.context
    general = held_out_loss(model, text.general_test, context)
    return general, held_out_loss(model, text.domain_test, context)


def throughout(batches: Batches, seed: int) -> Trainer:
    """The whole run on the same `batches`."""
    return midtrain(pretrain(batches, seed), batches)


def compare(
    order: str, seed: int, replays: Sequence[float], domain_characters: int | None = None
) -> list[Outcome]:
    """Finished models whose domain text comes "last", is spread "evenly", or is "alone"."""
    text = texts(domain_characters)
    if order == "last":
        trunk = pretrain(last(text, 1.0, seed), seed)
        finished = {replay: midtrain(trunk, last(text, replay, seed)) for replay in replays}
    else:
        mix = evenly if order == "evenly" else last
        finished = {replay: throughout(mix(text, replay, seed), seed) for replay in replays}
    return [
        Outcome(seed, order, len(text.domain), replay, 1.0, *judge(trainer, text))
        for replay, trainer in finished.items()
    ]


def tune(replay: float, lr_factors: Sequence[float]) -> list[Outcome]:
    """Mid-training at several learning rates, judged on training text set aside."""
    text = texts_to_tune_on()
    trunk = pretrain(last(text, 1.0, 0), 0)
    outcomes = []
    for lr_factor in lr_factors:
        tuned = midtrain(trunk, last(text, replay, 0), lr_factor)
        outcomes.append(
            Outcome(0, "last", len(text.domain), replay, lr_factor, *judge(tuned, text))
        )
    return outcomes


EXPERIMENTS = (
    Experiment(
        name="mid-training-rates",
        about="Mid-training at four learning rates, judged on training text set aside.",
        run=tune,
        runs=[{"replay": replay, "lr_factors": (0.25, 0.5, 1.0, 2.0)} for replay in (0.0, 0.25)],
    ),
    Experiment(
        name="mid-training",
        about="Milton last with a share of Shakespeare replayed, spread evenly, or alone; three seeds.",
        run=compare,
        runs=[
            {"order": order, "seed": seed, "replays": replays}
            for seed in range(3)
            for order, replays in RUNS.items()
        ],
    ),
    Experiment(
        name="mid-training-scarce",
        about="The same with only the first book of Milton to learn from, three seeds.",
        run=compare,
        runs=[
            {"order": order, "seed": seed, "replays": replays, "domain_characters": SCARCE}
            for seed in range(3)
            for order, replays in (("last", (0.25,)), ("alone", (0.0,)))
        ],
    ),
)
