"""A search that lies about some of the villages, and three ways to use what it says.

The model trusts its tools, as it was taught.  Two ways are built around it: to ask two searches and
abstain where they differ, and to abstain where a model without tools remembers something else.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from lab.facts import UNKNOWN, Question, World, examination, lying, search, world
from lab.results import Experiment
from lab.tool_model import VARIANTS, abstained, converse, train
from lab.tool_runs import SEEDS, verdict
from lab.tools import CALCULATOR
from lab.transformer import Transformer

SHARES = (0.0, 0.25, 0.5, 1.0)
TRUSTING, TWO_SOURCES, MEMORY = "trust the search", "two sources agree", "memory may object"
KINDS = ("head", "tail", "new")


@dataclass(frozen=True)
class Lied:
    """Answers where the search lies about a `share` of the villages, with one way of using it.

    `lied` counts the questions of this kind to which the search's answer was a lie, and `repeated`
    those where it became the answer.  `known` of them the model without tools answers rightly, and
    in `known_repeated` the lie was repeated even so.
    """

    seed: int
    share: float
    way: str
    kind: str
    n: int
    right: int
    wrong: int
    abstained: int
    lied: int
    repeated: int
    known: int
    known_repeated: int


def agreeing(first: Sequence[str | None], second: Sequence[str | None]) -> list[str | None]:
    """What both say; where they differ, that it is unknown."""
    return [a if a == b else UNKNOWN for a, b in zip(first, second, strict=True)]


def unless_objected(
    answers: Sequence[str | None], memories: Sequence[str | None]
) -> list[str | None]:
    """The answers, but unknown where memory has another; a memory that abstains does not object."""
    return [
        a if abstained(m) or a == m else UNKNOWN for a, m in zip(answers, memories, strict=True)
    ]


def answers(
    model: Transformer, documents: dict[str, str] | None, asked: Sequence[Question]
) -> list[str | None]:
    """The model's answers, with the tools over `documents` or, if None, from memory."""
    tools = [] if documents is None else [CALCULATOR, search(documents)]
    return [t.answer for t in converse(model, tools, [q.text for q in asked])]


def be_lied_to(world_: World, seed: int, models: dict[str, Transformer]) -> list[Lied]:
    """Each share of lies and each way, a row for each kind of question."""
    asked = [q for q in examination(world_, seed) if q.kind in KINDS]
    memories = answers(models["memory that abstains"], None, asked)
    known = [
        m == q.answer for m, q in zip(answers(models["memory"], None, asked), asked, strict=True)
    ]
    found = []
    for share in SHARES:
        sources = [lying(world_, share, 2 * seed + i) for i in (0, 1)]
        first, second = (answers(models["tools"], source, asked) for source in sources)
        ways = {
            TRUSTING: first,
            TWO_SOURCES: agreeing(first, second),
            MEMORY: unless_objected(first, memories),
        }
        lies = [lie(q, sources[0]) for q in asked]
        found += [
            _lied(seed, share, way, kind, list(zip(asked, said, lies, known, strict=True)))
            for way, said in ways.items()
            for kind in KINDS
        ]
    return found


def lie(question: Question, documents: dict[str, str]) -> str | None:
    """What `documents` answer to a question about a fact, if it is not true."""
    name = json.loads(question.call.arguments)["query"]
    attribute = question.text.removeprefix(f"{name} ").removesuffix("?")
    said = dict(part.split(" ") for part in documents[name].split(", "))[attribute]
    return said if said != question.answer else None


def _lied(
    seed: int,
    share: float,
    way: str,
    kind: str,
    cases: Sequence[tuple[Question, str | None, str | None, bool]],
) -> Lied:
    of_kind = [case for case in cases if case[0].kind == kind]
    verdicts = [verdict(said, question) for question, said, _, _ in of_kind]
    deceived = [(said == false, known) for _, said, false, known in of_kind if false]
    return Lied(
        seed,
        share,
        way,
        kind,
        n=len(of_kind),
        right=verdicts.count("right"),
        wrong=verdicts.count("wrong"),
        abstained=verdicts.count("abstained"),
        lied=len(deceived),
        repeated=sum(repeated for repeated, _ in deceived),
        known=sum(known for _, known in deceived),
        known_repeated=sum(repeated and known for repeated, known in deceived),
    )


def lie_to_all(seed: int) -> list[Lied]:
    """The lying search with models of one seed."""
    w = world(seed)
    return be_lied_to(w, seed, {name: train(w, seed, v) for name, v in VARIANTS.items()})


EXPERIMENTS = [
    Experiment(
        "tool-lies",
        lie_to_all,
        [{"seed": seed} for seed in SEEDS],
        "A search that lies about a share of the villages, and two remedies; three seeds.",
    ),
]
