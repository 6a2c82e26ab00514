"""The book without a network: read, searched, brought up to date and kept whole in a real browser."""

import functools
import http.server
import os
import re
import shutil
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from book.serviceworker import File, groups, write_worker
from tests.site.conftest import tab_to

_READY = "navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')"
_GIVEN_UP = "navigator.serviceWorker.getRegistration().then((it) => !it || !it.installing)"
_KEPT = """async () => {
    const urls = [];
    for (const name of await caches.keys()) {
        for (const { url } of await (await caches.open(name)).keys()) urls.push(url);
    }
    return urls.sort();
}"""
_LISTEN = """(status) => {
    window.said = [];
    new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
}"""


class _Handler(http.server.SimpleHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        path = self.path.split("?")[0].removeprefix("/book/")
        self.server.asked.append(path)
        if path in self.server.broken:
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            super().do_GET()

    def end_headers(self) -> None:
        # A browser may show yesterday's files for an hour; the worker must not keep them.
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    """Serves a site below /book/, notes what is asked for, and fails where it is told to."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        handler = functools.partial(_Handler, directory=str(folder.parent))
        super().__init__(("127.0.0.1", 0), handler)
        self.folder = folder
        self.url = f"http://127.0.0.1:{self.server_port}/book/"
        self.asked: list[str] = []
        self.broken: set[str] = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def keys(self, files: dict[str, File]) -> list[str]:
        """Under which addresses the worker keeps `files`."""
        return sorted(f"{self.url}{path}?{file.hash}" for path, file in files.items())


class _Reader:
    """One reader's browser: its page, what it complained of, and whom else it asked."""

    def __init__(self, browser: Browser, home: str) -> None:
        self.context = browser.new_context(service_workers="allow")
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda it: it.type == "error" and self.faults.append(it.text))
        self.context.on("request", lambda it: self._request(it.url, home))

    def _request(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:")):
            self.elsewhere.append(url)

    def visit(self, url: str) -> None:
        """Open a page and wait until the worker serves it."""
        self.page.goto(url)
        self.wait_for(_READY)

    def kept(self) -> list[str]:
        """Under which addresses the worker keeps files."""
        return self.page.evaluate(_KEPT)

    def wait_for(self, expression: str, wanted: Any = True) -> None:
        """Wait until the promise `expression` gives `wanted`; Playwright's own takes any promise."""
        for _ in range(300):
            found = self.page.evaluate(expression)
            if found == wanted:
                return
            self.page.wait_for_timeout(100)
        assert found == wanted


@pytest.fixture
def server(built_site: Path, tmp_path: Path) -> Iterator[_Server]:
    """A copy of the site, so that a test may change it."""
    shutil.copytree(built_site, tmp_path / "book")
    started = _Server(tmp_path / "book")
    yield started
    started.stop()


@pytest.fixture
def reader(browser: Browser, server: _Server) -> Iterator[_Reader]:
    """Someone who is here for the first time."""
    made = _Reader(browser, server.url)
    yield made
    made.context.close()


def _pages(folder: Path) -> list[str]:
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return [name for name in found if not name.startswith("_")]


def test_after_one_visit_the_book_needs_no_server(reader: _Reader, server: _Server) -> None:
    reader.visit(server.url)
    assert reader.kept() == server.keys(groups(server.folder)["pages"])
    server.stop()
    formulas = 0
    for name in _pages(server.folder):
        reader.page.goto(server.url + name, wait_until="networkidle")
        if reader.page.locator(".math.notranslate").count():
            reader.page.wait_for_selector("mjx-container", state="attached")
            formulas += 1
    assert formulas
    reader.page.goto(f"{server.url}search.html?q=interview")
    reader.page.wait_for_selector("#search-results ul.search li p.context")
    assert reader.faults == []
    assert reader.elsewhere == []


def test_an_update_fetches_only_what_changed(reader: _Reader, server: _Server) -> None:
    reader.visit(server.url)
    notebook = next(path for path in groups(server.folder)["later"] if path.endswith(".ipynb"))
    reader.page.evaluate("(url) => fetch(url).then((answer) => answer.text())", notebook)
    _change(server.folder / "book/preface.html", "</h1>", " Anew.</h1>")
    _change(server.folder / notebook, "{", "{ ")
    (server.folder / "genindex.html").unlink()
    write_worker(server.folder)
    server.asked.clear()

    found = groups(server.folder)
    reader.page.goto(f"{server.url}book/glossary.html")
    now = server.keys({**found["pages"], notebook: found["later"][notebook]})
    reader.wait_for(_KEPT, now)
    assert set(server.asked) == {"sw.js", "book/preface.html", notebook}
    reader.page.goto(f"{server.url}book/preface.html")
    expect(reader.page.locator("h1").first).to_contain_text("Anew.")
    assert reader.faults == []


def _change(path: Path, old: str, new: str) -> None:
    """Change a file but not its date, by which the server would confirm what a cache has."""
    before = path.stat()
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_an_interrupted_first_visit_goes_on_at_the_next(reader: _Reader, server: _Server) -> None:
    lost = {name for name in _pages(server.folder) if name.startswith("chapters/")}
    found = groups(server.folder)["pages"]
    server.broken = lost
    reader.page.goto(server.url)
    reader.wait_for(_KEPT, server.keys({name: found[name] for name in found.keys() - lost}))
    reader.wait_for(_GIVEN_UP)

    server.broken = set()
    server.asked.clear()
    reader.visit(server.url)
    assert reader.kept() == server.keys(found)
    assert {name for name in server.asked if name.endswith(".html")} == lost
    assert reader.faults == []


def test_the_whole_book_is_kept_by_keyboard(reader: _Reader, server: _Server) -> None:
    page, later = reader.page, groups(server.folder)["later"]
    broken = sorted(later)[len(later) // 2]
    server.broken = {broken}
    page.goto(server.url + _page_with_the_button(server.folder))
    button, status = page.locator(".keep-offline button"), page.get_by_role("status")
    megabytes = f"{sum(file.size for file in later.values()) / 1e6:.0f} MB"
    expect(button).to_have_text(f"Keep the whole book offline ({megabytes})")
    status.evaluate(_LISTEN)
    tab_to(page, ".keep-offline button")
    page.keyboard.press("Enter")
    expect(status).to_contain_text(f"{broken} could not be fetched: the server answered 503.")
    expect(status).to_contain_text("Press again to go on.")
    expect(button).to_be_focused()

    server.broken = set()
    before = reader.kept()
    server.asked.clear()
    page.keyboard.press("Enter")
    expect(status).to_have_text("The whole book is on this device.", timeout=60_000)
    expect(status).to_be_focused()
    assert len(server.asked) == len(reader.kept()) - len(before)
    _grows(page.evaluate("said"))
    server.stop()
    opened = "(urls) => Promise.all(urls.map((url) => fetch(url).then(({ status }) => status)))"
    assert set(page.evaluate(opened, [server.url + path for path in later])) == {200}
    page.reload()
    expect(status).to_have_text("The whole book is on this device.")
    expect(button).to_be_hidden()
    assert reader.faults == []


def test_where_a_browser_refuses_the_page_s_own_words_stay(
    browser: Browser, server: _Server
) -> None:
    page = browser.new_page(service_workers="block")
    name = _page_with_the_button(server.folder)
    page.goto(server.url + name, wait_until="networkidle")
    assert page.locator(".keep-offline button").count() == 0
    assert page.locator(".keep-offline").inner_text().strip()
    page.context.close()


def _page_with_the_button(folder: Path) -> str:
    return next(name for name in _pages(folder) if "keep-offline" in (folder / name).read_text())


def _grows(said: list[str]) -> None:
    """Each status tells of more files than the one before, of as many in all."""
    told = [re.fullmatch(r"(\d+) of (\d+) files, [\d.]+ of [\d.]+ MB", text) for text in said]
    counts = [(int(each[1]), int(each[2])) for each in told if each]
    assert len(counts) > 10
    assert counts == sorted(set(counts))
    assert len({of for _, of in counts}) == 1


def test_a_file_in_parts(reader: _Reader, server: _Server) -> None:
    """As a player asks for a film, or a loader goes on with a file that it has the start of."""
    reader.visit(server.url)
    server.stop()
    content = (server.folder / "searchindex.js").read_bytes().decode()
    part = """(range) => fetch("searchindex.js", { headers: { Range: range } })
        .then(async (answer) => [answer.status, await answer.text()])"""
    parts = {"bytes=5-9": content[5:10], "bytes=-7": content[-7:], "bytes=100-": content[100:]}
    for asked, wanted in parts.items():
        assert reader.page.evaluate(part, asked) == [206, wanted]
    assert reader.page.evaluate(part, f"bytes={len(content)}-")[0] == 416
    assert reader.page.evaluate(part, "bytes=0-1,3-4") == [200, content]


def test_folders_and_pages_that_are_not_in_the_book(reader: _Reader, server: _Server) -> None:
    page = reader.page
    reader.visit(server.url)
    unknown = page.goto(f"{server.url}nothing.html")
    assert unknown and unknown.status == 404
    server.stop()
    page.goto(f"{server.url}chapters/scaling/")
    assert page.title() == _title(server.folder / "chapters/scaling/index.html")
    page.goto(f"{server.url}nothing-either.html")
    expect(page.locator("h1")).to_have_text("This is not on your device")
    page.get_by_role("link").press("Enter")
    expect(page).to_have_url(server.url)
    assert page.title() == _title(server.folder / "index.html")


def _title(page: Path) -> str:
    found = re.search(r"<title>(.*?)</title>", page.read_text("utf-8"), re.S)
    assert found
    return " ".join(found[1].replace("&#8212;", "—").split())
