"""Every page in a real browser: no error, no request elsewhere, nothing that axe objects to."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from book.pages import pages
from tests.site.conftest import Site

ROOT = Path(__file__).parents[2]
PAGES = [page.name for page in pages(ROOT)] + ["search", "genindex"]
PHONE, DESK = 390, 1440
SIZE = 300_000
# Lighthouse asks for it as well; axe counts it as experimental.
RULES = {"rules": {"label-content-name-mismatch": {"enabled": True}}, "resultTypes": ["violations"]}
# Pictures of the article that no alt text or label describes.
MUTE = """[...document.querySelectorAll("article img, article figure svg, article .picture svg")]
    .filter((it) => !(it.alt || it.getAttribute("aria-label") || "").trim())
    .map((it) => it.outerHTML.slice(0, 120))"""

# The theme gives each box that scrolls a place in the keyboard's order, a moment after loading.
REACHABLE = """[...document.querySelectorAll("pre")]
    .every((it) => it.scrollWidth <= it.clientWidth || it.tabIndex === 0)"""


class Visit:
    """A page opened in one theme and width, with what it complained of and asked for."""

    def __init__(
        self, browser: Browser, site: Site, theme: Literal["light", "dark"], width: int
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            service_workers="block",  # or each visit would fetch the whole book
        )
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._request(request.url, site.url))
        self.page.on("response", lambda got: self._response(got.status, got.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def _request(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:")):
            self.elsewhere.append(url)

    def _response(self, status: int, url: str) -> None:
        if status >= 400:
            self.faults.append(f"{status} {url}")


@pytest.fixture(params=[("light", DESK), ("dark", PHONE)], ids=str)
def visit(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Visit]:
    """A fresh context: each theme and each width is met once."""
    made = Visit(browser, site, *request.param)
    yield made
    made.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_fault(visit: Visit, site: Site, name: str) -> None:
    visit.page.goto(f"{site.url}{name}.html", wait_until="networkidle")
    assert visit.faults == []
    assert visit.elsewhere == []
    assert visit.page.title().strip()
    # The page itself never scrolls sideways; wide figures and tables scroll on their own.
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(wide) <= 0
    assert visit.page.evaluate(MUTE) == []
    visit.page.wait_for_function(REACHABLE)
    broken = Axe().run(visit.page, options=RULES)
    assert broken.violations_count == 0, broken.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_and_its_pictures_stay_small(site: Site, name: str) -> None:
    html = (site.folder / f"{name}.html").read_bytes()
    pictures = re.findall(r'<img [^>]*src="([^":]+)"', html.decode())
    files = {(site.folder / name).parent / picture for picture in pictures}
    assert len(gzip.compress(html)) + sum(path.stat().st_size for path in files) <= SIZE


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_a_bare_python_object(site: Site, name: str) -> None:
    """What a cell's last line returns is shown, wanted or not."""
    page = (site.folder / f"{name}.html").read_text("utf-8")
    shown = re.findall(r"&lt;[\w.]+ (?:object|at 0x)[^&]*&gt;", page)
    assert shown == []


def test_the_theme_switches_and_the_search_finds(visit: Visit, site: Site) -> None:
    visit.page.goto(f"{site.url}index.html", wait_until="networkidle")
    before = visit.page.evaluate("document.documentElement.dataset.mode")
    visit.page.locator(".theme-switch-button:visible").first.click()
    assert visit.page.evaluate("document.documentElement.dataset.mode") != before
    visit.page.goto(f"{site.url}search.html?q=interview")
    visit.page.wait_for_selector("#search-results ul.search li a")
    assert visit.faults == []
    assert visit.elsewhere == []


def test_formulas_are_set(browser: Browser, site: Site) -> None:
    with_formulas = [
        name
        for name in PAGES
        if "math notranslate" in (site.folder / f"{name}.html").read_text("utf-8")
    ]
    assert with_formulas
    page = browser.new_page()
    page.goto(f"{site.url}{with_formulas[0]}.html")
    page.wait_for_selector("mjx-container", state="attached")
    page.close()
