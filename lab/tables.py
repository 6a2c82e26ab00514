"""Tables that a page computes: real HTML in a notebook, aligned text elsewhere."""

import html
from collections.abc import Mapping, Sequence

from IPython.display import display


def _html_row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def table(columns: Mapping[str, Sequence[object]], caption: str | None = None) -> None:
    """Display `columns` (heading to values, all of one length) as a table.

    Values are shown as `str` gives them, so format numbers to the digits that survive another seed.
    Raises `ValueError` where the columns differ in length.
    """
    rows = [[str(value) for value in row] for row in zip(*columns.values(), strict=True)]
    heading = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    head = _html_row(list(columns), 'th scope="col"').replace('</th scope="col">', "</th>")
    body = "".join(_html_row(row, "td") for row in rows)
    page = f'<table class="lab-table">{heading}<thead>{head}</thead><tbody>{body}</tbody></table>'
    widths = [max(map(len, column)) for column in zip(list(columns), *rows, strict=True)]
    lines = [
        "  ".join(c.rjust(w) for c, w in zip(r, widths, strict=True))
        for r in [list(columns), *rows]
    ]
    display({"text/html": page, "text/plain": "\n".join(lines)}, raw=True)
