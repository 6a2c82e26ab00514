"""One small transformer as three models: two that answer from memory, and one that calls tools.

A conversation is a row of tokens: the question, then moves of the model and results of tools, each
with an end mark.  Only the model's own moves are learned from; nothing that the user or a tool says.
"""

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.agent import Answer, Budget, Call, Model, Transcript
from lab.facts import (
    END,
    UNKNOWN,
    VOCABULARY,
    WORDS,
    Question,
    World,
    decode,
    encode,
    lessons,
    made_up,
)
from lab.sampling import sample
from lab.tools import CALCULATOR, Result, Tool, ToolError, call, check
from lab.training import Recipe, Trainer, windows
from lab.transformer import Transformer, llama_like

CONFIG = llama_like(len(VOCABULARY), d_model=64, n_layers=3)
STEPS, COOLDOWN = 1200, 0.25
FACTS, SUMS, STRANGERS = 16, 20, 8  # lessons of each kind in a step
# One for all, tried on a seed of its own; `make results NAMES=tool-rates` repeats that search.
LR = 3e-3
LONGEST_MOVE = 14  # tokens
BUDGET = Budget(calls=2)
PARAMETER = {"search": "query", "calculator": "expression"}
_END = encode(END)


@dataclass(frozen=True)
class Variant:
    """What a model is taught: to `abstain` on names that mean nothing, and to call `tools`."""

    abstain: bool
    tools: bool


VARIANTS = {
    "memory": Variant(abstain=False, tools=False),
    "memory that abstains": Variant(abstain=True, tools=False),
    "tools": Variant(abstain=True, tools=True),
}


def spelled(transcript: Transcript) -> tuple[list[int], list[bool]]:
    """The tokens of a conversation, and which of them are the model's own."""
    parts = [(encode(transcript.question), False)]
    for entry in transcript.entries:
        match entry:
            case Call(tool, arguments):
                parts.append((encode(tool + json.loads(arguments)[PARAMETER[tool]]) + _END, True))
            case Answer(text):
                parts.append((encode(text) + _END, True))
            case Result():
                parts.append((encode(_read(entry)) + _END, False))
    tokens = [token for part, _ in parts for token in part]
    return tokens, [own for part, own in parts for _ in part]


def _read(result: Result) -> str:
    """What the model is shown of a result: the documents, or the number; nothing of an error."""
    if not result.ok:
        return ""
    value = json.loads(result.text)
    if isinstance(value, list):
        return " ".join(f"{found['title']} {found['text']}" for found in value)
    return result.text


def moves(model: Transformer, transcripts: Sequence[Transcript]) -> list[Answer | Call]:
    """The model's next, likeliest move in each conversation; those of one length go together."""
    rows = [spelled(transcript)[0] for transcript in transcripts]
    by_length = defaultdict(list)
    for i, row in enumerate(rows):
        by_length[len(row)].append(i)
    made: dict[int, Answer | Call] = {}
    for numbers in by_length.values():
        prompts = torch.tensor([rows[i] for i in numbers])
        drawn = sample(model, prompts, LONGEST_MOVE, temperature=0, end=_END[0], seed=0)
        for i, ids in zip(numbers, drawn.tolist(), strict=True):
            made[i] = _move([token for token in ids if token != _END[0]])
    return [made[i] for i in range(len(rows))]


def _move(ids: list[int]) -> Answer | Call:
    tool = decode(ids[:1])
    if tool in PARAMETER:
        return Call(tool, json.dumps({PARAMETER[tool]: decode(ids[1:])}))
    return Answer(decode(ids))


def agent(model: Transformer) -> Model:
    """The model as `lab.agent.run` wants it."""
    return lambda transcript: moves(model, [transcript])[0]


def converse(
    model: Transformer, tools: Sequence[Tool], questions: Sequence[str]
) -> list[Transcript]:
    """What `lab.agent.run` gives for each question, but all at once and with no process a call.

    Conversations that use up `BUDGET` end without an answer.
    """
    by_name = {tool.name: replace(tool, isolated=False) for tool in tools}
    transcripts = [Transcript(question) for question in questions]
    open_ = transcripts
    for remaining in range(BUDGET.calls, -1, -1):
        for transcript, move in zip(open_, moves(model, open_), strict=True):
            transcript.entries.append(move)
            if isinstance(move, Call) and remaining:
                transcript.entries.append(attempt(move, by_name))
        open_ = [transcript for transcript in open_ if transcript.answer is None]
    return transcripts


def attempt(move: Call, tools: dict[str, Tool]) -> Result:
    """The result of a call of this model, whose arguments are always JSON."""
    arguments = json.loads(move.arguments)
    if move.tool not in tools:
        return Result(f"There is no tool {move.tool!r}.", ok=False)
    try:
        check(tools[move.tool], arguments)
    except ToolError as error:
        return Result(str(error), ok=False)
    return call(tools[move.tool], arguments, BUDGET.seconds, BUDGET.bytes)


def rows(transcripts: Sequence[Transcript]) -> tuple[Tensor, Tensor]:
    """Tokens and masks of the model's own, each (transcripts, longest), filled up with end marks."""
    pairs = [spelled(transcript) for transcript in transcripts]
    longest = max(len(tokens) for tokens, _ in pairs)
    tokens = [ids + _END * (longest - len(ids)) for ids, _ in pairs]
    own = [mask + [False] * (longest - len(mask)) for _, mask in pairs]
    return torch.tensor(tokens), torch.tensor(own)


class OwnMovesTrainer(Trainer):
    """A `Trainer` on rows of tokens (rows, length) that learns only where `own` is true."""

    def __init__(
        self, model: Transformer, tokens: Tensor, own: Tensor, recipe: Recipe, seed: int
    ) -> None:
        # One row more, never learned from: a window's last target is the first token of the next.
        super().__init__(model, torch.cat([tokens, tokens[:1]]).flatten(), recipe, seed)
        # The same cuts in the same order.
        self.own = windows(torch.cat([own, own[:1]]).flatten(), recipe, seed)

    def loss(self) -> Tensor:
        """This step's loss in nats a token of the model's own."""
        inputs, targets = self.batch(self.step)
        return own_loss(self.model(inputs), targets, self.own(self.step)[1])


def own_loss(logits: Tensor, targets: Tensor, own: Tensor) -> Tensor:
    """Mean -log p of `targets` (batch, positions) where `own` is true, in nats."""
    return F.cross_entropy(logits[own], targets[own])


def transcripts_of(world: World, seed: int, variant: Variant, steps: int) -> list[Transcript]:
    """The conversations that `variant` learns from in so many steps, in random order."""
    asked = lessons(
        world,
        seed,
        facts=FACTS * steps,
        sums=SUMS * steps,
        strangers=STRANGERS * steps if variant.abstain else 0,
    )
    rng = random.Random(seed)
    rng.shuffle(asked)
    if not variant.tools:
        return [Transcript(question.text, [Answer(question.answer)]) for question in asked]
    return [_with_tools(question, world, rng) for question in asked]


def _with_tools(question: Question, world: World, rng: random.Random) -> Transcript:
    """A lesson with its call and the tool's real result.

    A fact is one of a village made up for this lesson alone: there is nothing to remember, and the
    model has to take the answer from the result.
    """
    made = replace(world, values={})
    if question.kind == "taught":
        made = made_up(world, rng)
        (name,) = made.values
        question = made.ask("taught", (name, rng.choice(list(WORDS))))
    if question.call.tool == "search":
        # What the search tool gives; to make one for each lesson would outlast the training.
        found = [{"title": title, "text": text} for title, text in made.documents.items()]
        result = Result(json.dumps(found))
    else:
        result = Result(str(CALCULATOR.function(**json.loads(question.call.arguments))))
    return Transcript(question.text, [question.call, result, Answer(question.answer)])


def train(world: World, seed: int, variant: Variant, lr: float = LR) -> Transformer:
    """A model cooled down after `STEPS`; every lesson is read once."""
    tokens, own = rows(transcripts_of(world, seed, variant, STEPS))
    recipe = Recipe(lr=lr, batch_size=len(tokens) // STEPS, context=tokens.shape[1])
    trainer = OwnMovesTrainer(Transformer(CONFIG, seed), tokens, own, recipe, seed)
    trainer.advance(round((1 - COOLDOWN) * STEPS))
    model = trainer.cooled(STEPS).model
    assert isinstance(model, Transformer)
    return model


def abstained(answer: str | None) -> bool:
    """Whether a model said that it does not know; a conversation without an answer counts too."""
    return answer in (None, UNKNOWN)
