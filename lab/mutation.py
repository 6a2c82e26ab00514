"""Mutation testing: change code a little at a time, and see which of its tests notice.

The changes are Cosmic Ray's operators (a comparison turned round, a number one larger, a loop left
out, ...).  It judges tests, and not the code: a mutant that no test kills is a change that nobody
would have noticed, unless it changes nothing that can be observed.
"""

import ast
import difflib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import CodeType, FrameType, ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from lab.review import Patch, module, suite

STEPS = 100_000  # executed lines after which a mutant is taken to run for ever


class Endless(BaseException):
    """Not an `Exception`, so that code under test does not catch it."""


@dataclass(frozen=True)
class Mutant:
    """Code with one change: the line `before` has become `after`."""

    source: str
    line: int
    before: str
    after: str


@dataclass(frozen=True)
class Judged:
    """Which tests kill which mutants: `kills` has a row for each test and a column for each mutant."""

    tests: tuple[str, ...]
    mutants: tuple[Mutant, ...]
    kills: npt.NDArray[np.bool_]

    @property
    def live(self) -> list[Mutant]:
        """The mutants that no test kills."""
        return [self.mutants[i] for i in np.flatnonzero(~self.kills.any(axis=0))]

    @property
    def score(self) -> float:
        """The share of mutants that at least one test kills."""
        return 1 - len(self.live) / len(self.mutants)


@cache
def _operators() -> tuple[Any, ...]:
    """Cosmic Ray's operators; those that want the name of a variable are left out."""
    from cosmic_ray.plugins import get_operator, operator_names

    return tuple(get_operator(n)() for n in operator_names() if not get_operator(n).arguments())


def mutants(source: str) -> list[Mutant]:
    """All single changes of `source`, each once; annotations and docstrings stay as they are."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code

    seen, found = {_meaning(source)}, []
    nodes = list(ast_nodes(get_ast(source)))
    for operator in _operators():
        places = sum(len(list(operator.mutation_positions(node))) for node in nodes)
        for place in range(places):
            changed = mutate_code(source, operator, place)
            if (meaning := _meaning(changed)) not in seen:
                seen.add(meaning)
                found.append(_mutant(source, changed))
    return sorted(found, key=lambda mutant: mutant.line)


def _meaning(source: str) -> str:
    """The syntax tree without annotations, so that two texts of the same code count once."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)


def _mutant(source: str, changed: str) -> Mutant:
    old, new = source.splitlines(), changed.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    _, i, _, j, _ = next(code for code in matcher.get_opcodes() if code[0] != "equal")
    return Mutant(changed, i + 1, old[i].strip(), new[j].strip())


def judge(patch: Patch) -> Judged:
    """The contributor's tests of `patch` against all mutants of its code."""
    names = tuple(
        name for name in vars(_tests(patch, patch.source("after"))) if name.startswith("test_")
    )
    found = tuple(mutants(patch.source("after")))
    columns = [[not _passes(patch, mutant, name) for name in names] for mutant in found]
    return Judged(names, found, np.array(columns).T)


def _tests(patch: Patch, source: str) -> ModuleType:
    return suite(patch.tests("after"), module(source, patch.name))


def _passes(patch: Patch, mutant: Mutant, name: str) -> bool:
    try:
        with limited(f"<{patch.name}>"):
            getattr(_tests(patch, mutant.source), name)()
    except (Exception, Endless):
        return False
    return True


@contextmanager
def limited(file: str, steps: int = STEPS) -> Iterator[None]:
    """Raise `Endless` once `steps` lines of the code compiled as `file` have run.

    Lines are counted and not seconds, so that a slow machine finds the same.
    """
    left = steps

    def line(frame: FrameType, event: str, _: object) -> Callable[..., Any]:
        nonlocal left
        left -= event == "line"
        if left < 0:
            raise Endless
        return line

    def call(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        code: CodeType = frame.f_code
        return line if code.co_filename == file else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        yield
    finally:
        sys.settrace(before)
