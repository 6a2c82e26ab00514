"""The list in `sw.js`: which files belong to the first visit, which come later, and their hashes."""

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from book.serviceworker import groups, write_worker

PAGES = {
    "index.html",
    "chapters/scaling/index.html",
    "searchindex.js",
    "_static/logo.svg",
    "_static/mathjax/tex-mml-chtml.js",
    "_static/mathjax/output/chtml/fonts/woff-v2/MathJax_Main-Regular.woff",
    "_static/demo/denoising.js",
    "_static/web/page.js",
}
LATER = {
    "_sources/chapters/scaling/index.ipynb",
    "_static/a name & ünusual.onnx",
    "_static/demo/diffusion.onnx",
    "_static/demo/ort.js",
    "_static/live/pyodide.asm.js",
    "_static/live/pyodide.asm.wasm",
    "_static/mathjax/sre/mathmaps/en.json",
}
NEVER = {".buildinfo", "_static/.empty", "_static/mathjax/version", "objects.inv", "a.js.map"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in PAGES | LATER | NEVER:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"the content of {name}", "utf-8")
    return tmp_path


def _written(site: Path) -> Any:
    write_worker(site)
    worker = (site / "sw.js").read_text("utf-8")
    line = next(line for line in worker.splitlines() if line.startswith("const FILES = "))
    return json.loads(line.removeprefix("const FILES = ").removesuffix(";"))


def test_each_file_is_in_the_group_that_it_belongs_to(site: Path) -> None:
    found = groups(site)
    assert {unquote(path) for path in found["pages"]} == PAGES
    assert {unquote(path) for path in found["later"]} == LATER


def test_a_path_is_written_as_a_browser_asks_for_it(site: Path) -> None:
    assert "_static/a%20name%20&%20%C3%BCnusual.onnx" in groups(site)["later"]


def test_the_worker_lists_the_hash_and_the_size_of_each_file(site: Path) -> None:
    files = _written(site)
    for path, (digest, size) in {**files["pages"], **files["later"]}.items():
        content = (site / unquote(path)).read_bytes()
        assert hashlib.sha256(content).hexdigest().startswith(digest)
        assert len(digest) == 16
        assert size == len(content)


def test_the_same_files_make_the_same_worker(site: Path) -> None:
    """Else each build would be a new version to every reader's browser."""
    first = _written(site)
    before = (site / "sw.js").read_bytes()
    assert _written(site) == first
    assert (site / "sw.js").read_bytes() == before
    (site / "index.html").write_text("another", "utf-8")
    changed = _written(site)
    paths = {path for path in first["pages"] if first["pages"][path] != changed["pages"][path]}
    assert paths == {"index.html"}
