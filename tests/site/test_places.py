"""Every stored answer gets one verdict: in a notebook, in the shell and in the page."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from playwright.sync_api import Browser, Page

from struggle import catalog, workspace
from struggle.answers import load_answers
from struggle.log import Log
from struggle.session import Session
from tests.site.conftest import Site

Verdict = dict[str, Any]

# The page's own worker, asked as the page asks it.
WORKER = """
() => { window.ask = (question) => new Promise((resolve, reject) => {
  window.worker ??= new Worker("_static/web/worker.js", { type: "module" });
  worker.onmessage = ({ data }) => {
    if ("answer" in data) resolve(data.answer);
    if ("failed" in data) reject(new Error(data.failed));
  };
  worker.postMessage(question);
}); }
"""


@pytest.fixture(scope="module")
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page whose worker has loaded Python."""
    opened = browser.new_page()
    opened.goto(site.url + "index.html")
    opened.evaluate(WORKER)
    opened.evaluate("ask({do: 'load'})")
    yield opened
    opened.close()


def answers(id: str) -> list[str]:
    """The starter and all stored answers."""
    known = load_answers(catalog.load(id).folder / "answers.py")
    others = [answer.source for answer in known.right + known.wrong]
    return [catalog.load(id).starter, known.reference, *others]


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    """A notebook's shell, which is `__main__` while it lives and no longer."""
    main = sys.modules["__main__"]
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main


def in_notebook(id: str, shell: InteractiveShell, folder: Path) -> Callable[[str], Verdict]:
    session = Session(catalog.load(id), Log(folder))

    def verdict(source: str) -> Verdict:
        shell.run_cell(source, silent=True).raise_error()
        return session.check(
            *(shell.user_ns[name] for name in session.exercise.functions)
        ).as_dict()

    return verdict


def in_shell(id: str, folder: Path) -> Callable[[str], Verdict]:
    file = folder / "answer.py"

    def verdict(source: str) -> Verdict:
        file.write_text(source, encoding="utf-8")
        return workspace.judged(catalog.load(id), workspace.read_answer(file)).as_dict()

    return verdict


def in_page(id: str, page: Page) -> Callable[[str], Verdict]:
    names = list(catalog.load(id).functions)
    return lambda source: page.evaluate(
        "(question) => ask(question)", {"do": "check", "id": id, "names": names, "source": source}
    )


@pytest.mark.parametrize("id", catalog.ids())
def test_the_places_agree(id: str, page: Page, shell: InteractiveShell, tmp_path: Path) -> None:
    places = [in_notebook(id, shell, tmp_path), in_shell(id, tmp_path)]
    if not catalog.load(id).needs:  # what needs torch has no place in the page
        places.append(in_page(id, page))
    for source in answers(id):
        first, *others = [place(source) for place in places]
        for other in others:
            assert other == first, source
