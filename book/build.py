"""Build the book: fetch the assets, execute what has to be, check the prose, and make the site.

`python -m book.build [folder]` does for any folder with a `_config.yml` what `make book` does here.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_book.sphinx import build_sphinx
from rich.console import Console

from book import lint
from book.execute import execute
from book.pages import Page, pages
from book.serviceworker import write_worker
from book.store import digest, file_digest
from lab import assets

# What decides how a page is shown, beside the page itself; a change makes every page anew.
_LOOKS = (
    "_config.yml",
    "_toc.yml",
    "requirements.lock",
    "lab/measured.py",
    "book/*.py",
    "book/_*/**/*",
    "book/claims/*",
    "book/*.bib",
    "exercises/**/*",
    "struggle/*.py",
)


def build(root: Path) -> int:
    """Build the book under `root` into `_build/html`; 0 where nothing was wrong."""
    console = Console(soft_wrap=True)
    missing = _assets(console)
    found = pages(root)
    problems = [str(problem) for page in found for problem in lint.problems(page)]
    problems += [str(error) for error in execute(found, console)]
    # A page that did not run would only add a second message about the same fault.
    if not problems:
        problems += _site(root, found)
    for message in problems + missing:
        console.print(message, style="red", markup=False, highlight=False)
    if problems:
        console.print(f"The book was not built: {len(problems)} fault(s), named above.")
        return 1
    console.print(f"The book is built: open {root / '_build' / 'html' / 'index.html'}")
    return 0


def _assets(console: Console) -> list[str]:
    """Fetch all assets; returns what is missing, which the pages that need it will meet."""
    failed = []
    for name in assets.assets():
        try:
            assets.fetch(name)
        except assets.AssetError as error:
            failed.append(str(error))
    return failed


def _site(root: Path, found: list[Page]) -> list[str]:
    built = root / "_build"
    with _unless_the_same(built / "site.key", _looks(root)) as fresh:
        status = build_sphinx(
            str(root),
            str(built / "html"),
            noconfig=True,
            path_config=str(root / "_config.yml"),
            confoverrides={
                "external_toc_path": str(root / "_toc.yml"),
                "latex_individualpages": False,
            },
            warningiserror=True,
            keep_going=True,
            freshenv=fresh,
            force_all=fresh,
            quiet=True,
        )
        if status:
            raise _Faulty
        _forget_removed(built / "html", found)
        write_worker(built / "html")
        return []
    return ["The site has the faults that are printed above; each names its place."]


class _Faulty(Exception):
    """Sphinx found something wrong."""


@contextmanager
def _unless_the_same(path: Path, key: str) -> Iterator[bool]:
    """Give whether the site has to be made wholly anew, and keep the key of one made without fault.

    Sphinx tells a fault only while it reads a page, so what follows a fault starts afresh too.
    """
    fresh = not path.exists() or path.read_text(encoding="utf-8") != key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    try:
        yield fresh
        path.write_text(key, encoding="utf-8")
    except _Faulty:
        pass


def _looks(root: Path) -> str:
    files = sorted({path for pattern in _LOOKS for path in root.glob(pattern) if path.is_file()})
    kept = [path for path in files if "__pycache__" not in path.parts]
    return digest(*(f"{path.relative_to(root)} {file_digest(path)}" for path in kept))


def _forget_removed(html: Path, found: list[Page]) -> None:
    """Delete what an earlier build made of pages that the book no longer has."""
    sources = {f"{page.name}.html" for page in found} | {"search.html", "genindex.html", "404.html"}
    for path in html.rglob("*.html"):
        name = path.relative_to(html).as_posix()
        if not name.startswith("_") and name not in sources:
            path.unlink()


if __name__ == "__main__":
    raise SystemExit(build(Path(*sys.argv[1:2]).resolve()))
