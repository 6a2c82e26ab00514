"""The prose of a downloaded notebook: MyST's roles and directives as plain Markdown."""

import copy
import re

from nbformat import NotebookNode

from book.claims import episode_url
from book.pages import code_cells

_ROLE = re.compile(r"\{([a-z:]+)\}`([^`]+)`")
_FENCE = re.compile(r"^\s*(`{3,}|:{3,})\s*\{([\w:-]+)\}\s*(.*)$")
_OPTION = re.compile(r"^\s*:[\w-]+:(\s|$)")
_TARGET = re.compile(r"^\([\w.-]+\)=\s*$")
_BLOCKS = {"note", "tip", "hint", "important", "warning", "caution", "attention", "seealso"}
_TITLED = {"admonition", "dropdown", "card", "tab-item", "topic", "prf:theorem"}
_ONLY_IN_BOOK = {
    "bibliography",
    "glue:figure",
    "ledger",
    "picture",
    "reader-log",
    "tableofcontents",
    "toctree",
}
_VERBATIM = {"code", "code-block", "mermaid"}


def downloadable(notebook: NotebookNode) -> NotebookNode:
    """A copy of `notebook` whose Markdown reads well without MyST; glued values stand in it."""
    made = copy.deepcopy(notebook)
    values = _glued(made)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, values)
    made.metadata.pop("source_map", None)
    return made


def plain(text: str, values: dict[str, str]) -> str:
    """`text` without MyST's own syntax; `values` are what {glue} refers to, by name."""
    lines: list[str] = []
    rest = text.split("\n")
    while rest:
        line = rest.pop(0)
        opening = _FENCE.match(line)
        if opening:
            inside, rest = _until_closed(rest, opening[1])
            lines += _directive(opening[2], opening[3], inside, values)
        elif re.match(r"\s*`{3,}", line):
            inside, rest = _until_closed(rest, line.strip().rstrip("abcdefghijklmnopqrstuvwxyz"))
            lines += [line, *inside, line[: len(line) - len(line.lstrip("` "))]]
        elif not _TARGET.match(line) and not line.startswith("%"):
            lines.append(_ROLE.sub(lambda role: _role(role[1], role[2], values), line))
    return "\n".join(lines).strip()


def _until_closed(lines: list[str], fence: str) -> tuple[list[str], list[str]]:
    """The lines inside a fence and those after it."""
    closing = re.compile(rf"^\s*{re.escape(fence[0])}{{{len(fence)},}}\s*$")
    end = next((n for n, line in enumerate(lines) if closing.match(line)), len(lines))
    return lines[:end], lines[end + 1 :]


def _directive(name: str, argument: str, inside: list[str], values: dict[str, str]) -> list[str]:
    while inside and _OPTION.match(inside[0]):
        inside = inside[1:]
    if name == "math":
        return ["$$", *inside, "$$"]
    if name in _VERBATIM:
        return [f"```{argument}", *inside, "```"]
    if name == "pycell":
        return ["```python", *inside, "```"]
    if name == "exercise":
        return [f"> **Exercise** `{argument}`: the next cell opens it."]
    if name in _ONLY_IN_BOOK:
        return [f"*(Shown in the book: {' '.join([name, argument]).strip()}.)*"]
    body = plain("\n".join(inside), values).split("\n")
    if name in _BLOCKS or name in _TITLED:
        title = argument or name.capitalize()
        return [f"> **{title}**", ">", *(f"> {line}".rstrip() for line in body)]
    return body


def _role(name: str, content: str, values: dict[str, str]) -> str:
    """A role as words; what is unknown keeps its text."""
    if name.startswith("glue"):
        return _formatted(content, values)
    if name == "claim":
        return f"(claim {content})"
    if name == "minute":
        return f"[{content}]({episode_url(content)})"
    if name.startswith("cite"):
        return f"({content.replace(',', '; ')})"
    if name == "math":
        return f"${content}$"
    return re.sub(r"\s*<[^>]*>$", "", content)


def _formatted(content: str, values: dict[str, str]) -> str:
    name, _, spec = content.partition(":")
    value = values.get(name, name).strip("'")
    try:
        return format(float(value), spec) if spec else value
    except ValueError:
        return value


def _glued(notebook: NotebookNode) -> dict[str, str]:
    """What the cells glued, as text, by name."""
    found = {}
    for cell in code_cells(notebook):
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            data = output.get("data", {})
            text = {key.rpartition("/")[2]: value for key, value in data.items()}.get("plain")
            if name and text:
                found[name.removeprefix("application/papermill.record/")] = text
    return found
