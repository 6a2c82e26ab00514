"""A little world of villages: what a model can be asked, what it is taught, what it never sees.

A village has a flag, a trade, a fruit and an animal.  Facts are taught in Zipf frequencies, the
r-th 1/r times as often as the first, as names come in real text.  Some are never taught: a tenth of
the facts about taught villages (gaps), all those about some villages that the documents describe
(new), and villages that nothing describes (nowhere).  Sums of two numbers are asked besides.
"""

import json
import random
import re
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from lab.agent import Call
from lab.tasks import Problem, held_out
from lab.tools import Tool, search_tool

SYLLABLES = (
    "bel bor cal cor dal dor dun fal fen fir gal gor hal hel jor kal kel kor lan lor lum mar mel mir "
    "mor nal nel nim nor pel por ral ren rin ron sal sel sol tal tam tir tor val ven vil vor wen wil "
    "yor zan"
).split()
VALUES = {
    "flag": "red blue green white black grey gold pink amber brown ivory violet scarlet silver "
    "purple crimson",
    "trade": "baker smith weaver potter miller tanner mason cooper fisher hunter joiner brewer "
    "saddler glazier dyer tailor",
    "fruit": "apple pear plum cherry fig grape lemon quince melon peach olive date apricot mulberry "
    "orange medlar",
    "animal": "horse goat sheep ox hen goose duck bee dog cat pig mule hare owl stork swan",
}
WORDS = {attribute: words.split() for attribute, words in VALUES.items()}
UNKNOWN = "unknown"  # how a model says that it does not know
END = "."
VOCABULARY = [
    END,
    "?",
    "+",
    *"0123456789",
    "search",
    "calculator",
    UNKNOWN,
    *SYLLABLES,
    *WORDS,
    *(word for words in WORDS.values() for word in words),
]
_IDS = {token: i for i, token in enumerate(VOCABULARY)}
_TOKEN = re.compile("|".join(re.escape(t) for t in sorted(VOCABULARY, key=len, reverse=True)))

FAMILIAR, NEW, NOWHERE, GAPS = 150, 20, 80, 60
HEAD = TAIL = 100
N_SUMS = 100
KINDS = ("head", "tail", "gap", "new", "nowhere", "3 digits", "4 digits")


def encode(text: str) -> list[int]:
    """Token ids of `text`; blanks and commas only part tokens.  `ValueError` for any other text."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"[ ,]", "", text):
        raise ValueError(f"{text!r} has words outside the little world")
    return [_IDS[token] for token in tokens]


def decode(ids: list[int]) -> str:
    """The tokens of `ids` side by side, as a name, a number or a word is written."""
    return "".join(VOCABULARY[i] for i in ids)


@dataclass(frozen=True)
class Question:
    """A question, its right answer, and the call that a tool needs to find it."""

    kind: str
    text: str
    answer: str
    call: Call


Fact = tuple[str, str]  # a village and one of the attributes


@dataclass(frozen=True)
class World:
    """One such world.  `taught` is in order of frequency; `strangers` are names that mean nothing."""

    values: dict[str, dict[str, str]]
    taught: list[Fact]
    gaps: list[Fact]
    new: list[Fact]
    nowhere: list[Fact]
    strangers: list[str]

    @property
    def documents(self) -> dict[str, str]:
        """What there is to search, a text by name."""
        return {name: document(values) for name, values in self.values.items()}

    def ask(self, kind: str, fact: Fact) -> Question:
        """The question for a fact; what no document says is answered by `UNKNOWN`."""
        name, attribute = fact
        answer = self.values[name][attribute] if name in self.values else UNKNOWN
        call = Call("search", json.dumps({"query": name}))
        return Question(kind, f"{name} {attribute}?", answer, call)


def document(values: dict[str, str]) -> str:
    """The text about one village, such as `flag red, trade baker, fruit fig, animal owl`."""
    return ", ".join(f"{attribute} {value}" for attribute, value in values.items())


def world(seed: int) -> World:
    """The world of this seed."""
    rng = random.Random(seed)
    names = [a + b for a, b in product(SYLLABLES, SYLLABLES) if a != b]
    rng.shuffle(names)
    ends = np.cumsum([FAMILIAR, NEW, NOWHERE])
    familiar, new, nowhere = names[: ends[0]], names[ends[0] : ends[1]], names[ends[1] : ends[2]]
    values = {n: {a: rng.choice(WORDS[a]) for a in WORDS} for n in familiar + new}
    facts = list(product(familiar, WORDS))
    rng.shuffle(facts)
    unasked = [(name, rng.choice(list(WORDS))) for name in nowhere]
    return World(
        values, facts[GAPS:], facts[:GAPS], list(product(new, WORDS)), unasked, names[ends[2] :]
    )


def frequencies(n: int) -> list[float]:
    """Zipf's weights of `n` facts, the most frequent first."""
    return [1 / rank for rank in range(1, n + 1)]


def sum_of(rng: random.Random, digits: int, *, out: bool) -> Question:
    """A sum of two numbers of `digits` digits, of the tenth held out of training or not."""
    while True:
        a, b = (rng.randrange(10 ** (digits - 1), 10**digits) for _ in range(2))
        if held_out(Problem(a, b)) == out:
            call = Call("calculator", json.dumps({"expression": f"{a}+{b}"}))
            return Question(f"{digits} digits", f"{a}+{b}?", str(a + b), call)


def lessons(world: World, seed: int, *, facts: int, sums: int, strangers: int) -> list[Question]:
    """So many questions to learn from: facts in their frequencies, sums, and names of nothing."""
    rng = random.Random(1_000_003 + seed)
    taught = rng.choices(world.taught, frequencies(len(world.taught)), k=facts)
    added = [sum_of(rng, 3, out=False) for _ in range(sums)]
    unheard = [(rng.choice(world.strangers), rng.choice(list(WORDS))) for _ in range(strangers)]
    return [
        *(world.ask("taught", fact) for fact in taught),
        *added,
        *(world.ask("stranger", fact) for fact in unheard),
    ]


def made_up(world: World, rng: random.Random) -> World:
    """`world` with a single village in its documents, one that nobody has heard of."""
    values = {attribute: rng.choice(words) for attribute, words in WORDS.items()}
    return replace(world, values={rng.choice(world.strangers): values})


def examination(world: World, seed: int) -> list[Question]:
    """All questions of the examination, kind after kind; no sum among them was in a lesson."""
    rng = random.Random(3_000_003 + seed)
    facts = {
        "head": world.taught[:HEAD],
        "tail": world.taught[-TAIL:],
        "gap": world.gaps,
        "new": world.new,
        "nowhere": world.nowhere,
    }
    asked = [world.ask(kind, fact) for kind in facts for fact in facts[kind]]
    return asked + [sum_of(rng, digits, out=True) for digits in (3, 4) for _ in range(N_SUMS)]


def lying(world: World, share: float, seed: int) -> dict[str, str]:
    """The documents, a `share` of them, drawn at random, with a wrong value for every attribute."""
    rng = random.Random(2_000_003 + seed)
    liars = rng.sample(list(world.values), round(share * len(world.values)))
    false = {
        name: document(
            {a: rng.choice([w for w in WORDS[a] if w != v]) for a, v in world.values[name].items()}
        )
        for name in liars
    }
    return world.documents | false


def search(documents: dict[str, str]) -> Tool:
    """The book's search tool over `documents`, which gives the best of them alone."""
    return search_tool(documents, n=1)
