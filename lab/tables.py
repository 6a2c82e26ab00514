"""Tables that a page computes: real HTML in a notebook, aligned text elsewhere."""

import html
from collections.abc import Mapping, Sequence

from IPython.display import display


def _row(cells: Sequence[str], open_tag: str, close_tag: str) -> str:
    # A number and its per cent sign stay on one line.
    escaped = (html.escape(cell).replace(" %", "\u00a0%") for cell in cells)
    return "<tr>" + "".join(f"{open_tag}{cell}{close_tag}" for cell in escaped) + "</tr>"


def table(columns: Mapping[str, Sequence[object]], caption: str | None = None) -> None:
    """Display `columns` (heading to values, all of one length) as a table.

    Values are shown as `str` gives them, so format numbers to the digits that survive another seed.
    Raises `ValueError` where the columns differ in length.
    """
    rows = [[str(value) for value in row] for row in zip(*columns.values(), strict=True)]
    heading = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    head = _row(list(columns), '<th scope="col">', "</th>")
    body = "".join(_row(row, "<td>", "</td>") for row in rows)
    page = f'<table class="lab-table">{heading}<thead>{head}</thead><tbody>{body}</tbody></table>'
    lines = [list(columns), *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["  ".join(c.rjust(w) for c, w in zip(r, widths, strict=True)) for r in lines]
    display({"text/html": page, "text/plain": "\n".join(text)}, raw=True)
