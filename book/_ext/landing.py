"""The landing page: inline pictures, the chapters' cards, and links ahead of their pages.

What is ready is read off the book itself, so the page promises nothing that does not exist.
"""

import html
import re
from pathlib import Path
from typing import Any, ClassVar

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

_PICTURES = Path(__file__).parents[1] / "_static"


class soon(nodes.Inline, nodes.TextElement):
    """A link to `docname`, resolved when the page is written; plain text while it does not exist."""


class cards(nodes.General, nodes.Element):
    """The chapters' cards, filled in when the page is written."""


def picture(name: str, alt: str) -> str:
    """The drawing `name` (a path under `_static`, without suffix) as labelled inline SVG."""
    svg = (_PICTURES / f"{name}.svg").read_text("utf-8").strip()
    svg = re.sub(r"<!--.*?-->|<title>.*?</title>", "", svg, flags=re.S)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(alt)}" ', 1)


class PictureDirective(SphinxDirective):
    """`{picture} name` with `:alt:` puts a drawing in the page, so that it follows the theme."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the drawing."""
        drawing = picture(self.arguments[0], self.options["alt"])
        self.env.note_dependency(str(_PICTURES / f"{self.arguments[0]}.svg"))
        return [nodes.raw("", f'<div class="picture">{drawing}</div>', format="html")]


class CardsDirective(SphinxDirective):
    """`{chapters}`: a YAML list of folder, title, text, alt and the pages that are planned."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a placeholder that keeps the list."""
        chapters = yaml.safe_load("\n".join(self.content))
        for chapter in chapters:
            self.env.note_dependency(str(_PICTURES / f"cards/{chapter['folder']}.svg"))
        return [cards(chapters=chapters)]


class SoonRole(SphinxRole):
    """`{soon}`text <docname>``: a link that may be ahead of its page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return a placeholder; `ValueError` where there is no page in angle brackets."""
        match = re.fullmatch(r"(.+?)\s*<(\S+)>", self.text, re.S)
        if match is None:
            raise ValueError(f"{{soon}}: write `text <page>`, not {self.text!r}")
        return [soon("", match[1], docname=match[2])], []


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(soon)):
        node.replace_self(_soon(app, node, docname))
    for place in list(doctree.findall(cards)):
        items = [_card(app, n, each, docname) for n, each in enumerate(place["chapters"], 1)]
        text = '<ol class="chapter-cards">\n' + "\n".join(items) + "\n</ol>"
        place.replace_self(nodes.raw("", text, format="html"))


def _soon(app: Sphinx, node: soon, docname: str) -> nodes.Node:
    text, target = node.astext(), node["docname"]
    if target not in app.env.found_docs:
        note = nodes.inline("", " (in preparation)", classes=["in-preparation"])
        return nodes.inline("", "", nodes.Text(text), note)
    uri = app.builder.get_relative_uri(docname, target)
    return nodes.reference("", text, refuri=uri, internal=True)


def _card(app: Sphinx, number: int, chapter: dict[str, Any], docname: str) -> str:
    """One chapter: its picture, its title (a link where there is a page), and what is ready."""
    drawing = picture(f"cards/{chapter['folder']}", chapter["alt"])
    index, found = f"chapters/{chapter['folder']}/index", app.env.found_docs
    title = f'<span class="card-number">{number}</span> {html.escape(chapter["title"])}'
    if index in found:
        uri = app.builder.get_relative_uri(docname, index)
        title = f'<a href="{uri}">{title}</a>'
    ready = [page for page in chapter["pages"] if f"chapters/{chapter['folder']}/{page}" in found]
    return (
        f'<li class="chapter-card">{drawing}<h3>{title}</h3><p>{html.escape(chapter["text"])}</p>'
        f'<p class="card-status">{_status(index in found, len(ready), len(chapter["pages"]))}</p></li>'
    )


def _status(introduced: bool, ready: int, planned: int) -> str:
    """What a reader finds in a chapter today."""
    pages = f"{planned} page{'s' if planned > 1 else ''}"
    if not introduced:
        return "In preparation"
    if ready == planned:
        return f"Introduction and {pages}"
    if ready:
        return f"Introduction and {ready} of {pages}; the rest is in preparation"
    return f"Introduction; {pages} in preparation"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives and the role."""
    app.add_node(soon)
    app.add_node(cards)
    app.add_directive("picture", PictureDirective)
    app.add_directive("chapters", CardsDirective)
    app.add_role("soon", SoonRole())
    app.connect("doctree-resolved", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
