"""Small programming tasks whose tests are hidden from whoever writes the program.

A task says in a sentence what a function should return.  Up to eight examples may be shown; ten
others, hidden, judge.  The tasks lie in `coding_tasks.toml`, were written for this course before
anything was tried on them, and stand in three bands of eight by the size of their shortest known
solution.
"""

import io
import textwrap
import tokenize
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

BANDS = ("small", "medium", "large")
_LARGEST = {"small": 9, "medium": 12}  # tokens of the solution
_FILE = Path(__file__).with_name("coding_tasks.toml")


@dataclass(frozen=True)
class Example:
    """`function(*arguments)` should return `value`; both are plain values of JSON."""

    arguments: tuple[Any, ...]
    value: Any


@dataclass(frozen=True)
class Task:
    """A function to be written, and what will be asked of it.

    `arguments` are pairs of name and type, in order; types are written as in Python.
    """

    name: str
    arguments: tuple[tuple[str, str], ...]
    returns: str
    prompt: str
    solution: str
    examples: tuple[Example, ...]
    hidden: tuple[Example, ...]

    @property
    def signature(self) -> str:
        """The function's first line."""
        listed = ", ".join(f"{name}: {kind}" for name, kind in self.arguments)
        return f"def {self.name}({listed}) -> {self.returns}:"

    @property
    def source(self) -> str:
        """The whole function with the reference solution."""
        return f"{self.signature}\n{textwrap.indent(self.solution, '    ')}\n"

    @property
    def size(self) -> int:
        """Tokens of Python in the reference solution."""
        return count_tokens(self.solution)

    @property
    def band(self) -> str:
        """The band of `BANDS` that `size` falls into."""
        return next((b for b, most in _LARGEST.items() if self.size <= most), BANDS[-1])

    def shown(self, examples: int) -> "Task":
        """What may be shown: the statement and the first few examples, nothing that gives it away.

        Raises `ValueError` where there are not so many.
        """
        if not 1 <= examples <= len(self.examples):
            raise ValueError(f"{self.name} has 1 to {len(self.examples)} examples, not {examples}")
        return replace(self, solution="", examples=self.examples[:examples], hidden=())


def count_tokens(source: str) -> int:
    """Names, numbers, texts and signs in `source`; line ends and indentation do not count."""
    counted = (tokenize.NAME, tokenize.NUMBER, tokenize.STRING, tokenize.OP)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return sum(token.type in counted for token in tokens)


def tasks() -> tuple[Task, ...]:
    """The tasks that count, from the smallest solution to the largest."""
    return _read("task")


def practice() -> tuple[Task, ...]:
    """The tasks on which a prompt may be tried out."""
    return _read("practice")


@lru_cache
def _read(table: str) -> tuple[Task, ...]:
    with _FILE.open("rb") as file:
        rows = tomllib.load(file)[table]
    return tuple(sorted(map(_task, rows), key=lambda task: task.size))


def _task(row: dict[str, Any]) -> Task:
    examples = {key: _examples(row[key]) for key in ("examples", "hidden")}
    return Task(**row | examples | {"arguments": tuple(row["arguments"].items())})


def _examples(pairs: Sequence[tuple[Sequence[Any], Any]]) -> tuple[Example, ...]:
    return tuple(Example(tuple(arguments), value) for arguments, value in pairs)
