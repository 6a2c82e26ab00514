"""Runs an exercise's check: on functions, or on the text of a cell, a file or a whole notebook.

It stands on NumPy alone, so that the same code judges in a notebook, in a shell and in the page.
`main` is the child process of the shell: its question and its answer are JSON.
"""

import __future__

import ast
import builtins
import importlib.util
import json
import os
import signal
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np

from struggle.excerpt import definitions
from struggle.submission import Function, Submission, raised
from struggle.verdict import NotYet, Verdict, not_yet

ROOT = Path(__file__).resolve().parents[1] / "exercises"

Check = Callable[[Submission, np.random.Generator], Verdict]
Namespace = dict[str, object]


def load_module(path: Path) -> ModuleType:
    """Run the Python file at `path` as a module of its own, outside the import system."""
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_of(id: str) -> Check:
    """The function `check(submission, rng)` of the exercise `id`."""
    check: Check = load_module(ROOT / id / "check.py").check
    return check


def judge(id: str, functions: Mapping[str, Function]) -> Verdict:
    """Check `functions` for the exercise `id`; the same functions get the same verdict again."""
    rng = np.random.default_rng(zlib.crc32(id.encode()))
    with np.errstate(all="ignore"):
        return check_of(id)(Submission(functions), rng)


def judge_source(id: str, names: Sequence[str], source: str) -> Verdict:
    """Check the functions `names` as the text `source` defines them."""
    return judge_cells(id, names, [source])


def judge_cells(id: str, names: Sequence[str], cells: Sequence[str]) -> Verdict:
    """As `judge_source`, for the texts of a notebook's cells, the last definition counting."""
    try:
        defined = _define(names, cells)
    except NotYet as failure:
        return not_yet(failure)
    return judge(id, {name: made for name in names if callable(made := defined.get(name))})


def holds(names: Sequence[str], source: str, expression: str) -> tuple[bool | None, str]:
    """Whether `expression` is true beside the definitions of `source`, and what to say of it.

    None where it cannot be told: the code does not run, or the expression raises.
    """
    try:
        wanted = [*names, *_names_in(expression)]
        return truth(expression, {"np": np} | _define(wanted, [source]))
    except NotYet as failure:
        return None, failure.cause


def truth(expression: str, namespace: Namespace) -> tuple[bool | None, str]:
    """As `holds`, with the names of `namespace`."""
    try:
        with np.errstate(all="ignore"):
            value = eval(expression.strip(), namespace)
    except (Exception, SystemExit) as error:
        text = raised(error, "The test", "<string>").cause
        return None, f"{text} Write an expression that is True or False."
    if not isinstance(value, (bool, np.bool_)):
        kind = type(value).__name__
        return None, f"The test gave a value of type {kind}. Write one that is True or False."
    return bool(value), "It holds." if value else "It does not hold."


def _names_in(expression: str) -> list[str]:
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError):  # `truth` says what is the matter
        return []
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


def _define(names: Sequence[str], cells: Sequence[str]) -> Namespace:
    """Run what defines `names`, or raise `NotYet` with the place of the fault."""
    place: dict[int, str] = {}
    statements: list[ast.stmt] = []
    broken: SyntaxError | None = None
    for number, cell in enumerate(cells, start=1):
        try:
            tree = ast.parse(cell)
        except (SyntaxError, ValueError) as error:  # ValueError: a null byte
            broken = error if isinstance(error, SyntaxError) else SyntaxError(str(error))
            continue
        statements += tree.body
        place |= {id(statement): f"<cell {number}>" for statement in tree.body}
    wanted = definitions(statements, names)
    defined: Namespace = {"__name__": "answer"}
    for statement in wanted:
        _run(statement, place[id(statement)], defined)
    if broken and not all(name in defined or hasattr(builtins, name) for name in names):
        raise _no_python(broken)
    return defined


def _run(statement: ast.stmt, file: str, namespace: Namespace) -> None:
    # Annotations say nothing to a check, and need not be defined.
    lazy = __future__.annotations.compiler_flag
    try:
        exec(compile(ast.Module([statement], []), file, "exec", lazy), namespace)
    except SyntaxError as error:  # such as a `return` outside any function
        raise _no_python(error) from None
    except (Exception, SystemExit) as error:
        raise raised(error, "Your code", file) from None


def _no_python(error: SyntaxError) -> NotYet:
    line = f"Line {error.lineno}" if error.lineno else "The code"
    return NotYet(
        "no-python",
        cause=f"{line} is not Python yet: {error.msg}.",
        next="Look at that line and at the one before it: a bracket, a colon, an indent?",
    )


def main() -> None:
    """Answer the question on the standard input, in the file that the first argument names."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
    sys.path.append(str(Path.cwd()))  # the learner's own helpers, after everything else
    question = json.load(sys.stdin)
    if "expression" in question:
        source = "\n".join(question["cells"])
        answer: object = holds(question["names"], source, question["expression"])
    else:
        answer = judge_cells(question["id"], question["names"], question["cells"]).as_dict()
    Path(sys.argv[1]).write_text(json.dumps(answer), encoding="utf-8")
    sys.stdout.flush()
    os._exit(0)  # threads and children that the answer left behind hold nothing up
