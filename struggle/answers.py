"""Reads an exercise's answers: the reference, other right ones, and plausible wrong ones.

Each answer in an `answers.py` is one function under the name that the check calls, marked by one of
the decorators here.  The file is read and not run: an answer is a text that stands by itself, the
function with the imports, helpers and constants that it uses, and in an exercise of several
functions the reference for the others.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from struggle.excerpt import definitions, text_of
from struggle.submission import Function

Decorator = Callable[[Function], Function]


def reference(function: Function) -> Function:
    """Mark a function of the reference, which the page shows as the solution."""
    return function


def right(label: str) -> Decorator:
    """Mark another right answer, built as `label` says."""
    return reference


def wrong(message: str) -> Decorator:
    """Mark an answer that must fail with the message of that id."""
    return reference


@dataclass(frozen=True)
class Answer:
    """A text to submit; `label` says how a right one is built, or names the message to get."""

    label: str
    source: str


@dataclass(frozen=True)
class Answers:
    """All answers of one exercise; `alternative` is the first right one by itself."""

    reference: str
    alternative: str
    right: list[Answer]
    wrong: list[Answer]


@cache
def load_answers(path: Path) -> Answers:
    """All answers that the file at `path` marks."""
    return _Reader(path.read_text(encoding="utf-8")).answers()


class _Reader:
    """One file of answers, taken apart."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.marked: dict[str, list[tuple[str, ast.FunctionDef]]] = {}
        self.others: list[ast.stmt] = []
        for node in ast.parse(text).body:
            kind, label = _mark(node)
            if isinstance(node, ast.FunctionDef) and kind:
                node.decorator_list.clear()  # the mark is no part of the answer
                self.marked.setdefault(kind, []).append((label, node))
            elif not (isinstance(node, ast.ImportFrom) and node.module == __name__):
                self.others.append(node)
        self.reference = [function for _, function in self.marked["reference"]]

    def answers(self) -> Answers:
        """The answers, each as a text."""
        names = [function.name for function in self.reference]
        alone = self.marked["right"][0][1]
        return Answers(
            reference=self._source(names, self.reference),
            alternative=self._source([alone.name], [alone]),
            right=[self._answer(label, function) for label, function in self.marked["right"]],
            wrong=[self._answer(label, function) for label, function in self.marked["wrong"]],
        )

    def _answer(self, label: str, function: ast.FunctionDef) -> Answer:
        others = [each for each in self.reference if each.name != function.name]
        names = [each.name for each in self.reference]
        return Answer(label, self._source(names, [*others, function]))

    def _source(self, names: list[str], functions: list[ast.FunctionDef]) -> str:
        return text_of(definitions([*self.others, *functions], names), self.text)


def _mark(node: ast.stmt) -> tuple[str, str]:
    """Kind and label of a marked function, else two empty texts."""
    match node:
        case ast.FunctionDef(decorator_list=[ast.Name(id="reference")]):
            return "reference", ""
        case ast.FunctionDef(
            decorator_list=[ast.Call(func=ast.Name(id=kind), args=[ast.Constant(value=label)])]
        ):
            return kind, str(label)
    return "", ""
