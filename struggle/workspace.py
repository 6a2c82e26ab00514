"""The learner's own files: where an answer is written, how it is read, and how it is judged.

An answer lies in `work/<chapter>/<name>.py` (or `.ipynb`) beside the book; STRUGGLE_WORK names
another folder.  It is judged in a process of its own, which an endless loop cannot hold up for ever.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from struggle.catalog import Exercise
from struggle.judge import ROOT
from struggle.verdict import NotYet, Verdict, not_yet

PATIENCE = 60.0  # seconds; most checks take a hundredth of one
_JUDGE = "from struggle.judge import main; main()"
_TIMERS = ("time", "timeit", "capture", "prun")  # cell magics whose cell is the learner's own code


class FileError(Exception):
    """A file of the learner cannot be read; the message says why and what to do."""


def folder() -> Path:
    """Where the learner's answers lie."""
    return Path(os.environ.get("STRUGGLE_WORK") or ROOT.parent / "work").expanduser().resolve()


def answer_file(exercise: Exercise) -> Path | None:
    """The learner's file for `exercise`, the one saved last if there are two."""
    found = [folder() / f"{exercise.id}{suffix}" for suffix in (".py", ".ipynb")]
    return max(filter(Path.exists, found), key=lambda path: path.stat().st_mtime, default=None)


def new_file(exercise: Exercise, *, notebook: bool = False) -> Path:
    """Write the starter to a fresh file; an older answer is kept under a numbered name."""
    path = folder() / f"{exercise.id}{'.ipynb' if notebook else '.py'}"
    path.parent.mkdir(parents=True, exist_ok=True)
    while old := answer_file(exercise):
        old.rename(_numbered(old))
    path.write_text(_notebook(exercise) if notebook else _script(exercise), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Answer:
    """What the learner has written in a file: one text, or those of a notebook's code cells."""

    path: Path
    cells: list[str]

    @property
    def code(self) -> str:
        """All of it as one text."""
        return "\n\n".join(self.cells)


def read_answer(path: Path) -> Answer:
    """The code in `path`, a `.py` file or a notebook.

    Raises `FileError` where there is no such file, or it is neither of the two.
    """
    if not path.is_file():
        raise FileError(f"There is no file {path}.")
    try:
        text = path.read_text(encoding="utf-8-sig")
        cells = _code_cells(json.loads(text)) if path.suffix == ".ipynb" else [text]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileError(
            f"{path} is not a {'notebook' if path.suffix == '.ipynb' else 'text file'} in UTF-8; "
            "open it in an editor and save it again."
        ) from None
    return Answer(path, cells)


def judged(exercise: Exercise, answer: Answer, patience: float = PATIENCE) -> Verdict:
    """The verdict on `answer`; what it prints goes to the terminal."""
    question = {"id": exercise.id, "names": exercise.functions, "cells": answer.cells}
    try:
        told = _ask_child(question, answer.path.parent, patience)
    except NotYet as failure:
        return not_yet(failure)
    return Verdict(**{name: told[name] for name in Verdict.__dataclass_fields__})


def tested(exercise: Exercise, answer: Answer, expression: str) -> tuple[bool | None, str]:
    """Whether `expression` is true beside the learner's definitions, and what to say of it."""
    names = exercise.functions
    question = {"names": names, "cells": answer.cells, "expression": expression}
    try:
        held, said = _ask_child(question, answer.path.parent, PATIENCE)
    except NotYet as failure:
        return None, failure.cause
    return held, said


def _ask_child(question: Mapping[str, Any], folder: Path, patience: float) -> Any:
    """What `struggle.judge` answers in a process of its own, or raise `NotYet` where it cannot."""
    known = os.pathsep.join(filter(None, [str(ROOT.parent), os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryDirectory() as place:
        answer = Path(place, "answer.json")
        try:
            child = subprocess.run(
                [sys.executable, "-P", "-c", _JUDGE, answer],
                input=json.dumps(question),
                encoding="utf-8",
                timeout=patience,
                check=False,
                cwd=folder,
                env=os.environ | {"PYTHONPATH": known},
            )
        except subprocess.TimeoutExpired:
            raise NotYet(
                "too-long",
                cause=f"Your answer ran for {patience:g} seconds and was stopped.",
                next="Look for a loop that never ends; try it on a small input first.",
            ) from None
        if not answer.exists():
            raise _crashed(child.returncode)
        return json.loads(answer.read_text(encoding="utf-8"))


def _crashed(status: int) -> NotYet:
    how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    return NotYet(
        "crashed",
        cause=f"Your answer ended the whole process ({how}).",
        next="Look for too much memory, endless recursion, or an exit.",
    )


def _code_cells(notebook: Mapping[str, Any]) -> list[str]:
    cells = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [_without_magics("".join(source)) for source in cells]


def _without_magics(source: str) -> str:
    """IPython's own syntax as Python; a cell in another language, or for a file, is left out."""
    from IPython.core.inputtransformer2 import TransformerManager

    if source.startswith("%%"):
        magic, _, body = source.partition("\n")
        source = "\n" + body if magic[2:].split(" ")[0] in _TIMERS else ""
    python: str = TransformerManager().transform_cell(source)
    return python


def _numbered(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists():
        number += 1
    return kept


def _script(exercise: Exercise) -> str:
    about = f'"""{exercise.title}: {exercise.goal}\n\nstruggle check {exercise.id}\n"""\n\n'
    return about + exercise.starter + "\n"


def _notebook(exercise: Exercise) -> str:
    import nbformat
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells: Sequence[object] = [
        new_markdown_cell(f"# {exercise.title}\n\n{exercise.statement}"),
        new_code_cell(exercise.starter),
        new_code_cell(f'from struggle import exercise\n\ne = exercise("{exercise.id}")\ne'),
    ]
    text: str = nbformat.writes(new_notebook(cells=cells))
    return text + "\n"
