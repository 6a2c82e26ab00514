"""Uneven data: one small model learns thirty-two dialects of a toy language, most of them from little.

A program is one command and a list of five digits, and its result is what the command makes of the
list: `d3 c5 4 1 7 0 2 = 2 0 7 1 4`.  All dialects have the same eight operations and the
same eight words for them, each in its own order.  Whoever knows the operations still has to learn
what eight words mean in each dialect.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from torch import Tensor

from lab.results import Experiment
from lab.training import Recipe, Trainer, cross_entropy
from lab.transformer import Transformer, llama_like

Ints = NDArray[np.int64]

DIALECTS, COMMANDS, LENGTH = 32, 8, 5
LISTS = 10**LENGTH
EQUALS, FIRST_COMMAND, FIRST_DIALECT = 10, 11, 11 + COMMANDS
VOCABULARY = FIRST_DIALECT + DIALECTS
PROMPT = 3 + LENGTH  # dialect, command, the list, the equals sign

SHARES = np.arange(1, DIALECTS + 1) ** -1.5
SHARES /= SHARES.sum()
PROGRAMS, STEPS, COOLDOWN = 20_000, 1500, 0.25
CONFIG = llama_like(VOCABULARY, d_model=64, n_layers=2)
# The rate of `lab.chain`, a model of the same shape; no other was tried here.
RECIPE = Recipe(lr=3e-3, batch_size=64, context=PROMPT + LENGTH, warmup=100)
JUDGED = 40  # programs for each command of each dialect


def results(lists: Ints) -> Ints:
    """What each operation makes of `lists` (n, LENGTH): shape (COMMANDS, n, LENGTH)."""
    first, *middle, last = range(LENGTH)
    return np.stack(
        [
            lists[:, ::-1],
            np.roll(lists, 1, axis=1),
            np.roll(lists, -1, axis=1),
            lists[:, [last, *middle, first]],
            lists[:, [1, 0, 3, 2, 4]],
            (lists + 1) % 10,
            (lists - 1) % 10,
            9 - lists,
        ]
    )


def meanings(seed: int) -> Ints:
    """Which operation each command names in each dialect: (DIALECTS, COMMANDS)."""
    rng = np.random.default_rng((seed, 1))
    return np.stack([rng.permutation(COMMANDS) for _ in range(DIALECTS)])


def lists(n: int, rng: np.random.Generator, *, held_out: bool) -> Ints:
    """`n` lists of digits, all of the tenth that no training shows, or none of them: (n, LENGTH)."""
    shuffled = np.random.default_rng(0).permutation(LISTS)
    allowed = shuffled[: LISTS // 10] if held_out else shuffled[LISTS // 10 :]
    return rng.choice(allowed, n)[:, None] // 10 ** np.arange(LENGTH) % 10


def written(dialect: Ints, command: Ints, given: Ints, names: Ints) -> Tensor:
    """Programs with their results as tokens, (n, PROMPT + LENGTH); `names` as from `meanings`."""
    n = len(dialect)
    made = results(given)[names[dialect, command], np.arange(n)]
    columns = (dialect + FIRST_DIALECT, command + FIRST_COMMAND, given, np.full(n, EQUALS), made)
    return torch.from_numpy(np.column_stack(columns))


def counts(programs: int) -> Ints:
    """How many of `programs` each dialect has: a power law of its rank."""
    return np.maximum(1, np.round(SHARES * programs)).astype(np.int64)


def corpus(programs: int, seed: int) -> tuple[Tensor, Ints]:
    """The programs that exist, and the dialect of each."""
    rng = np.random.default_rng((seed, 2))
    dialect = np.repeat(np.arange(DIALECTS), counts(programs))
    command = rng.integers(COMMANDS, size=len(dialect))
    given = lists(len(dialect), rng, held_out=False)
    return written(dialect, command, given, meanings(seed)), dialect


def shown(programs: int, power: float, seed: int) -> Tensor:
    """The programs to train on, in rows: those that exist, or a draw from them.

    At `power` 1 the loop takes them as they are, again and again.  Below, as many as it needs are
    drawn, a dialect in proportion to its count to that power: 0 shows all dialects equally often.
    """
    exist, dialect = corpus(programs, seed)
    if power == 1:
        return exist
    each = counts(programs)
    weights = (each ** (power - 1.0))[dialect]
    rng = np.random.default_rng((seed, 3))
    drawn = rng.choice(len(exist), STEPS * RECIPE.batch_size, p=weights / weights.sum())
    return exist[drawn]


class ProgramTrainer(Trainer):
    """Learns from the results only: nobody can foretell the digits of a list."""

    def loss(self) -> Tensor:
        inputs, targets = self.batch(self.step)
        answers = slice(PROMPT - 1, PROMPT - 1 + LENGTH)
        return cross_entropy(self.model(inputs)[:, answers], targets[:, answers])


def train(programs: int, power: float, seed: int) -> Transformer:
    """A model trained for `STEPS` on what is `shown`."""
    rows = shown(programs, power, seed).flatten()
    # The loop predicts the next token of each, so the last row needs one more.
    tokens = torch.cat([rows, rows[:1]])
    trainer = ProgramTrainer(Transformer(CONFIG, seed), tokens, RECIPE, seed)
    trainer.advance(round((1 - COOLDOWN) * STEPS))
    model = trainer.cooled(STEPS).model
    assert isinstance(model, Transformer)
    return model


@torch.inference_mode()
def accuracy(model: Transformer, seed: int) -> NDArray[np.float64]:
    """The share of right results, all five digits, on lists held out: (DIALECTS, COMMANDS)."""
    dialect, command = np.divmod(np.arange(DIALECTS * COMMANDS).repeat(JUDGED), COMMANDS)
    given = lists(len(dialect), np.random.default_rng((seed, 4)), held_out=True)
    programs = written(dialect, command, given, meanings(seed))
    right = [
        (model(some[:, :-1])[:, PROMPT - 1 :].argmax(-1) == some[:, PROMPT:]).all(1)
        for some in programs.split(1024)
    ]
    return torch.cat(right).double().numpy().reshape(DIALECTS, COMMANDS, JUDGED).mean(2)


def needed(examples: Sequence[float], right: Sequence[float], wanted: float) -> float:
    """The fewest `examples` from which the share of right results is `wanted`; inf if none.

    The shares (dialects,) are first made to rise with the examples, by isotonic regression.
    """
    order = np.argsort(examples)
    rising = isotonic_regression(np.asarray(right, float)[order]).x
    enough = np.flatnonzero(rising >= wanted)
    return float(np.asarray(examples, float)[order][enough[0]]) if len(enough) else np.inf


@dataclass(frozen=True)
class Learned:
    """How well a model does one dialect, given how many of its programs exist."""

    variant: str
    seed: int
    dialect: int
    examples: int
    accuracy: float


# Programs that exist, and the power of their counts by which they are shown.
VARIANTS = {
    "as found": (PROGRAMS, 1.0),
    "twice the data": (2 * PROGRAMS, 1.0),
    "square root": (PROGRAMS, 0.5),
    "balanced": (PROGRAMS, 0.0),
}


def learn(variant: str, seed: int) -> list[Learned]:
    """Train one variant and judge it on every dialect."""
    programs, power = VARIANTS[variant]
    right = accuracy(train(programs, power, seed), seed).mean(1)
    rows = enumerate(zip(counts(programs).tolist(), right.tolist(), strict=True))
    return [Learned(variant, seed, rank + 1, examples, share) for rank, (examples, share) in rows]


EXPERIMENTS = (
    Experiment(
        name="dialects",
        about="Thirty-two dialects whose share of the data falls as rank to the power -1.5: as found, "
        "with twice the data for as many steps, shown by the square root of their counts, and all "
        "equally often; three seeds.",
        run=learn,
        runs=[{"variant": variant, "seed": seed} for seed in range(3) for variant in VARIANTS],
    ),
)
