"""A fold: `<details>` that works without JavaScript; other formats show what it holds."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


class fold(nodes.General, nodes.Element):
    """Content behind a one-line summary: `fold(summary=..., classes=[...])`."""


def _visit(self: HTML5Translator, node: fold) -> None:
    self.body.append(self.starttag(node, "details"))
    self.body.append(f"<summary>{self.encode(node['summary'])}</summary>\n")


def _depart(self: HTML5Translator, node: fold) -> None:
    self.body.append("</details>\n")


def _nothing(self: nodes.NodeVisitor, node: fold) -> None:
    pass


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the node."""
    plain = (_nothing, _nothing)
    app.add_node(fold, html=(_visit, _depart), latex=plain, text=plain)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
