"""Runs a reader's code in the page: cells that share their names, and the exercises' checks.

Every answer is JSON, for the page's script; what the code prints goes to a function of it.
"""

import ast
import io
import json
import linecache
import re
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout

Write = Callable[[str], object]

_PLACE = re.compile(r' *File "(<cell \d+>)", line (\d+)')  # as a SyntaxError has it
_FRAMES = 6  # of a long traceback, half from each end
_SHOWN = 65536  # characters of a value
_HINTS = (
    (NameError, "If another cell of this page defines it, run that one first."),
    (
        ModuleNotFoundError,
        "The page has Python's own modules and NumPy; a notebook has the others.",
    ),
)
_spaces: dict[str, dict[str, object]] = {}
_files: list[str] = []  # one name a run; the last is the cell that runs


class _Output(io.TextIOBase):
    """A text stream that hands on to `write` all that it gets, and to nobody where that is None."""

    def __init__(self, write: Write | None) -> None:
        self._write = write

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._write:
            self._write(text)
        return len(text)


def run(source: str, space: str, write: Write) -> str:
    """Run `source` among the names of `space`: {"ok", "text"}, the last value or what went wrong."""
    file = f"<cell {len(_files)}>"
    _files.append(file)
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    names = _spaces.setdefault(space, {"__name__": "__main__"})
    names.pop("__warningregistry__", None)  # else a second run would warn no more
    with redirect_stdout(_Output(write)), redirect_stderr(_Output(write)):
        try:
            value = _execute(source, file, names)
            ok, text = True, "" if value is None else repr(value)
        except BaseException as error:
            ok, text = False, explained(error)
    return json.dumps({"ok": ok, "text": text[:_SHOWN]})


def _execute(source: str, file: str, names: dict[str, object]) -> object:
    """Run the statements; gives the value of the last one where that is an expression."""
    tree = ast.parse(source, file)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, file, "exec"), names)
        return None
    tree.body.pop()
    exec(compile(tree, file, "exec"), names)
    return eval(compile(ast.Expression(last.value), file, "eval"), names)


def explained(error: BaseException) -> str:
    """The reader's own lines that led to `error`, then the error itself."""
    lines = [*_trace(error), *traceback.format_exception_only(error)]
    text = _PLACE.sub(lambda m: f"line {m[2]} of {_cell(m[1])}:", "".join(lines).rstrip())
    return text + next((f"\n{hint}" for kind, hint in _HINTS if isinstance(error, kind)), "")


def _trace(error: BaseException) -> Iterator[str]:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in _files]
    half = _FRAMES // 2
    left_out = len(frames) - _FRAMES
    shown = frames if left_out <= 0 else frames[:half] + frames[-half:]
    for number, frame in enumerate(shown):
        if number == half and left_out > 0:
            yield f"… and {left_out} more calls\n"
        where = "" if frame.name == "<module>" else f", in {frame.name}"
        yield f"line {frame.lineno} of {_cell(frame.filename)}{where}: {frame.line}\n"


def _cell(file: str) -> str:
    return "this cell" if file == _files[-1] else "an earlier cell"


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    line: str | None = None,
) -> str:
    place = f"line {lineno} of {_cell(filename)}: " if filename in _files else ""
    return f"{place}{category.__name__}: {message}\n"


warnings.formatwarning = _warned


def check(id: str, names: Sequence[str], source: str) -> str:
    """The verdict on the functions `names` of `source` for the exercise `id`."""
    from struggle.judge import judge_source  # here, for it imports NumPy

    with redirect_stdout(_Output(None)), redirect_stderr(_Output(None)):
        return json.dumps(judge_source(id, list(names), source).as_dict())


def holds(names: Sequence[str], source: str, expression: str) -> str:
    """Whether `expression` is true beside the definitions of `source`: {"held", "text"}."""
    from struggle.judge import holds

    with redirect_stdout(_Output(None)), redirect_stderr(_Output(None)):
        held, text = holds(list(names), source, expression)
    return json.dumps({"held": held, "text": text})
