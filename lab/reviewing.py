"""The review lab for a reader: what the page and the notebook show, and the notebook's widget.

The page and the notebook run the same module, `book/web/reviewing.js`; `make book` packs it into
`_build/html/_static/reviewing`.
"""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from lab.results import load
from lab.review import KINDS, Patch, diff, patches

PACKED = Path(__file__).parents[1] / "_build" / "html" / "_static" / "reviewing"
TOOLS = {"ruff": "Ruff", "properties": "generic properties", "mutation": "mutation testing"}


def exhibit() -> dict[str, Any]:
    """All patches with their answers, and what the tools report on each, as plain values."""
    reported: dict[str, dict[str, Any]] = {}
    for row in load("review-tools"):
        reported.setdefault(row["patch"], {})[row["tool"]] = {
            "reports": bool(row["reports"]),
            "hit": bool(row["hit"]),
            "says": row["says"],
        }
    shown = [{**_shown(patch), "tools": reported[patch.name]} for patch in patches()]
    return {"kinds": list(KINDS), "tools": TOOLS, "patches": shown}


def _shown(patch: Patch) -> dict[str, Any]:
    names = {"code": f"{patch.name}.py", "tests": f"test_{patch.name}.py"}
    return {
        "name": patch.name,
        "title": patch.title,
        "description": patch.description.strip().splitlines(),
        "files": [
            {
                "file": file,
                "name": names[file],
                "lines": [[x.mark, x.number, x.text] for x in lines],
            }
            for file, lines in patch.diff.items()
        ],
        "why": patch.why,
        **_answer(patch),
    }


def _answer(patch: Patch) -> dict[str, Any]:
    fault = patch.fault
    if fault is None:
        return {"kind": None}
    return {
        "kind": fault.kind,
        "planted": [f"{file}:{number}" for file, number in sorted(fault.lines)],
        "input": fault.input,
        "shows": fault.shows,
        "gives": fault.gives,
        "should": fault.should,
        "repair": repair(patch),
    }


def repair(patch: Patch) -> list[list[str]]:
    """The lines that the repair takes out and puts in: [mark, text]."""
    lines = diff(patch.source("after"), patch.source("repaired"))
    lines += diff(patch.tests("after"), patch.tests("repaired"))
    return [[line.mark, line.text] for line in lines if line.mark != " "]


class Reviewing(anywidget.AnyWidget):
    """The review lab in a live notebook; `kept` holds the reader's reviews, by the patch's name.

    Raises `FileNotFoundError`, with what to do, where the `folder` lacks the module.
    """

    exhibit = traitlets.Dict().tag(sync=True)
    kept = traitlets.Dict().tag(sync=True)

    def __init__(self, folder: str | Path = PACKED, *, kept: dict[str, Any] | None = None) -> None:
        module = Path(folder) / "reviewing.js"
        if not module.exists():
            raise FileNotFoundError(f"{module} is missing; make it with: make book")
        super().__init__(_esm=module.read_text("utf-8"), exhibit=exhibit(), kept=kept or {})
