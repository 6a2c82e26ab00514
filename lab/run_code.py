"""Runs a function that somebody or something wrote, and says what came of each test.

The code runs in a Python process of its own, with limits on time, memory and output, and may not
open files, start programs or reach the network.  The values that the tests expect stay in this
process, so the code cannot read them, and whatever it prints is no result.

This holds off accidents, and is **no sandbox**: the limits are set by the interpreter that runs the
code, and code that means harm gets around them.  Read a stranger's code before you run it.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lab.coding_tasks import Example

PASSED = "passed"
KINDS = ("no code", "syntax error", "no function", "raised", "timed out", "other value", PASSED)
Answer = dict[str, Any]
_OUT_OF_TIME = (-9, -24)  # ended by this process or by the system: SIGKILL, SIGXCPU
_CHILD = Path(__file__).with_name("run_code_child.py")


@dataclass(frozen=True)
class Limits:
    """What code may use: seconds of a core and of the clock, megabytes, characters of a value."""

    cpu_seconds: int = 1
    seconds: float = 5.0
    megabytes: int = 256
    characters: int = 10_000


@dataclass(frozen=True)
class Outcome:
    """What came of one test: a kind of `KINDS`, and in words what the call did."""

    kind: str
    call: str
    words: str
    example: Example

    def __str__(self) -> str:
        return self.words if self.kind in KINDS[:3] else f"{self.call} {self.words}"


@dataclass(frozen=True)
class Report:
    """The outcomes of all tests of one program."""

    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> bool:
        return self.failure is None

    @property
    def failure(self) -> Outcome | None:
        """The first test that did not pass."""
        return next((each for each in self.outcomes if each.kind != PASSED), None)

    @property
    def kind(self) -> str:
        """How it failed first, or "passed"."""
        return self.failure.kind if self.failure else PASSED

    def __str__(self) -> str:
        good = sum(each.kind == PASSED for each in self.outcomes)
        count = f"{good} of {len(self.outcomes)} tests passed."
        return f"{count} {self.failure}." if self.failure else count


def run_code(
    source: str, name: str, examples: Sequence[Example], limits: Limits = Limits()
) -> Report:
    """Define what `source` defines and call its function `name` on each of `examples`.

    Each call gets fresh arguments.  A value counts if it is the expected one and of its type, where
    a tuple is no list and True is no 1.  Once the time is up, all tests that are left have timed out.
    """
    inputs = [example.arguments for example in examples]
    if source.strip():
        order = json.dumps({"source": source, "name": name, "inputs": inputs})
        answers, rest = _answers(order, limits)
    else:
        answers, rest = [], {"fault": "no code", "words": "There is no code"}
    if answers and "fault" in answers[0]:
        answers, rest = [], answers[0]
    answers += [rest] * (len(examples) - len(answers))
    pairs = zip(answers, examples, strict=False)  # whoever meddles may say too much
    return Report(tuple(_outcome(answer, name, example) for answer, example in pairs))


def _answers(order: str, limits: Limits) -> tuple[list[Answer], Answer]:
    """What the other process says, an answer for each test that it came to, and one for the rest."""
    told = [str(limits.cpu_seconds), str(limits.megabytes << 20), str(limits.characters)]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _child_source(), *told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"SYSTEMROOT": os.environ.get("SYSTEMROOT", "")},  # Windows needs it
            text=True,
            errors="replace",
        )
        try:
            said, _ = process.communicate(order, limits.seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    late = process.returncode in _OUT_OF_TIME
    rest = {"late": ""} if late else {"raised": f"nothing, but ended Python ({process.returncode})"}
    return list(map(_answer, said.splitlines())), rest


@lru_cache(maxsize=1)
def _child_source() -> str:
    return _CHILD.read_text(encoding="utf-8")


def _answer(line: str) -> Answer:
    """One line of the other process; after meddling it may be anything."""
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        answer = None
    return answer if isinstance(answer, dict) else {}


def _outcome(answer: Answer, name: str, example: Example) -> Outcome:
    call = f"{name}({', '.join(map(repr, example.arguments))})"
    kind, words = _judged(answer, example.value)
    return Outcome(kind, call, words, example)


def _judged(answer: Answer, expected: Any) -> tuple[str, str]:
    match answer:
        case {"fault": str(kind), "words": str(words)} if kind in KINDS and kind != PASSED:
            return kind, words
        case {"late": _}:
            return "timed out", "did not return in time"
        case {"raised": words}:
            return "raised", f"raised {words}"
        case {"odd": words}:
            return "other value", f"returned {words}, expected {expected!r}"
        case {"value": value}:
            # As texts, 1 differs from true and from 1.0.
            if json.dumps(value) == json.dumps(expected):
                return PASSED, f"returned {_short(value)}"
            return "other value", f"returned {_short(value)}, expected {expected!r}"
    return "raised", "raised nothing, but said what cannot be read"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:60]} ... ({len(text)} characters)"
