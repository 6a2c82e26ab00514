"""Registers an exercise's answers: the reference, other right ones, and plausible wrong ones.

Each answer in an `answers.py` is one function under the name that the check calls; in an exercise
of several functions the reference stands in for the others.
The decorators for right and wrong answers give back the reference, so that functions of the
module that call one another always find it.
"""

import ast
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

Function = Callable[..., object]
Functions = dict[str, Function]


@dataclass(frozen=True)
class Answer:
    """Functions to submit; `label` says how a right one is built, or names the message to get."""

    label: str
    functions: Functions


@dataclass
class Answers:
    """All answers of one exercise."""

    reference: Functions = field(default_factory=dict)
    right: list[Answer] = field(default_factory=list)
    wrong: list[Answer] = field(default_factory=list)


def reference(function: Function) -> Function:
    """Register a function of the reference, which the page shows as the solution."""
    _registry(function).reference[function.__name__] = function
    return function


def right(label: str) -> Callable[[Function], Function]:
    """Register another right answer, built as `label` says."""
    return lambda function: _add(_registry(function).right, label, function)


def wrong(message: str) -> Callable[[Function], Function]:
    """Register an answer that must fail with the message of that id."""
    return lambda function: _add(_registry(function).wrong, message, function)


def _registry(function: Function) -> Answers:
    names: dict[str, object] = getattr(function, "__globals__")  # noqa: B009  (mypy has no such name)
    found = names.setdefault("__answers__", Answers())
    assert isinstance(found, Answers)
    return found


def _add(answers: list[Answer], label: str, function: Function) -> Function:
    complete = _registry(function).reference
    answers.append(Answer(label, complete | {function.__name__: function}))
    return complete[function.__name__]


def load_module(path: Path) -> ModuleType:
    """Run the Python file at `path` as a module of its own, outside the import system."""
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_answers(path: Path) -> Answers:
    """All answers that the file at `path` registers."""
    answers = load_module(path).__dict__.get("__answers__")
    assert isinstance(answers, Answers), f"{path} registers no answer"
    return answers


def sources(path: Path) -> tuple[str, str]:
    """The source text of the reference and of the first other right answer, decorators left out.

    The file is read and not run, so that a solution can be shown where its libraries are missing.
    """
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    shown = [node for node in functions if _mark(node) == "reference"]
    other = next(node for node in functions if _mark(node) == "right")
    return _excerpt(shown, tree, text), _excerpt([other], tree, text)


def _mark(function: ast.FunctionDef) -> str:
    return (
        ast.unparse(function.decorator_list[0]).partition("(")[0] if function.decorator_list else ""
    )


def _excerpt(functions: list[ast.FunctionDef], tree: ast.Module, text: str) -> str:
    """`functions` as they stand in `text`, after the imports that they use."""
    names = (node for function in functions for node in ast.walk(function))
    used = {node.id for node in names if isinstance(node, ast.Name)}
    imports = [
        ast.unparse(node)
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and any((alias.asname or alias.name) in used for alias in node.names)
    ]
    bodies = [ast.get_source_segment(text, function) or "" for function in functions]
    return "\n\n\n".join(["\n".join(imports), *bodies] if imports else bodies)
