"""The build on a book of four pages: what runs again and when, and that each planted fault is told."""

import io
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from rich.console import Console

from book.execute import execute
from book.pages import pages
from book.store import code_digest

ROOT = Path(__file__).parents[2]
FIXTURE = Path(__file__).parent / "fixture"
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Book:
    """A small book in a folder of its own, built with this project's configuration and code."""

    root: Path

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} is not in {name} exactly once"
        path.write_text(text.replace(old, new))

    def executed(self) -> list[str]:
        """Bring the outputs up to date; the names of the pages that ran."""
        output = io.StringIO()
        errors = execute(pages(self.root), Console(file=output, width=200))
        assert not errors
        return sorted(re.findall(r"s  (\S+) \(", output.getvalue()))

    def build(self) -> subprocess.CompletedProcess[str]:
        """Run the command behind `make book`."""
        return subprocess.run(self.command, cwd=ROOT, capture_output=True, text=True, check=False)

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "book.build", str(self.root)]


def _new(folder: Path) -> Book:
    shutil.copytree(FIXTURE, folder)
    for shared in ("book", "lab"):
        (folder / shared).symlink_to(ROOT / shared)
    shutil.copy(ROOT / "_config.yml", folder)
    return Book(folder)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A book without faults, built once; tests look and do not touch."""
    book = _new(tmp_path_factory.mktemp("built") / "book")
    done = book.build()
    assert done.returncode == 0, done.stdout + done.stderr
    return book


@pytest.fixture
def book(built: Book, tmp_path: Path) -> Book:
    """A copy of the built book, to change."""
    shutil.copytree(built.root, tmp_path / "book", symlinks=True)
    return Book(tmp_path / "book")


@pytest.mark.parametrize(
    ("name", "old", "new", "again"),
    [
        ("index.md", "It tests", "It still tests", []),
        ("pages/figure.md", ":tags: [hide-input]\n", "", []),
        ("pages/figure.md", "quadruple(3.14159)", "quadruple(2.71828)", ["pages/figure"]),
        ("toy/derived.py", "double(double(x))", "2 * double(x)", ["pages/figure"]),
        ("toy/base.py", "2 * x", "x + x", ["index", "pages/figure"]),
        ("results/table.csv", "2,1", "2,1\n3,0.5", ["pages/table"]),
    ],
    ids=["prose", "tag", "code", "module", "imported by a module", "data"],
)
def test_runs_again_exactly_what_changed(
    name: str, old: str, new: str, again: list[str], book: Book
) -> None:
    book.edit(name, old, new)
    assert book.executed() == again
    assert book.executed() == []


def test_runs_everything_again_with_other_pins(book: Book) -> None:
    (book.root / "requirements.lock").write_text("numpy==0.0\n")
    assert book.executed() == ["index", "pages/figure", "pages/table"]


def test_changed_outputs_reach_the_site(book: Book) -> None:
    book.edit("toy/base.py", "2 * x", "3 * x")
    assert book.build().returncode == 0
    assert "twice four is 12" in (book.root / "_build/html/index.html").read_text()
    page = (book.root / "_build/html/pages/figure.html").read_text()
    assert "which is <span" in page and "28.3" in page


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_goes_on_where_it_stopped(how: signal.Signals, book: Book) -> None:
    wait = book.root / "results/wait"
    wait.write_text("300")
    shutil.rmtree(book.root / "_build")
    book.edit(
        "pages/table.md",
        "rows = ",
        "import time\n\ntime.sleep(int(Path('results/wait').read_text()))\nrows = ",
    )
    book.edit("pages/table.md", "timing: true\n", "")
    log = book.root / "_build/executed/pages/table.log"
    others = [book.root / f"_build/executed/{name}.json" for name in ("index", "pages/figure")]
    # A shell's background jobs inherit that Ctrl-C is ignored; a person's build does not.
    running = subprocess.Popen(
        book.command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    _until(lambda: log.exists() and all(path.exists() for path in others))
    running.send_signal(how)
    assert running.wait(timeout=30) != 0
    wait.write_text("0")
    assert book.executed() == ["pages/table"]


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "the build did not get there"
        time.sleep(0.1)


FAULTS = {
    "raising cell": (
        "pages/table.md",
        "print(len(rows)",
        "assert rows\nprint(1 / 0, len(rows)",
        r"pages/table\.md:17: code cell 1 raised ZeroDivisionError: division by zero",
    ),
    "live run outside its band": (
        "pages/table.md",
        "print(len(rows)",
        "from lab.bands import hold_to_band\n\n"
        "hold_to_band([1.31], [[1.0], [1.2]], ['a loss'])\nprint(len(rows)",
        r"pages/table\.md:18: code cell 1 raised AssertionError: live run outside its band: a loss",
    ),
    "unknown claim": (
        "index.md",
        "{claim}`IV.A.1`",
        "{claim}`IV.A.99`",
        r"index\.md:9: WARNING: claim 'IV\.A\.99'",
    ),
    "broken link": (
        "index.md",
        "(pages/figure.md)",
        "(pages/nowhere.md)",
        r"index\.md:9: WARNING: .*nowhere",
    ),
    "missing alt text": (
        "pages/figure.md",
        'show(fig, alt="A line that rises from one to three")',
        "show(fig)",
        r"pages/figure\.md:21: show\(figure, alt=\.\.\.\): the alt text is missing",
    ),
    "literal number": (
        "index.md",
        "It tests the build.",
        "It tests 99.5 % of the build.",
        r"index\.md:9: '99\.5 %' stands in the prose",
    ),
    "long cell": (
        "index.md",
        "print(",
        "x = 1\n" * 20 + "print(",
        r"index\.md:13: a code cell of 23 lines",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_told_with_its_place(
    fault: str, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    name, old, new, message = FAULTS[fault]
    book.edit(name, old, new)
    done = book.build()
    assert done.returncode == 1
    assert re.search(message, done.stdout + done.stderr), done.stdout + done.stderr


def test_a_fault_stays_until_it_is_mended(book: Book) -> None:
    book.edit("index.md", "{claim}`IV.A.1`", "{claim}`IV.A.99`")
    assert book.build().returncode == 1
    assert book.build().returncode == 1
    book.edit("index.md", "{claim}`IV.A.99`", "{claim}`IV.A.1`")
    assert book.build().returncode == 0


def test_a_cell_that_should_raise_may(book: Book) -> None:
    book.edit("pages/table.md", "rows = ", "int('x')\nrows = ")
    book.edit(
        "pages/table.md",
        "ipython3\nfrom pathlib",
        "ipython3\n:tags: [raises-exception]\nfrom pathlib",
    )
    assert book.executed() == ["pages/table"]


def test_a_removed_page_leaves_the_site(book: Book) -> None:
    book.edit("_toc.yml", "  - file: pages/table\n", "")
    assert book.build().returncode == 0
    assert not (book.root / "_build/html/pages/table.html").exists()


def test_downloads_hold_outputs_and_plain_prose(built: Book) -> None:
    folder = built.root / "_build/html"
    page = (folder / "pages/figure.html").read_text()
    assert "_sources/pages/figure.ipynb" in page
    notebook = nbformat.read(folder / "_sources/pages/figure.ipynb", as_version=4)
    figure = notebook.cells[-1]
    assert "text/html" in figure.outputs[0].data
    assert "which is 12.6." in notebook.cells[-2].source
    assert code_digest(notebook) == code_digest(pages(built.root)[1].notebook)


def test_the_ledger_shows_what_a_page_measured_and_the_manifest_what_it_read(built: Book) -> None:
    assert "the table has rows" in (built.root / "_build/html/pages/ledger.html").read_text()
    manifest = json.loads((built.root / "_build/executed/pages/table.json").read_text())
    assert set(manifest["inputs"]) == {
        "lab/__init__.py",
        "lab/measured.py",
        "results/table.csv",
    }
