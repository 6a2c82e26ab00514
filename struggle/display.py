"""How the workflow speaks: escaped HTML or Markdown in a notebook, plain text elsewhere.

Nothing here imports IPython: a notebook asks the value of a cell for its rich forms.
"""

import html
import re

_COLOUR = {"passed": "#2e8b57", "not-yet": "#b8860b", "note": "#4682b4"}


def inline(text: str) -> str:
    """`text` escaped, with `code` set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def card(tone: str, heading: str, *paragraphs: str) -> str:
    """A small block of HTML; every character of the texts is escaped, `code` is set as code."""
    body = "".join(f"<p>{inline(text)}</p>" for text in paragraphs if text)
    style = f"border-left: 4px solid {_COLOUR[tone]}; padding-left: 1em"
    return (
        f'<div class="struggle-card struggle-{tone}" style="{style}">'
        f"<p><strong>{inline(heading)}</strong></p>{body}</div>"
    )


class Note:
    """A heading and paragraphs, for what may hold the learner's own words."""

    def __init__(self, heading: str, *paragraphs: str) -> None:
        self.heading, self.paragraphs = heading, [text for text in paragraphs if text]

    def __repr__(self) -> str:
        return "\n".join([self.heading, *self.paragraphs])

    def _repr_html_(self) -> str:
        return card("note", self.heading, *self.paragraphs)


class Text:
    """Markdown from an exercise's own page: statement, hint, solution."""

    def __init__(self, *blocks: str) -> None:
        self.markdown = "\n\n".join(blocks)

    def __repr__(self) -> str:
        return self.markdown

    def _repr_markdown_(self) -> str:
        return self.markdown


def without_roles(text: str) -> str:
    """`text` without what only the book's pages understand: {term}`surprise` is surprise."""
    text = re.sub(r" ?\{(?:claim|cite)\}`[^`]*`", "", text)
    text = re.sub(r" ?\(\)", "", text)
    return re.sub(r"\{[a-z:]+\}`([^`<]+?)(?:\s*<[^>]*>)?`", r"\1", text)


def code_block(source: str, language: str = "python") -> str:
    """`source` as a fenced block, which no backticks inside can close."""
    longest = max(map(len, re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{source}\n{fence}"
