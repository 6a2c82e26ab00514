"""`{pycell}` shows code that a reader can run and change in the page, with Python in a worker.

The build packs Pyodide with NumPy, the exercises' checks and the bundled scripts into `_static`.
Where one of these cannot be had, the site is made without live cells and says so.
"""

import ast
import gzip
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from book.bundle import WEB, bundle
from book.store import digest, file_digest
from lab.assets import AssetError, fetch

_ROOT = Path(__file__).parents[2]
_CORE = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
_JUDGE = ("compare", "display", "excerpt", "judge", "submission", "verdict")
_ABSENT = (
    "This copy of the book was built without Python for the page: "
    "read the code here, or run it in a notebook."
)


class PycellDirective(SphinxDirective):
    """`{pycell}` with `:label:`, a short name of the cell, and Python code as its content."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"label": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the block under its label; an error where the label or the code is no good."""
        code = "\n".join(self.content)
        if "label" not in self.options:
            raise self.error("{pycell} needs a name for screen readers: add a line `:label: ...`")
        try:
            ast.parse(code)
        except SyntaxError as error:
            raise self.error(f"{{pycell}}: line {error.lineno} of the code: {error.msg}") from error
        label = nodes.paragraph("", self.options["label"], classes=["live-label"])
        block = nodes.literal_block(code, code, language="python")
        cell = nodes.container("", label, block, classes=["live-cell"])
        self.set_source_info(cell)
        return [cell]


def _pack(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Pack what the page's Python needs; gives the pages to write again where that has changed."""
    if app.builder.format != "html":
        return []
    static, before = Path(app.outdir) / "_static", vars(env).get("live")
    size, problem = "", ""
    scripts = static / "web" / "page.js"
    try:
        bundle(scripts.parent)
        size = pack_python(static / "live")
    except AssetError as error:
        problem = str(error)
    if scripts.exists():
        attributes: dict[str, Any] = {"data-python": size} if size else {}
        app.add_js_file("web/page.js", type="module", **attributes)
    state = {"size": size, "problem": problem, "scripts": file_digest(scripts)}
    vars(env)["live"] = state
    return [] if before in (None, state) else env.found_docs


def pack_python(target: Path) -> str:
    """Put Pyodide, NumPy and the checks into `target`; gives the compressed size, such as "9 MB".

    Raises `AssetError` where Pyodide or its NumPy is missing.
    """
    core, wheel = fetch("pyodide"), fetch("pyodide-numpy")
    target.mkdir(parents=True, exist_ok=True)
    _write(target / "struggle.zip", checks_archive())
    stamp = target / "version"
    key = digest(core.name, wheel.name, file_digest(Path(__file__)))
    if not (stamp.exists() and stamp.read_text("utf-8").startswith(key)):
        _unpack(core, wheel, target)
        packed = [path for path in target.iterdir() if path != stamp]
        size = sum(len(gzip.compress(path.read_bytes(), 6)) for path in packed)
        stamp.write_text(f"{key} {size}", "utf-8")
    return f"{int(stamp.read_text('utf-8').split()[1]) / 1e6:.0f} MB"


def _unpack(core: Path, wheel: Path, target: Path) -> None:
    with tarfile.open(core) as package:
        for name in (*_CORE, "pyodide-lock.json"):
            content = package.extractfile(f"package/{name}")
            assert content is not None
            (target / name).write_bytes(content.read())
    lock = json.loads((target / "pyodide-lock.json").read_text("utf-8"))
    lock["packages"] = {"numpy": lock["packages"]["numpy"]}
    (target / "pyodide-lock.json").write_text(json.dumps(lock), "utf-8")
    (target / wheel.name).write_bytes(wheel.read_bytes())


def checks_archive() -> bytes:
    """A zip of the judge, the exercises' checks and the runner of cells; equal for equal files."""
    files = {f"struggle/{name}.py": _ROOT / "struggle" / f"{name}.py" for name in _JUDGE}
    for path in sorted(_ROOT.glob("exercises/*/*/check.py")):
        files[path.relative_to(_ROOT).as_posix()] = path
    files["cell.py"] = WEB / "cell.py"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _write(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def _say_absent(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Under each cell, where the site has no Python for it."""
    if vars(app.env).get("live", {}).get("problem"):
        for cell in doctree.findall(nodes.container):
            if "live-cell" in cell["classes"]:
                cell += nodes.paragraph("", _ABSENT, classes=["live-absent"])


def _report(app: Sphinx, failure: Exception | None) -> None:
    problem = vars(app.env).get("live", {}).get("problem")
    if problem and failure is None:
        print(f"The site is built without live cells: {problem}", file=sys.stderr)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and the steps."""
    app.add_directive("pycell", PycellDirective)
    app.connect("env-updated", _pack)
    app.connect("doctree-resolved", _say_absent)
    app.connect("build-finished", _report)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
