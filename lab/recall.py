"""Associative recall in miniature: needles of one token, hidden in filler, for a model of one layer.

A needle is a token that stands for a key of two parts and a value; a query names a key and asks for
its value.  The task is associative recall (Arora et al. 2023, "Zoology") made easier: there key and
value are separate tokens, and a model must first learn to put them together.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lab.results import Experiment
from lab.training import Recipe, Trainer, cooldown, cross_entropy
from lab.transformer import Config, Transformer

PARTS, VALUES, FILLERS = 6, 8, 16
KEYS = PARTS**2
# Token ids in this order: values (only answered), queries, needles, filler.
FIRST_QUERY = VALUES
FIRST_NEEDLE = FIRST_QUERY + KEYS
FIRST_FILLER = FIRST_NEEDLE + KEYS * VALUES
VOCABULARY = FIRST_FILLER + FILLERS

TRAINED = 32  # tokens of text in training
QUERIES = 8  # after each text in training
MOST = 8  # needles in a text
RECIPE = Recipe(lr=5e-3, batch_size=32, context=TRAINED)
QUARTERS = 4


@dataclass(frozen=True)
class Lesson:
    """What is practised: texts with 1 to `needles` needles, in every second step alike."""

    needles: int
    steps: int


LESSONS = {"one needle": Lesson(1, 600), "many needles": Lesson(MOST, 1200)}


@dataclass(frozen=True)
class Texts:
    """`tokens` (texts, length + queries) end in the queries; `answers`, `places` (texts, queries).

    A place is the position of the needle that was asked for.
    """

    tokens: Tensor
    answers: Tensor
    places: Tensor


def texts(
    n: int, length: int, needles: int, alike: bool, queries: int, generator: torch.Generator
) -> Texts:
    """`n` texts of filler with `needles` needles of different keys, and questions about them.

    With one query it asks for the first needle drawn, whose place is random.  Where they are `alike`,
    every other key has one part in common with the first: its first part, its second, in turn.
    """
    tokens = torch.randint(FIRST_FILLER, VOCABULARY, (n, length), generator=generator)
    places = torch.rand(n, length, generator=generator).argsort(1)[:, :needles]
    keys = (_alike if alike else _different)(n, needles, generator)
    values = torch.randint(VALUES, (n, needles), generator=generator)
    tokens.scatter_(1, places, FIRST_NEEDLE + keys * VALUES + values)
    asked = torch.randint(needles if queries > 1 else 1, (n, queries), generator=generator)
    return Texts(
        torch.cat([tokens, FIRST_QUERY + keys.gather(1, asked)], dim=1),
        values.gather(1, asked),
        places.gather(1, asked),
    )


def _different(n: int, needles: int, generator: torch.Generator) -> Tensor:
    return torch.rand(n, KEYS, generator=generator).argsort(1)[:, :needles]


def _alike(n: int, needles: int, generator: torch.Generator) -> Tensor:
    first, second = torch.rand(2, n, PARTS, generator=generator).argsort(2)
    number = torch.arange(needles)
    turn = (number + 1) // 2
    same_first, same_second = (number % 2 == 1), (number % 2 == 0)
    a = first[:, torch.where(same_first, 0, turn)]
    b = second[:, torch.where(same_second, 0, turn)]
    return a * PARTS + b


def config() -> Config:
    """One layer, two heads."""
    return Config(VOCABULARY, d_model=64, n_layers=1, n_heads=2, n_kv_heads=2, d_ff=168)


class RecallTrainer(Trainer):
    """A `Trainer` that meets new texts at every step; they depend on seed and step alone."""

    def __init__(self, model: Transformer, lesson: Lesson, seed: int) -> None:
        # There is no text to cut into windows, so the loop is given the least that it accepts.
        nothing = torch.zeros(RECIPE.tokens_per_step + 1, dtype=torch.long)
        super().__init__(model, nothing, RECIPE, seed)
        self.lesson, self.seed = lesson, seed

    def loss(self) -> Tensor:
        """This step's loss in nats an answer."""
        generator = torch.Generator().manual_seed(1_000_003 * self.seed + self.step)
        needles = int(torch.randint(1, self.lesson.needles + 1, (), generator=generator))
        alike = self.step % 2 == 1
        batch = texts(RECIPE.batch_size, TRAINED, needles, alike, QUERIES, generator)
        return cross_entropy(self.model(batch.tokens)[:, TRAINED:], batch.answers)


def train(lesson: str, seed: int) -> Transformer:
    """A model that has practised `lesson` (of `LESSONS`)."""
    model = Transformer(config(), seed)
    steps = LESSONS[lesson].steps
    RecallTrainer(model, LESSONS[lesson], seed).advance(steps, cooldown(RECIPE, 0, steps))
    return model.eval()


@torch.inference_mode()
def answered(model: Transformer, tokens: Tensor) -> Tensor:
    """The model's answers to the last token of each row, shape (texts,)."""
    return torch.cat([model(part)[:, -1, :VALUES].argmax(-1) for part in tokens.split(64)])


def last_needle(tokens: Tensor) -> Tensor:
    """A heuristic: the value of the last needle, whatever its key, shape (texts,)."""
    body = tokens[:, :-1]
    is_needle = (body >= FIRST_NEEDLE) & (body < FIRST_FILLER)
    last = (is_needle * torch.arange(1, body.shape[1] + 1)).argmax(1, keepdim=True)
    return (body.gather(1, last).squeeze(1) - FIRST_NEEDLE) % VALUES


def commonest_value(tokens: Tensor) -> Tensor:
    """A heuristic: the value that most needles have, of equally common ones the least: (texts,)."""
    body = tokens[:, :-1]
    is_needle = (body >= FIRST_NEEDLE) & (body < FIRST_FILLER)
    values = (body - FIRST_NEEDLE) % VALUES
    return ((values[..., None] == torch.arange(VALUES)) & is_needle[..., None]).sum(1).argmax(1)


# Needles in the text, and whether their keys share a part with the one asked for.
TESTS = {
    "plain": (1, False),
    "3 distractors": (4, False),
    "7 distractors": (MOST, False),
    "7 distractors alike": (MOST, True),
}
LENGTHS = (TRAINED, 2 * TRAINED, 4 * TRAINED)
TESTED = 400


@dataclass(frozen=True)
class Score:
    """`right` of `n` texts in which the needle lay in this `quarter` (0 to 3) of the text."""

    seed: int
    lesson: str
    test: str
    length: int
    quarter: int
    n: int
    right: int


def examination(test: str, length: int, seed: int, n: int = TESTED) -> Texts:
    """The texts of a test, which no training has met: its seeds are negative."""
    generator = torch.Generator().manual_seed(-1 - seed)
    return texts(n, length, *TESTS[test], 1, generator)


def examine(model: Transformer, seed: int, lesson: str) -> list[Score]:
    """`model` in every test, at every length, by quarter of the text."""
    scores = []
    for test in TESTS:
        for length in LENGTHS:
            asked = examination(test, length, seed)
            right = answered(model, asked.tokens) == asked.answers[:, 0]
            quarters = QUARTERS * asked.places[:, 0] // length
            for quarter in range(QUARTERS):
                here = right[quarters == quarter]
                scores.append(
                    Score(seed, lesson, test, length, quarter, len(here), int(here.sum()))
                )
    return scores


def learn(lesson: str, seed: int) -> list[Score]:
    """Train on `lesson`, then examine."""
    return examine(train(lesson, seed), seed, lesson)


EXPERIMENTS = (
    Experiment(
        name="recall",
        about="A one-layer model taught with one needle or with many, tested by length and depth.",
        run=learn,
        runs=[{"lesson": lesson, "seed": seed} for seed in range(5) for lesson in LESSONS],
    ),
)
