"""The look on top of sphinx-book-theme: stylesheet, scripts, descriptions, accessible markup."""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from markupsafe import escape
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.jinja2glue import BuiltinTemplateLoader

_STATIC = Path(__file__).parents[1] / "_static"
_DESCRIPTION = 155  # characters that a search engine shows

# What the theme's templates get wrong, as (pattern, replacement).
_REPAIRS: list[tuple[re.Pattern[str], str]] = [
    # The icons are in the web fonts as well; the script is half a megabyte of SVG for the same pictures.
    (re.compile(r'\s*<script defer src="[^"]*fontawesome\.js[^>]*></script>'), ""),
    # The sidebar's title and search lie outside every landmark.
    (
        re.compile(r'(<div id="pst-primary-sidebar" )'),
        r'\1role="complementary" aria-label="Book" ',
    ),
    # The arrow that unfolds a chapter in the sidebar has no name.
    (
        re.compile(r'>([^<]+)</a><details([^>]*)><summary>(?=<span class="toctree-toggle")'),
        r'>\1</a><details\2><summary aria-label="Pages of \1">',
    ),
    # docutils gives each work a role that is deprecated, inside a list that asks for items.
    (re.compile(r'role="doc-biblioentry"'), 'role="listitem"'),
    # An accessible name has to hold the words that are seen.
    (re.compile(r'(<button class="btn search-button-field[^>]*?) aria-label="[^"]*"'), r"\1"),
    (re.compile(r'<summary aria-label="Toggle hidden content">'), "<summary>"),
]


def repaired(page: str) -> str:
    """The HTML of a page without the theme's faults."""
    for pattern, replacement in _REPAIRS:
        page = pattern.sub(replacement, page)
    return page


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates; each page that they render is repaired."""

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """Return the repaired page."""
        return repaired(super().render(template, context))


def description(doctree: nodes.document) -> str:
    """The first paragraph of a page, cut at a word."""
    paragraph = next(doctree.findall(nodes.paragraph), None)
    text = " ".join(paragraph.astext().split()) if paragraph else ""
    if len(text) <= _DESCRIPTION:
        return text
    return text[:_DESCRIPTION].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def _describe(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    text = description(doctree) if doctree else ""
    text = text or f"{context.get('title', 'Page')}: a page of {app.config.html_title}."
    if 'name="description"' not in context.get("metatags", ""):
        context["metatags"] = (
            context.get("metatags", "") + f'<meta name="description" content="{escape(text)}" />\n'
        )


def _ledger_script(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if page == getattr(app.env, "ledger_docname", None):
        app.add_js_file("ledger.js", type="module")


def _configure(app: Sphinx, config: Config) -> None:
    config.template_bridge = f"{__name__}.Templates"
    config.html_static_path.append(str(_STATIC))
    config.html_logo = config.html_favicon = str(_STATIC / "logo.svg")
    config.html_context.setdefault("default_mode", "auto")
    config.html_theme_options.setdefault("logo", {"text": config.html_title})


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the files and hooks."""
    app.connect("config-inited", _configure)
    app.connect("html-page-context", _describe)
    app.connect("html-page-context", _ledger_script)
    app.add_css_file("book.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
