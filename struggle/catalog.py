"""Finds and loads the exercises under `exercises/<chapter>/<name>/`."""

import difflib
import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from struggle.answers import load_answers
from struggle.judge import ROOT

SECTIONS = ("Task", "Starter", "Direction", "Principle", "Worked step", "What the solution teaches")


@dataclass(frozen=True)
class Exercise:
    """One exercise as its `exercise.md` and `answers.py` tell it; texts are Markdown."""

    id: str
    title: str
    goal: str
    minutes: int
    difficulty: int
    skills: tuple[str, ...]
    page: str
    predict: str
    statement: str
    starter: str
    hints: tuple[str, ...]
    teaches: str
    solution: str
    alternative: str
    claim: str = ""
    needs: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return ROOT / self.id

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions that the check calls, from the starter."""
        return tuple(re.findall(r"^def (\w+)", self.starter, re.MULTILINE))


def ids() -> list[str]:
    """The ids of all exercises in the book's order, for instance `scaling/fit-exponent`."""
    found = sorted(
        path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("*/*/exercise.md")
    )
    order = ROOT / "order.txt"
    listed = order.read_text(encoding="utf-8").split() if order.exists() else []
    return sorted(found, key=lambda id: listed.index(id) if id in listed else len(listed))


def find(name: str) -> str:
    """The id of the exercise `name`: itself, or its last part where only one has it.

    Raises `LookupError` with the nearest ids if there is none.
    """
    known = ids()
    fitting = [id for id in known if name in (id, id.partition("/")[2])]
    if len(fitting) != 1:
        raise LookupError(_unknown(str(name), known))
    return fitting[0]


@functools.cache
def load(id: str) -> Exercise:
    """The exercise `id`.

    Raises `LookupError` if there is none, and `ValueError` if its page lacks a section or a field.
    """
    known = ids()
    if id not in known:
        raise LookupError(_unknown(id, known))
    path = ROOT / id / "exercise.md"
    front, sections = _parse(path)
    answers = load_answers(path.with_name("answers.py"))
    try:
        return Exercise(
            id=id,
            **front,
            statement=sections["Task"],
            starter=_unfenced(sections["Starter"]),
            hints=tuple(sections[name] for name in SECTIONS[2:5]),
            teaches=sections["What the solution teaches"],
            solution=answers.reference,
            alternative=answers.alternative,
        )
    except TypeError as error:
        raise ValueError(f"{path}: front matter: {error}") from None


def _unknown(id: str, known: list[str]) -> str:
    by_name = [
        each for each in known if each.partition("/")[2] == id.partition("/")[2] or id in each
    ]
    near = list(dict.fromkeys([*by_name, *difflib.get_close_matches(id, known, n=3, cutoff=0.4)]))
    guess = f"Did you mean {' or '.join(near)}? " if near else ""
    return f"There is no exercise {id!r}. {guess}`struggle list` names all {len(known)}."


def _parse(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Front matter and sections by heading."""
    _, matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    front = yaml.safe_load(matter)
    for key in ("skills", "needs"):
        front[key] = tuple(front.get(key, ()))
    _, *parts = re.split(r"^## (.+)\n", body, flags=re.MULTILINE)
    sections = {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
    if tuple(sections) != SECTIONS:
        raise ValueError(
            f"{path}: the sections must be {', '.join(SECTIONS)}; got {list(sections)}"
        )
    return front, sections


def _unfenced(block: str) -> str:
    return re.sub(r"\A```python\n|\n```\Z", "", block)
