"""Needles in haystacks: a number hidden in Shakespeare, and SmolLM2 asked for it.

The haystack is prose made of a play, the needle one sentence that gives a city a number (after Kamradt
2023).  Harder kinds add other cities' numbers, name the city only as a capital, or ask for several.
The wording was settled on *Hamlet*; the haystacks come from `PLAYS`.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from lab.corpus import works
from lab.results import Experiment
from lab.sampling import sample
from lab.smollm2 import load_smollm2, load_tokenizer
from lab.transformer import Transformer

PLAYS = ("twelfth_night", "much_ado_about_nothing", "julius_caesar", "macbeth")
T = TypeVar("T")
# Each is one token, so that prompts of one kind have their parts in the same places.
CAPITALS = {
    "Berlin": "Germany",
    "Oslo": "Norway",
    "Cairo": "Egypt",
    "Lima": "Peru",
    "Tokyo": "Japan",
    "Madrid": "Spain",
    "Dublin": "Ireland",
    "Warsaw": "Poland",
    "Lisbon": "Portugal",
    "Moscow": "Russia",
    "Beijing": "China",
    "Havana": "Cuba",
    "Nairobi": "Kenya",
    "Kabul": "Afghanistan",
    "Baghdad": "Iraq",
    "Tehran": "Iran",
    "Ottawa": "Canada",
    "Brussels": "Belgium",
    "Stockholm": "Sweden",
    "Helsinki": "Finland",
    "Budapest": "Hungary",
    "Seoul": "South Korea",
}
DEPTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
VERDICTS = ("right", "another's", "made up", "no number")
# Tokens that go through the model together: their cache takes 46 kB each.
TOKENS_AT_ONCE = 8192


@dataclass(frozen=True)
class Kind:
    """What stands in the haystack and how it is asked for.

    `distractors` are sentences with the numbers of other cities; `asked` is how many cities the
    question names, each with a needle unless `hidden` is false; `described` puts "the capital of
    Peru" in the text where the question says Lima; `twice` asks before the haystack as well; `begun`
    gives the model the first words of its answer.
    """

    distractors: int = 0
    asked: int = 1
    hidden: bool = True
    described: bool = False
    twice: bool = False
    begun: bool = False


KINDS = {
    "plain": Kind(),
    "1 distractor": Kind(distractors=1),
    "4 distractors": Kind(distractors=4),
    "16 distractors": Kind(distractors=16),
    "described": Kind(distractors=4, described=True),
    "asked twice": Kind(distractors=4, twice=True),
    "answer begun": Kind(distractors=4, begun=True),
    "several": Kind(asked=4),
    "no needle": Kind(hidden=False),
    "no needle, 4 distractors": Kind(distractors=4, hidden=False),
}


@dataclass(frozen=True)
class Trial:
    """One prompt of exactly `length` tokens; the cities and numbers asked for, others' numbers."""

    kind: str
    length: int
    depth: float
    cities: tuple[str, ...]
    wanted: tuple[int, ...]
    others: tuple[int, ...]
    prompt: tuple[int, ...]


def place(
    sentences: Sequence[Sequence[T]], needles: Sequence[Sequence[T]], depths: Sequence[float]
) -> list[Sequence[T]]:
    """`sentences` with each of `needles` at the boundary nearest to its depth.

    Depth 0 is before the first sentence and 1 behind the last; in between it is counted in items
    (tokens, characters) of the haystack alone.
    """
    ends = np.cumsum([0, *map(len, sentences)])
    at = [int(np.abs(ends - depth * ends[-1]).argmin()) for depth in depths]
    placed: list[Sequence[T]] = []
    for i in range(len(ends)):
        placed += [needle for needle, j in zip(needles, at, strict=True) if i == j]
        placed += sentences[i : i + 1]
    return placed


@cache
def play(title: str) -> tuple[tuple[int, ...], ...]:
    """The sentences of a play in tokens, in order, without stage directions and line breaks."""
    text = re.sub(r"\[[^\]]*\]|\s+", " ", works()[title])
    sentences = re.split(r"(?<=[.!?]) +", re.sub(r" +", " ", text).strip())
    return tuple(_tokens(" " + sentence) for sentence in sentences)


def _tokens(text: str) -> tuple[int, ...]:
    return tuple(_tokenizer().encode(text).tolist())


_tokenizer = cache(load_tokenizer)


def haystack(length: int, rng: random.Random) -> list[tuple[int, ...]]:
    """Sentences in sequence from somewhere in one of `PLAYS`: `length` tokens, the last cut short."""
    sentences = play(rng.choice(PLAYS))
    # A play opens with its title and list of persons.
    i = rng.randrange(len(sentences) // 20, len(sentences) // 2)
    hay: list[tuple[int, ...]] = []
    while length:
        hay.append(sentences[i][:length])
        length -= len(hay[-1])
        i += 1
    return hay


def trial(kind: str, length: int, number: int) -> Trial:
    """The trial of this number; its city, values, play and depth are the same for every kind.

    Raises `ValueError` where `length` leaves no room for a haystack.
    """
    what, rng = KINDS[kind], random.Random(1_000_003 * length + number)
    depth, cities = DEPTHS[number % len(DEPTHS)], rng.sample(sorted(CAPITALS), len(CAPITALS))
    values = rng.sample(range(1000, 10_000), len(CAPITALS))
    depths = [depth] + [rng.random() for _ in CAPITALS]
    asked, told = cities[: what.asked], cities[: what.asked + what.distractors]
    sentences = [
        _tokens(f" The secret number of {_name(city, what.described)} is {value}.")
        for city, value in zip(told, values, strict=False)
    ]
    first = 0 if what.hidden else what.asked
    before, after = _frame(asked, what)
    room = length - len(before) - len(after) - sum(map(len, sentences[first:]))
    if room < 1:
        raise ValueError(f"{length} tokens leave no room for a haystack; the rest takes {-room}")
    hay = place(haystack(room, rng), sentences[first:], depths[first : len(told)])
    return Trial(
        kind=kind,
        length=length,
        depth=depth,
        cities=tuple(asked),
        wanted=tuple(values[: what.asked]),
        others=tuple(values[what.asked : len(told)]),
        prompt=(*before, *(token for sentence in hay for token in sentence), *after),
    )


def _name(city: str, described: bool) -> str:
    return f"the capital of {CAPITALS[city]}" if described else city


def _frame(asked: Sequence[str], what: Kind) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The tokens of the prompt before the haystack and behind it."""
    several = f"{', '.join(asked[:-1])} and {asked[-1]}"
    question = f"What is the secret number of {asked[0]}?"
    if len(asked) > 1:
        question = f"What are the secret numbers of {several}?"
    slot = "|haystack|"
    content = f"{question}\n\n{slot}" if what.twice else slot
    chat = _tokenizer().chat([{"role": "user", "content": f"{content}\n\n{question}"}])
    before, after = chat.split(slot)
    begun = f"The secret number of {asked[0]} is" if what.begun else ""
    return _tokens(before), _tokens(after + begun)


def numbers(text: str) -> list[int]:
    """The whole numbers in `text`, in order, commas between digits left out."""
    return [int(digits) for digits in re.findall(r"\d+", re.sub(r"(?<=\d),(?=\d)", "", text))]


def verdict(reply: str, wanted: int, others: Sequence[int]) -> str:
    """One of `VERDICTS`, by the first number in the reply."""
    match numbers(reply):
        case []:
            return "no number"
        case [first, *_]:
            return "right" if first == wanted else "another's" if first in others else "made up"
    raise AssertionError("a list is empty or has a first item")


def replies(model: Transformer, trials: Sequence[Trial], n_tokens: int) -> list[str]:
    """The model's likeliest reply, of at most `n_tokens`, to each of `trials` of one length."""
    tokenizer, texts = _tokenizer(), []
    prompts = torch.tensor([trial.prompt for trial in trials])
    # Logits are wanted for the last position alone; the others' would cost a fifth of the work.
    with model.norm.register_forward_pre_hook(_last_position):
        for batch in prompts.split(max(1, TOKENS_AT_ONCE // prompts.shape[1])):
            drawn = sample(model, batch, n_tokens, temperature=0, end=tokenizer.end, seed=0)
            texts += [tokenizer.decode(i for i in row if i != tokenizer.end) for row in drawn]
    return [text.strip() for text in texts]


def _last_position(_: torch.nn.Module, inputs: tuple[Tensor]) -> tuple[Tensor]:
    return (inputs[0][:, -1:],)


@dataclass(frozen=True)
class Answer:
    """What SmolLM2 replied to a trial; `found` of the `asked` numbers stand in the reply."""

    kind: str
    length: int
    depth: float
    number: int
    wanted: str
    reply: str
    verdict: str
    asked: int
    found: int


def answer(kind: str, length: int, trials: int) -> list[Answer]:
    """SmolLM2's answers to the trials 0, 1, ... of this kind and length."""
    posed = [trial(kind, length, number) for number in range(trials)]
    n_tokens = 16 if KINDS[kind].asked == 1 else 64
    return [
        Answer(
            kind=kind,
            length=length,
            depth=each.depth,
            number=number,
            wanted=" ".join(map(str, each.wanted)),
            reply=reply,
            verdict=verdict(reply, each.wanted[0], each.others + each.wanted[1:]),
            asked=len(each.wanted),
            found=len(set(each.wanted) & set(numbers(reply))),
        )
        for number, (each, reply) in enumerate(
            zip(posed, replies(load_smollm2(), posed, n_tokens), strict=True)
        )
    ]


# Where every answer is right, more of them say little; the trials go where scores fall.
TRIALS = {
    ("plain", 256): 20,
    ("plain", 512): 20,
    ("plain", 1024): 10,
    ("plain", 2048): 10,
    ("4 distractors", 256): 20,
    ("4 distractors", 512): 60,
    ("4 distractors", 1024): 20,
    ("1 distractor", 512): 30,
    ("16 distractors", 512): 30,
    ("described", 512): 30,
    ("asked twice", 512): 30,
    ("answer begun", 512): 30,
    ("several", 512): 20,
    ("no needle", 512): 20,
    ("no needle, 4 distractors", 512): 20,
}
EXPERIMENTS = (
    Experiment(
        name="needles",
        about="SmolLM2's answers to needles in haystacks, by kind, length and depth, greedy.",
        run=answer,
        runs=[{"kind": kind, "length": n, "trials": t} for (kind, n), t in TRIALS.items()],
    ),
)
