"""The loop of an agent: a model that asks for tools, within budgets, until it answers.

A *model* here is any function from the transcript so far to its next move, an answer or a call.
Everything that happens stands in the transcript, and nothing that a tool or a model does wrong ends
the loop without a word.
"""

import difflib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from lab.tools import Result, Tool, ToolError, call, check

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import (
        ChatCompletionFunctionToolParam,
        ChatCompletionMessageFunctionToolCallParam,
        ChatCompletionMessageParam,
    )


@dataclass(frozen=True)
class Call:
    """What a model asks for; `arguments` is JSON, just as the model wrote it."""

    tool: str
    arguments: str


@dataclass(frozen=True)
class Answer:
    """A model's last word."""

    text: str


@dataclass(frozen=True)
class Permission:
    """Whether a tool with side effects was allowed to run, as asked before the call."""

    tool: str
    granted: bool


@dataclass(frozen=True)
class Stop:
    """Why the loop ended without an answer."""

    reason: str


Entry = Call | Permission | Result | Answer | Stop
KINDS = {kind.__name__.lower(): kind for kind in (Call, Permission, Result, Answer, Stop)}


@dataclass
class Transcript:
    """A question and all that followed, in order."""

    question: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def answer(self) -> str | None:
        """The answer, or None as long as there is none."""
        last = self.entries[-1] if self.entries else None
        return last.text if isinstance(last, Answer) else None

    def to_json(self) -> str:
        entries = [{"kind": type(e).__name__.lower(), **asdict(e)} for e in self.entries]
        return json.dumps({"question": self.question, "entries": entries})

    @classmethod
    def from_json(cls, text: str) -> "Transcript":
        """The transcript that `to_json` wrote; raises `ValueError`, `KeyError` or `TypeError`."""
        data = json.loads(text)
        return cls(data["question"], [KINDS[e.pop("kind")](**e) for e in data["entries"]])

    def __str__(self) -> str:
        lines = [f"question: {self.question}", *map(_line, self.entries)]
        # Indented, for no result to pass for the entries after it.
        return "\n".join("\n    ".join(line.splitlines()) for line in lines)


def _line(entry: Entry) -> str:
    match entry:
        case Call(tool, arguments):
            return f"call: {tool} {arguments}"
        case Permission(tool, granted):
            return f"permission: {tool} {'granted' if granted else 'refused'}"
        case Result(text, ok):
            return f"{'result' if ok else 'error'}: {text}"
        case Answer(text):
            return f"answer: {text}"
        case Stop(reason):
            return f"stopped: {reason}"


@dataclass(frozen=True)
class Budget:
    """How many calls of one question, how long each, and how many bytes in or out of each."""

    calls: int = 8
    seconds: float = 5.0
    bytes: int = 10_000


Model = Callable[[Transcript], Answer | Call]
Permit = Callable[[Tool, dict[str, Any]], bool]


def refuse(tool: Tool, arguments: dict[str, Any]) -> bool:
    """Permit no side effect."""
    return False


def run(
    model: Model,
    tools: Sequence[Tool],
    question: str,
    budget: Budget = Budget(),
    permit: Permit = refuse,
) -> Transcript:
    """Let `model` answer `question`; the transcript ends in an `Answer` or a `Stop`.

    `permit` is asked before each call of a tool with side effects, and only True is a yes.  The
    time that the model itself takes is the model's to bound.  Raises `ValueError` if two tools
    have one name, for the second could pass for the first.
    """
    by_name = {tool.name: tool for tool in tools}
    if len(by_name) < len(tools):
        raise ValueError(f"Two tools have one name among {[tool.name for tool in tools]}.")
    transcript = Transcript(question)
    for remaining in range(budget.calls, -1, -1):
        move = _ask(model, transcript)
        transcript.entries.append(move)
        if not isinstance(move, Call):
            return transcript
        if remaining:
            transcript.entries.extend(_attempt(move, by_name, budget, permit))
    transcript.entries.append(Stop(f"All {budget.calls} calls of the budget are used up."))
    return transcript


def _ask(model: Model, transcript: Transcript) -> Answer | Call | Stop:
    try:
        # A copy: no model writes its own permission.
        move = model(Transcript(transcript.question, list(transcript.entries)))
    except Exception as error:  # a model behind a network fails in many ways
        return Stop(f"The model failed: {type(error).__name__}: {error}"[:1000])
    match move:
        case Answer(str()) | Call(str(), str()):
            return move
    return Stop(f"The model returned {move!r:.200}, neither an Answer nor a Call.")


def _attempt(move: Call, tools: dict[str, Tool], budget: Budget, permit: Permit) -> list[Entry]:
    """What follows a call: its result or what was wrong, and the permission if one was asked."""
    try:
        tool, arguments = _understood(move, tools, budget)
    except ToolError as error:
        return [Result(str(error), ok=False)]
    if not tool.has_side_effects:
        return [call(tool, arguments, budget.seconds, budget.bytes)]
    granted = _granted(permit, tool, arguments)
    if granted:
        result = call(tool, arguments, budget.seconds, budget.bytes)
    else:
        result = Result(f"{tool.name} has side effects, and was not permitted.", ok=False)
    return [Permission(tool.name, granted), result]


def _understood(move: Call, tools: dict[str, Tool], budget: Budget) -> tuple[Tool, dict[str, Any]]:
    """The tool and its arguments; raises `ToolError` with what to write instead."""
    if move.tool not in tools:
        nearest = difflib.get_close_matches(move.tool, tools, n=1, cutoff=0)
        hint = f"; the nearest is {nearest[0]!r}" if nearest else ""
        raise ToolError(f"There is no tool {move.tool[:100]!r}{hint}.")
    tool = tools[move.tool]
    if (size := len(move.arguments.encode(errors="replace"))) > budget.bytes:
        raise ToolError(f"The arguments have {size} bytes; at most {budget.bytes} are read.")
    try:
        arguments = json.loads(move.arguments, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ToolError(f"The arguments are not valid JSON: {error}.") from None
    check(tool, arguments)
    return tool, arguments


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _granted(permit: Permit, tool: Tool, arguments: dict[str, Any]) -> bool:
    try:
        return permit(tool, arguments) is True
    except Exception:  # whoever could not be asked has not agreed
        return False


# A model behind an OpenAI-compatible endpoint


def openai_model(client: "OpenAI", name: str, tools: Sequence[Tool]) -> Model:
    """The model `name` of an endpoint, told of `tools`; of several calls it asks for, the first.

    What the library raises stops the loop; the timeout of `client` bounds the waiting.
    """

    def model(transcript: Transcript) -> Answer | Call:
        from openai import AuthenticationError, PermissionDeniedError, omit

        try:
            completion = client.chat.completions.create(
                model=name,
                messages=_messages(transcript),
                tools=[_told(tool) for tool in tools] or omit,  # some refuse an empty list
            )
        except (AuthenticationError, PermissionDeniedError):  # their words may hold half the key
            raise PermissionError("the endpoint refused the key") from None
        message = completion.choices[0].message
        for asked in message.tool_calls or []:
            if asked.type == "function":
                return Call(asked.function.name, asked.function.arguments)
        if not message.content:
            raise ValueError("the endpoint gave neither a text nor a call")
        return Answer(message.content)

    return model


def _told(tool: Tool) -> "ChatCompletionFunctionToolParam":
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.parameters,
        },
    }


def _messages(transcript: Transcript) -> "list[ChatCompletionMessageParam]":
    """The transcript as a chat, where each result names the call that it answers."""
    chat: list[ChatCompletionMessageParam] = [{"role": "user", "content": transcript.question}]
    for entry in transcript.entries:
        match entry:
            case Call(tool, arguments):
                asked: ChatCompletionMessageFunctionToolCallParam = {
                    "id": f"call_{len(chat)}",
                    "type": "function",
                    "function": {"name": tool, "arguments": arguments},
                }
                chat.append({"role": "assistant", "tool_calls": [asked]})
            case Result(text):
                chat.append({"role": "tool", "tool_call_id": asked["id"], "content": text})
    return chat
