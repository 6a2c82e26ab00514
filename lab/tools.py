"""Tools that a model may call: what it is told of them, and how a call is kept within bounds.

A tool may do anything: raise, never end, return a megabyte or what no JSON can hold.  Whatever it
does, `call` comes back in time, with a text of bounded size that says what happened.
"""

import json
import math
import multiprocessing
import re
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from lab.calculator import calculate

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}


class ToolError(Exception):
    """A failure of a tool in words that the model is to read as they stand."""


@dataclass(frozen=True)
class Tool:
    """A function and what a model must know to call it; `parameters` and `returns` are JSON Schemas.

    A call runs in a process of its own, which is killed when its time is up: of a thread Python
    can only stop waiting, and a single huge power would hold the interpreter even then.  A tool
    that keeps something in this process, a mailbox or a connection, cannot be `isolated` so; it
    runs in a thread, and one that is late may still take effect.
    """

    name: str
    description: str
    parameters: Schema
    function: Callable[..., object]
    has_side_effects: bool = False
    isolated: bool = True
    returns: Schema = field(default_factory=TEXT.copy)

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-zA-Z0-9_-]{1,64}", self.name):  # what the usual endpoints accept
            raise ValueError(f"{self.name!r} cannot name a tool; use letters, digits, _ and -.")
        Draft202012Validator.check_schema(self.parameters)
        Draft202012Validator.check_schema(self.returns)
        if self.parameters.get("type") != "object":
            raise ValueError(f"The parameters of {self.name} must be of the type object.")


@dataclass(frozen=True)
class Result:
    """What a call came to: the tool's result, or, if not `ok`, what went wrong."""

    text: str
    ok: bool = True


def parameters(**properties: Schema) -> Schema:
    """The schema of arguments that must all be given, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def mismatch(value: object, schema: Schema) -> str:
    """Where `value` does not fit `schema`, in words; "" if it does."""
    # The empty registry: no schema of somebody's server makes this machine fetch an address.
    validator = Draft202012Validator(schema, registry=Registry())
    try:
        errors = [_described(error) for error in validator.iter_errors(value)]
    except (Unresolvable, RecursionError) as error:
        return f"the schema cannot be applied ({type(error).__name__})"
    return "; ".join(errors[:5])


def _described(error: ValidationError) -> str:
    text, place = error.message, error.json_path.removeprefix("$").removeprefix(".")
    # A message repeats the value, which may be long, and ends in what was expected of it.
    short = text if len(text) <= 200 else f"{text[:100]} ... {text[-100:]}"
    return f"{place}: {short}" if place else short


def check(tool: Tool, arguments: object) -> None:
    """Raise `ToolError`, with what does not fit, unless `arguments` are of the tool's schema."""
    if problem := mismatch(arguments, tool.parameters):
        raise ToolError(f"The arguments of {tool.name} do not fit its schema: {problem}.")


def call(tool: Tool, arguments: dict[str, Any], seconds: float, limit: int) -> Result:
    """Call `tool` for at most `seconds`, and keep at most `limit` bytes of what comes back.

    The arguments are those that `check` let pass.
    """
    work = partial(_outcome, tool, arguments, limit)
    return (_in_process if tool.isolated else _in_thread)(work, tool.name, seconds)


def _outcome(tool: Tool, arguments: dict[str, Any], limit: int) -> Result:
    try:
        return Result(_cut(_as_text(tool, tool.function(**arguments)), limit))
    except ToolError as error:
        return Result(_cut(str(error), limit), ok=False)
    except BaseException as error:  # also SystemExit: no tool ends the loop
        return Result(_cut(f"{tool.name} failed: {type(error).__name__}: {error}", limit), ok=False)


def _as_text(tool: Tool, value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()  # a lone surrogate has no bytes
    except (TypeError, ValueError, RecursionError) as error:
        raise ToolError(f"{tool.name} returned what JSON cannot hold: {error}.") from None
    if problem := mismatch(json.loads(text), tool.returns):
        raise ToolError(f"{tool.name} returned a value of the wrong type: {problem}.")
    return value if isinstance(value, str) else text


def _cut(text: str, limit: int) -> str:
    encoded = text.encode(errors="replace")
    if len(encoded) <= limit:
        return text
    return f"{encoded[:limit].decode(errors='ignore')} [cut: {limit} of {len(encoded)} bytes]"


def _in_process(work: Callable[[], Result], name: str, seconds: float) -> Result:
    """Fork, for any function to reach the child as it is; what it changes there is lost."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(work, sender, seconds), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            return Result(f"{name} was stopped: no result within {seconds:g} s.", ok=False)
        return Result(**json.loads(receiver.recv_bytes()))
    except EOFError:
        return Result(f"{name} failed: its process ended without a result.", ok=False)
    finally:
        process.kill()
        process.join()
        receiver.close()


def _child(work: Callable[[], Result], sender: Connection, seconds: float) -> None:
    signal.alarm(math.ceil(seconds) + 1)  # so that it ends even if its parent is killed
    sender.send_bytes(json.dumps(vars(work())).encode())


def _in_thread(work: Callable[[], Result], name: str, seconds: float) -> Result:
    results: list[Result] = []
    thread = threading.Thread(target=lambda: results.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    late = f"{name} gave no result within {seconds:g} s, and may still take effect."
    return results[0] if results else Result(late, ok=False)


# The tools of the book


CALCULATOR = Tool(
    "calculator",
    "The value of an arithmetic expression with + - * / ** and brackets.",
    parameters(expression={"type": "string", "description": "such as 12 * (3 + 4)"}),
    calculate,
)


def search_tool(documents: dict[str, str], n: int = 3) -> Tool:
    """Search in `documents` (text by title): the `n` best, title and text, as a list."""
    return Tool(
        "search",
        "The documents that fit the words of a query best.",
        parameters(query={"type": "string", "description": "a few words"}),
        lambda query: [{"title": t, "text": documents[t]} for t in ranked(query, documents)[:n]],
        returns={"type": "array"},
    )


def ranked(query: str, documents: dict[str, str], k1: float = 1.2, b: float = 0.75) -> list[str]:
    """The titles of the documents that hold a word of `query`, the best first, by BM25."""
    counts = {title: Counter(_words(f"{title} {text}")) for title, text in documents.items()}
    mean = (sum(c.total() for c in counts.values()) or 1) / max(len(counts), 1)

    def weight(word: str) -> float:
        holding = sum(word in c for c in counts.values())
        return math.log(1 + (len(counts) - holding + 0.5) / (holding + 0.5))

    def score(count: Counter[str]) -> float:
        damping = k1 * (1 - b + b * count.total() / mean)
        return sum(w * count[q] * (k1 + 1) / (count[q] + damping) for q, w in weights.items())

    weights = {word: weight(word) for word in _words(query)}
    scores = {title: score(count) for title, count in counts.items()}
    return sorted((t for t in scores if scores[t] > 0), key=lambda t: -scores[t])


def _words(text: str) -> Sequence[str]:
    return re.findall(r"\w+", text.lower())


class Mailbox:
    """A simulated mailbox: nothing leaves this process, and `sent` keeps what would have."""

    def __init__(self, inbox: Sequence[dict[str, str]] = ()) -> None:
        self.inbox, self.sent = list(inbox), list[dict[str, str]]()

    def send(self, to: str, subject: str, body: str) -> str:
        self.sent.append({"to": to, "subject": subject, "body": body})
        return f"sent to {to}"

    def tools(self) -> list[Tool]:
        address = {"type": "string", "pattern": "^[^@\\s]+@[^@\\s]+$"}
        return [
            Tool(
                "read_mail",
                "All messages in the inbox.",
                parameters(),
                lambda: self.inbox,
                returns={"type": "array"},
            ),
            Tool(
                "send_mail",
                "Send a message.",
                parameters(to=address, subject=TEXT, body=TEXT),
                self.send,
                has_side_effects=True,
                isolated=False,
            ),
        ]
