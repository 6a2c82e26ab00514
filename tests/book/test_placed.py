"""Every exercise stands on one page, in the list's order, with a cell that opens it in a notebook."""

import re
from pathlib import Path

from book.pages import Page, pages
from struggle import catalog

ROOT = Path(__file__).parents[2]
PAGES = pages(ROOT)


def placed(page: Page) -> list[str]:
    return re.findall(r"^```\{exercise\} (\S+)", page.path.read_text("utf-8"), re.M)


def test_the_order_is_that_of_the_pages() -> None:
    assert [id for page in PAGES for id in placed(page)] == catalog.ids()
    listed = (ROOT / "exercises" / "order.txt").read_text("utf-8").split()
    assert listed == catalog.ids()


def test_a_notebook_opens_each_exercise_after_its_card() -> None:
    for page in PAGES:
        if page.is_notebook:
            text = page.path.read_text("utf-8")
            opened = re.findall(
                r'^```\{exercise\} \S+\n```\n\n```\{code-cell\}[^`]*?e = exercise\("(\S+)"\)',
                text,
                re.M,
            )
            assert opened == placed(page), page.name
            assert text.count("skip-execution") == len(
                opened
            )  # or every page would hang on the workflow


def test_an_exercise_names_the_page_that_it_stands_on() -> None:
    for page in PAGES:
        for id in placed(page):
            assert page.name.endswith(catalog.load(id).page)
