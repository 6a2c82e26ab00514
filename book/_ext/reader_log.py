"""`{reader-log}` shows where the reader stands: a table of all exercises, and what to do with the log.

The table is in the HTML, in the book's order; `book/web/reader-log.js` adds the states from the log.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from jinja2 import Environment, FileSystemLoader, select_autoescape
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from book._ext.exercises import anchor, placed
from struggle.catalog import Exercise, load

_TEMPLATE = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
).get_template("reader-log.html")


class exercise_table(nodes.General, nodes.Element):
    """Stands for the table until all pages are read."""


class ReaderLogDirective(SphinxDirective):
    """`{reader-log}`: the table, and room for the log's buttons."""

    has_content = False
    option_spec: ClassVar[dict[str, object]] = {}

    def run(self) -> list[nodes.Node]:
        """Return a placeholder; `_fill` puts the rows in."""
        vars(self.env)["reader_log_docname"] = self.env.docname
        return [exercise_table()]


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the rows where the directive left its placeholder."""
    for place in list(doctree.findall(exercise_table)):
        html = _TEMPLATE.render(rows=_rows(app, docname))
        place.replace_self(nodes.raw("", html, format="html"))


def _rows(app: Sphinx, docname: str) -> list[tuple[Exercise, str, str]]:
    """Exercise, address and page title of each exercise, in the book's order."""
    order = list(app.env.collect_relations())
    places = sorted(placed(app.env).items(), key=lambda item: order.index(item[1]))
    return [
        (
            load(id),
            f"{app.builder.get_relative_uri(docname, page)}#{anchor(id)}",
            app.env.titles[page].astext(),
        )
        for id, page in places
    ]


def _rewrite(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """The table depends on every page, so it is written in every build."""
    page = getattr(env, "reader_log_docname", None)
    return [page] if page else []


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    if getattr(env, "reader_log_docname", None) == docname:
        del vars(env)["reader_log_docname"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.setup_extension("book._ext.exercises")
    app.add_node(exercise_table)
    app.add_directive("reader-log", ReaderLogDirective)
    app.connect("doctree-resolved", _fill)
    app.connect("env-updated", _rewrite)
    app.connect("env-purge-doc", _purge)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
