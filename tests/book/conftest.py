"""A small book built by Sphinx in a temporary folder: what the extensions' tests look at."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.console import nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils

EXTENSIONS = ("claims", "ledger", "exercises", "reader_log", "landing")


@dataclass(frozen=True)
class Built:
    """The folder of the HTML files and all warnings as one text."""

    folder: Path
    warnings: str

    def page(self, name: str) -> str:
        """The HTML of page `name`."""
        return (self.folder / f"{name}.html").read_text("utf-8")


Build = Callable[[Mapping[str, str]], Built]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Build pages (name to Markdown; `index` is the root) with the book's extensions."""

    def run(pages: Mapping[str, str]) -> Built:
        others = "\n".join(name for name in pages if name != "index")
        contents = f"\n\n```{{toctree}}\n:hidden:\n{others}\n```\n" if others else ""
        for name, text in {**pages, "index": pages["index"] + contents}.items():
            file = tmp_path / "src" / f"{name}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        return Built(tmp_path / "out", _sphinx(tmp_path))

    return run


def _sphinx(folder: Path) -> str:
    warnings = io.StringIO()
    settings = {
        "extensions": ["myst_parser", *(f"book._ext.{name}" for name in EXTENSIONS)],
        "html_theme": "basic",
    }
    source, out, trees = (str(folder / name) for name in ("src", "out", "trees"))
    nocolor()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(source, None, out, trees, "html", settings, status=None, warning=warnings)
        app.build()
    return warnings.getvalue()
