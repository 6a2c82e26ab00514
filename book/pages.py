"""The pages of the book: what `_toc.yml` lists, each read as the notebook that it is."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbformat import NotebookNode


@dataclass(frozen=True)
class Page:
    """A Markdown page; `name` is its path under the root without the suffix, Sphinx's docname."""

    root: Path
    name: str

    @property
    def path(self) -> Path:
        return self.root / f"{self.name}.md"

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def notebook(self) -> NotebookNode:
        """The page's cells, without outputs; `metadata.source_map` holds their first lines."""
        read: NotebookNode = read_myst_markdown_notebook(
            self.text, add_source_map=True, path=self.path
        )
        return read

    @property
    def is_notebook(self) -> bool:
        return is_myst_markdown_notebook(self.text) and bool(code_cells(self.notebook))

    @property
    def is_timed(self) -> bool:
        """Whether the page times things, and so wants the machine for itself."""
        return bool(self.notebook.metadata.get("timing"))

    def line(self, cell: int) -> int:
        """The line of the file, from 1, on which the code of cell number `cell` starts."""
        start: int = self.notebook.metadata["source_map"][cell]
        first = self.notebook.cells[cell].source.split("\n", 1)[0]
        lines = self.text.splitlines()
        return next((n for n in range(start, len(lines)) if lines[n] == first), start) + 1


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def pages(root: Path) -> list[Page]:
    """All pages of the book under `root`, in reading order."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    found = [Page(root, name) for name in _names(toc)]
    if missing := [page.name for page in found if not page.path.exists()]:
        raise FileNotFoundError(f"_toc.yml lists pages that do not exist: {', '.join(missing)}")
    return found


def _names(node: object) -> list[str]:
    """The files that a part of the table of contents names, depth first."""
    if isinstance(node, list):
        return [name for item in node for name in _names(item)]
    if not isinstance(node, dict):
        return []
    own = [str(node[key]) for key in ("root", "file") if key in node]
    return own + [name for value in node.values() for name in _names(value)]
