"""Live cells in a real browser: run, edit, go wrong, stop, go on; by keyboard, and without a network."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.site.conftest import Site

PATIENCE = 60_000  # milliseconds for Python to come and a cell to run, on a busy machine
STOPPING = 3  # seconds that Stop may take
CELLS = re.compile(r'<div class="live-cell')

# Puts a page of two cells in place of the article, before the page's script looks for cells.
ARTICLE = """
const cell = (label, code) => `<div class="live-cell"><p class="live-label">${label}</p>
  <div class="highlight-python"><div class="highlight"><pre>${code}</pre></div></div></div>`;
document.addEventListener("readystatechange", () => {
  document.querySelector("article").innerHTML =
    cell("A number", "import numpy as np\\nx = np.arange(4)\\nprint('sum', x.sum())\\nfloat(x.mean())")
    + cell("Its double", "float(x.mean()) * 2");
}, { once: true });
"""


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page of the book whose article holds two cells; it must ask nobody else for anything."""
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(ARTICLE)
    page.goto(f"{site.url}index.html")
    yield page
    context.close()
    assert [url for url in asked if not url.startswith((site.url, "data:", "blob:"))] == []


def cell(page: Page, label: str) -> Locator:
    return page.get_by_role("group", name=label, exact=True)


def write(cell: Locator, code: str) -> None:
    """Click into the code and put `code` in its place."""
    if not cell.locator(".cm-content").count():
        cell.locator("pre").first.click()
    cell.locator(".cm-content").click()
    cell.page.keyboard.press("ControlOrMeta+A")
    cell.page.keyboard.insert_text(code)


def run(cell: Locator, code: str | None = None) -> str:
    """Run the cell, with `code` in it if given, and return its output."""
    if code is not None:
        write(cell, code)
    cell.get_by_role("button", name="Run").click()
    done = re.compile(r"Done\.|Stopped at an error\.")
    expect(cell.locator(".live-status")).to_have_text(done, timeout=PATIENCE)
    return cell.locator(".live-output").inner_text()


def test_cells_share_names_and_say_what_they_load(page: Page) -> None:
    first, second = cell(page, "A number"), cell(page, "Its double")
    asking = second.get_by_role("button", name=re.compile(r"Run \(loads Python once, \d+ MB\)"))
    expect(asking).to_be_visible()
    assert run(first) == "sum 6\n1.5"
    expect(asking).to_be_hidden()
    assert run(second) == "3.0"


def test_an_error_names_the_readers_own_lines(page: Page) -> None:
    first, second = cell(page, "A number"), cell(page, "Its double")
    run(first, "def half(n):\n    return 1 / n\n\nhalf(0)")
    expect(first.locator(".live-output")).to_have_text(
        "line 4 of this cell: half(0)\n"
        "line 2 of this cell, in half: return 1 / n\n"
        "ZeroDivisionError: division by zero"
    )
    assert "line 2 of an earlier cell, in half" in run(second, "half(0)")
    assert (
        run(second, "np.zeros(2) @ np.zeros(3)").startswith("line 1 of this cell: unknown") is False
    )
    assert "line 1 of this cell:" in run(second, "x = (")
    assert "run that one first" in run(second, "unknown")
    assert "NumPy; a notebook has the others" in run(second, "import torch")


@pytest.mark.parametrize("body", ["pass", "print('again')", "print('x' * 100_000)"])
def test_an_endless_loop_stops_and_the_next_run_works(page: Page, body: str) -> None:
    first = cell(page, "A number")
    run(first, "1")
    write(first, f"while True:\n    {body}")
    page.keyboard.press("Shift+Enter")
    page.wait_for_timeout(1000)
    assert len(first.locator(".live-output").inner_text()) < 70_000
    pressed = time.monotonic()
    first.get_by_role("button", name="Stop").click()
    expect(first.locator(".live-status")).to_contain_text("Stopped")
    assert time.monotonic() - pressed < STOPPING
    assert run(first, "2 + 2") == "4"


def test_by_keyboard_alone(page: Page) -> None:
    first = cell(page, "A number")
    first.locator(".highlight-python").focus()
    editor = first.get_by_role("textbox", name="A number: code")
    expect(editor).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("if True:\nprint(6 * 7)")  # the editor indents
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(first.get_by_role("button", name="Run")).to_be_focused()
    page.keyboard.press("Enter")
    expect(first.locator(".live-output")).to_have_text("42\n", timeout=PATIENCE)
    page.keyboard.press("Tab")
    expect(first.get_by_role("button", name="Reset")).to_be_focused()
    page.keyboard.press("Enter")
    expect(editor).to_contain_text("import numpy")
    expect(first.locator(".live-output")).to_have_text("")


@pytest.mark.parametrize("file", ["pyodide.asm.wasm", "numpy-*", "worker.js"])
def test_a_file_that_does_not_come_is_told_and_can_be_tried_again(page: Page, file: str) -> None:
    second = cell(page, "Its double")
    page.route(f"**/{file}", lambda route: route.abort())
    second.get_by_role("button", name="Run").click()
    told = second.locator(".live-status")
    expect(told).to_contain_text("Check the connection, then run again", timeout=PATIENCE)
    page.unroute(f"**/{file}")
    assert run(second, "2 + 3") == "5"


def test_every_cell_of_the_book_runs(browser: Browser, site: Site) -> None:
    for path in sorted(site.folder.rglob("*.html")):
        if CELLS.search(path.read_text("utf-8")):
            page = browser.new_page()
            page.goto(site.url + path.relative_to(site.folder).as_posix())
            for each in page.locator(".live-cell").all():
                run(each)
                expect(each.locator(".live-status")).to_have_text("Done.")
            page.close()
