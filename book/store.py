"""What executed pages left behind, under `_build/executed`, and whether it still holds.

Beside each page's executed notebook lies a manifest: a hash of the code cells, of the pinned
dependencies, and of every file that the page imported or read.  The page is fresh while all agree.
"""

import hashlib
import json
import platform
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from book.pages import Page, code_cells

FOLDER = Path("_build") / "executed"
# Tags that change what running a cell does; all others only change how it is shown.
_RUNNING_TAGS = {"raises-exception", "skip-execution"}


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """A hash of what `path` holds: a file's bytes, a folder's names, or that it is missing."""
    if path.is_dir():
        return digest(*sorted(inside.name for inside in path.iterdir()))
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"


def code_digest(notebook: NotebookNode) -> str:
    """A hash of the code that runs: prose, fences and display tags do not count."""
    cells = code_cells(notebook)
    tags = [sorted(_RUNNING_TAGS & set(cell.metadata.get("tags", []))) for cell in cells]
    return digest(*(f"{cell.source}\0{tag}" for cell, tag in zip(cells, tags, strict=True)))


def pins_digest(root: Path) -> str:
    return digest(file_digest(root / "requirements.lock"), platform.python_version())


def notebook_path(page: Page) -> Path:
    return page.root / FOLDER / f"{page.name}.ipynb"


def manifest_path(page: Page) -> Path:
    return page.root / FOLDER / f"{page.name}.json"


def load(page: Page) -> NotebookNode | None:
    """The executed notebook of `page`, if its code is the page's code."""
    path = notebook_path(page)
    if not path.exists():
        return None
    executed = nbformat.read(path, as_version=4)
    return executed if code_digest(executed) == code_digest(page.notebook) else None


def save(page: Page, executed: NotebookNode, inputs: Iterable[str], seconds: float) -> None:
    """Keep `executed` with the hashes of its `inputs`; the manifest, written last, makes it count."""
    path = notebook_path(page)
    path.parent.mkdir(parents=True, exist_ok=True)
    manifest = {
        "seconds": round(seconds, 1),
        "code": code_digest(page.notebook),
        "pins": pins_digest(page.root),
        "inputs": {_short(page, name): _as_read(Path(name), seconds) for name in inputs},
    }
    manifest_path(page).unlink(missing_ok=True)
    _write(path, nbformat.writes(executed))
    _write(manifest_path(page), json.dumps(manifest, indent=1))


def stale(page: Page) -> str | None:
    """Why `page` has to be executed, in a few words; None where its outputs still hold."""
    manifest = _manifest(page)
    if not manifest or not notebook_path(page).exists():
        return "not executed yet"
    if manifest["code"] != code_digest(page.notebook):
        return "its code changed"
    if manifest["pins"] != pins_digest(page.root):
        return "Python or a pinned package changed"
    for name, known in manifest["inputs"].items():
        if file_digest(page.root / name) != known:
            return f"{name} changed"
    return None


def seconds(page: Page) -> float | None:
    """How long the page took when it last ran."""
    return _manifest(page).get("seconds")


def _manifest(page: Page) -> dict[str, Any]:
    path = manifest_path(page)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _as_read(path: Path, seconds: float) -> str:
    """The file's hash, unless it was edited during the run, which may have seen either state."""
    edited = path.is_file() and path.stat().st_mtime > time.time() - seconds
    return "edited during the run" if edited else file_digest(path)


def _short(page: Page, name: str) -> str:
    path = Path(name)
    return path.relative_to(page.root).as_posix() if path.is_relative_to(page.root) else name


def _write(path: Path, text: str) -> None:
    """Whole or not at all, so that an interrupted build leaves no half file."""
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
