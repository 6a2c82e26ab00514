"""The loop of a coding agent: propose a program, run it on the examples, read what failed, try again.

A *proposer* is any function from a task, as far as it is shown, and the attempts so far to the source
of a program.  Ours are a search that cannot read (`synthesiser`) and language models that can (`chat`,
over `lab.coding_models` or any endpoint).  Everything that happens stands in the trace.
"""

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.agent import Answer, Transcript, openai_model
from lab.coding_tasks import Example, Task
from lab.run_code import Report, run_code
from lab.synthesis import program, search

if TYPE_CHECKING:
    from openai import OpenAI


@dataclass(frozen=True)
class Attempt:
    """A program and what came of running it on the examples that were shown."""

    source: str
    report: Report

    def __str__(self) -> str:
        return f"{self.source.rstrip() or '(no code)'}\n-> {self.report}"


@dataclass(frozen=True)
class Trace:
    """All attempts at a task, in order, and why they ended."""

    task: Task
    attempts: tuple[Attempt, ...]
    end: str

    @property
    def passed(self) -> bool:
        """Whether the last attempt passed what it was shown."""
        return bool(self.attempts) and self.attempts[-1].report.passed

    def __str__(self) -> str:
        numbered = (f"attempt {i}\n{each}" for i, each in enumerate(self.attempts, 1))
        return "\n".join([*(textwrap.indent(each, "  ") for each in numbered), self.end])


Proposer = Callable[[Task, Sequence[Attempt]], str | None]  # None: it gives up
Approve = Callable[[str], bool]


def solve(
    task: Task,
    proposer: Proposer,
    attempts: int = 4,
    examples: int = 4,
    approve: Approve | None = None,
) -> Trace:
    """Let `proposer` write a program for `task`, with its failures before it, up to `attempts` times.

    It sees the first few `examples` and nothing hidden.  If `approve` is given it is shown each
    program before anything runs, and anything but True ends the loop.  So does an exception.
    """
    shown, made = task.shown(examples), list[Attempt]()
    while len(made) < attempts:
        try:
            source = proposer(shown, tuple(made))
        except Exception as error:  # a model behind a network fails in many ways
            return Trace(task, tuple(made), f"The proposer failed: {error}"[:300])
        if source is None:
            return Trace(task, tuple(made), "The proposer gave up.")
        if approve is not None and approve(source) is not True:
            return Trace(task, tuple(made), "Not run: the program was not approved.")
        made.append(Attempt(source, run_code(source, task.name, shown.examples)))
        if made[-1].report.passed:
            return Trace(task, tuple(made), "All examples passed.")
    return Trace(task, tuple(made), f"All {attempts} attempts are used up.")


def judge(trace: Trace) -> Report:
    """The last program of `trace` on the hidden tests."""
    source = trace.attempts[-1].source if trace.attempts else ""
    return run_code(source, trace.task.name, trace.task.hidden)


# A search that reads no English


def synthesiser(budget: int, prune: bool = True) -> Proposer:
    """Proposes the smallest expression that fits the first example and each that a report named since.

    `budget` bounds the expressions tried at each attempt; where it ends first, the search gives up.
    """

    def propose(task: Task, attempts: Sequence[Attempt]) -> str | None:
        examples = counterexamples(task, attempts)
        found = search(task, examples, budget, prune)
        if found.expression is None:
            return None
        count = f"{len(examples)} example{'s' * (len(examples) > 1)}"
        return f"# {count}, {found.tried:,} expressions tried\n{program(task, found.expression)}"

    return propose


def counterexamples(task: Task, attempts: Sequence[Attempt]) -> list[Example]:
    """The first example, and of each attempt the first that it failed."""
    failures = (attempt.report.failure for attempt in attempts)
    return [task.examples[0], *(failure.example for failure in failures if failure)]


# Language models

Reply = Callable[[str], str]
ASK = """Write a Python function.

{signature}
    \"\"\"{prompt}\"\"\"

{examples}

Reply with the code of the function only.
"""
REPAIR = """
This program is not right:

```python
{source}
```
{report}
Reply with the corrected code of the function only.
"""


def prompt(task: Task, attempts: Sequence[Attempt] = (), report: bool = True) -> str:
    """The task in English and, after a failure, the last program with its `report` or without."""
    lines = [
        f"{task.name}({', '.join(map(repr, e.arguments))}) == {e.value!r}" for e in task.examples
    ]
    asked = ASK.format(signature=task.signature, prompt=task.prompt, examples="\n".join(lines))
    if not attempts:
        return asked
    told = f"\n{attempts[-1].report}\n" if report else ""
    return asked + REPAIR.format(source=attempts[-1].source.strip(), report=told)


def chat(reply: Reply) -> Proposer:
    """Proposes the code that stands in `reply` to the task and the last failure."""
    return lambda task, attempts: extract(reply(prompt(task, attempts)))


_FENCED = re.compile(r"^[ \t]*(```+|~~~+)[^\n`]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.M | re.S)
_CODE = re.compile(r"^(?:def|import|from|@)\b.*", re.M | re.S)


def extract(reply: str) -> str:
    """The code in a chat model's reply: its fenced blocks, or from the first line that begins one.

    Blocks without a function are examples of use and are left out.  "" if there is no code.
    """
    blocks = [textwrap.dedent(block[2]) for block in _FENCED.finditer(reply)]
    defining = [block for block in blocks if re.search(r"^(async )?def ", block, re.M)]
    if defining:
        return "\n".join(defining).strip() + "\n"
    bare = _CODE.search(reply) if not blocks else None
    return bare[0].strip() + "\n" if bare else ""


def endpoint(client: "OpenAI", name: str) -> Reply:
    """The replies of the model `name` behind an OpenAI-compatible endpoint, as `lab.agent` asks it.

    What the library raises ends the loop; a refused key is not repeated in the message.
    """
    model = openai_model(client, name, ())

    def reply(text: str) -> str:
        move = model(Transcript(text))
        if not isinstance(move, Answer):  # nothing was offered that could be called
            raise ValueError("the endpoint called a tool that it was not given")
        return move.text

    return reply
