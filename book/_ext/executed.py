"""Hands the executed notebooks to Sphinx, which itself never runs anything.

`book.execute` leaves them under `_build/executed`.  When a page is read its cells get their outputs
from there; a page whose outputs changed is read again; and the notebook that a reader downloads is
made from the same source and outputs, with its prose in plain Markdown.
"""

from functools import partial
from pathlib import Path
from typing import Any

import myst_nb.sphinx_
import nbformat
from docutils import nodes
from myst_nb.core.execute import NotebookClientBase
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from book import store
from book.download import downloadable
from book.pages import Page, code_cells
from lab.measured import MIME


class Executed(NotebookClientBase):
    """Fills a notebook with the outputs that the build stored for it."""

    def start_client(self) -> None:
        """Copy the outputs, or warn that there are none for this code."""
        if not code_cells(self.notebook):
            return
        stored = store.load(Page(self._kwargs["root"], self._kwargs["name"]))
        if stored is None:
            self.logger.warning("The code of this page has not been executed: run `make book`.")
            return
        fill(self.notebook, stored)


def fill(notebook: NotebookNode, stored: NotebookNode) -> None:
    """Put the outputs of `stored`, which has the same code, into `notebook`."""
    for cell, done in zip(code_cells(notebook), code_cells(stored), strict=True):
        cell.execution_count = done.execution_count
        cell.outputs = done.outputs
        for output in cell.outputs:
            output.get("data", {}).pop(MIME, None)  # for the ledger, which reads the stored file
    if "widgets" in stored.metadata:
        notebook.metadata.widgets = stored.metadata.widgets


def _client(
    root: Path, notebook: NotebookNode, source: str, config: Any, logger: Any, read_fmt: Any = None
) -> Executed:
    path = Path(source)
    name = path.relative_to(root).with_suffix("").as_posix()
    return Executed(notebook, path, config, logger, root=root, name=name)


def _take_over(app: Sphinx) -> None:
    # MyST-NB has no setting for a client of one's own; its caching one loses outputs in downloads.
    myst_nb.sphinx_.create_client = partial(_client, Path(app.srcdir))


def _note(app: Sphinx, docname: str, source: list[str]) -> None:
    _seen(app.env)[docname] = _outputs(app, docname)


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """The pages whose outputs are not those that Sphinx last read."""
    return [name for name, known in _seen(env).items() if _outputs(app, name) != known]


def _seen(env: BuildEnvironment) -> dict[str, str]:
    found: dict[str, str] = vars(env).setdefault("executed_outputs", {})
    return found


def _outputs(app: Sphinx, docname: str) -> str:
    return store.file_digest(store.notebook_path(Page(Path(app.srcdir), docname)))


def _write_download(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Write the notebook that a reader downloads, and tell the theme of it."""
    page = Page(Path(app.srcdir), name)
    if doctree is None or not page.is_notebook or not (stored := store.load(page)):
        return
    fill(page.notebook, stored)
    path = Path(app.outdir) / "_sources" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(downloadable(page.notebook), path)
    context["ipynb_source"] = f"{name}.ipynb"


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps; the theme makes its download button at priority 501."""
    app.connect("builder-inited", _take_over)
    app.connect("source-read", _note)
    app.connect("env-get-outdated", _outdated)
    app.connect("html-page-context", _write_download, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
