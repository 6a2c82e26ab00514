"""The code of every live cell runs."""

import re
from pathlib import Path

import numpy as np
import pytest

from book.pages import pages

ROOT = Path(__file__).parents[2]
CELL = re.compile(r"^```\{pycell\}\n:label: ([^\n]+)\n\n(.*?)^```", re.M | re.S)
PAGES = {page.name: CELL.findall(page.text) for page in pages(ROOT)}


@pytest.mark.parametrize("name", [name for name, cells in PAGES.items() if cells])
def test_the_live_cells_of_a_page_run_in_order(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, object] = {}
    with np.errstate(all="raise"):
        for label, code in PAGES[name]:
            assert len(code.splitlines()) <= 20
            exec(compile(code, label, "exec"), names)
            assert capsys.readouterr().out, f"{label!r} shows nothing"


def test_no_live_cell_escapes_this_test() -> None:
    for page in pages(ROOT):
        assert page.text.count("{pycell}\n") == len(PAGES[page.name])
