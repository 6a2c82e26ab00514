"""The models of the page on tools, examined: from memory, from memory with abstention, with tools."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from lab.agent import Call
from lab.evaluation import share_interval
from lab.facts import KINDS, Question, World, examination, search, world
from lab.results import Experiment
from lab.tool_model import (
    STEPS,
    VARIANTS,
    Variant,
    abstained,
    converse,
    own_loss,
    rows,
    train,
    transcripts_of,
)
from lab.tools import CALCULATOR
from lab.transformer import Transformer

SEEDS = (0, 1, 2)
RATES, RATES_SEED = (1e-3, 3e-3, 1e-2), 100


@dataclass(frozen=True)
class Outcome:
    """How many of the `n` questions of a kind a model got right or wrong, or abstained from.

    To abstain is right where no document has the answer; it is counted as abstention alone.
    `called` counts the conversations that begin with a call of the right tool, `misstated` those of
    them whose call has other arguments than the question needs.
    """

    seed: int
    model: str
    kind: str
    n: int
    right: int
    wrong: int
    abstained: int
    called: int
    misstated: int


def verdict(answer: str | None, question: Question) -> str:
    """`abstained`, `right` or `wrong`; wrong means said with no reserve: a hallucination."""
    if abstained(answer):
        return "abstained"
    return "right" if answer == question.answer else "wrong"


def examine(model: Transformer, world_: World, seed: int, name: str) -> list[Outcome]:
    """The examination of one model, a row for each kind of question."""
    tools = [CALCULATOR, search(world_.documents)] if VARIANTS[name].tools else []
    asked = examination(world_, seed)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for question, transcript in zip(
        asked, converse(model, tools, [q.text for q in asked]), strict=True
    ):
        of_kind, first = counts[question.kind], transcript.entries[0]
        of_kind[verdict(transcript.answer, question)] += 1
        if isinstance(first, Call) and first.tool == question.call.tool:
            of_kind["called"] += 1
            of_kind["misstated"] += first != question.call
    columns = ("right", "wrong", "abstained", "called", "misstated")
    return [
        Outcome(
            seed,
            name,
            kind,
            sum(q.kind == kind for q in asked),
            *(counts[kind][c] for c in columns),
        )
        for kind in KINDS
    ]


def examine_all(seed: int) -> list[Outcome]:
    """All variants of one seed, taught about the same world, on the same examination."""
    w = world(seed)
    return [
        row
        for name, variant in VARIANTS.items()
        for row in examine(train(w, seed, variant), w, seed, name)
    ]


def pooled(
    found: Sequence[Mapping[str, Any]], count: str, of: str = "n"
) -> tuple[float, float, float]:
    """The share of the column `count` in the column `of` over all rows, and its interval."""
    hits, n = (sum(row[column] for row in found) for column in (count, of))
    return hits / n, *share_interval(hits, n)


@dataclass(frozen=True)
class Rate:
    """A variant's loss on fresh lessons at one learning rate, in nats a token of its own."""

    seed: int
    model: str
    lr: float
    loss: float


def tune(model: str, lr: float) -> list[Rate]:
    """The loss that the learning rate was chosen by."""
    w, variant = world(RATES_SEED), VARIANTS[model]
    trained = train(w, RATES_SEED, variant, lr)
    return [Rate(RATES_SEED, model, lr, fresh_loss(trained, w, variant))]


@torch.inference_mode()
def fresh_loss(model: Transformer, world_: World, variant: Variant) -> float:
    """The loss on lessons of a tenth of a training, other ones than the model was taught."""
    tokens, own = rows(transcripts_of(world_, RATES_SEED + 1, variant, STEPS // 10))
    return own_loss(model(tokens[:, :-1]), tokens[:, 1:], own[:, 1:]).item()


EXPERIMENTS = [
    Experiment(
        "tool-rates",
        tune,
        [{"model": model, "lr": lr} for model in VARIANTS for lr in RATES],
        "The models of the page on tools at three learning rates, judged by loss on fresh lessons.",
    ),
    Experiment(
        "tool-models",
        examine_all,
        [{"seed": seed} for seed in SEEDS],
        "Answers from memory, with and without abstention, and with tools; three seeds.",
    ),
]
