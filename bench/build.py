"""How long the book takes to build, what its heaviest page weighs, and what an import costs.

The book is built in a copy, so that the working tree stays as it is.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent
PROSE = Path("book/preface.md")
_IMPORT = "import time, torch; start = time.process_time(); import {}; print({})"
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "_build", "__pycache__", "*_cache", "*.egg-info"
)


def imports() -> Iterator[Measurement]:
    for package in ("lab", "struggle"):
        code = _IMPORT.format(package, "time.process_time() - start")
        command = [sys.executable, "-c", code]
        seconds = [float(subprocess.check_output(command, cwd=ROOT)) for _ in range(3)]
        yield Measurement(f"import {package}, beyond torch", median(seconds), "s", at_most=0.2)


def book(cold: bool) -> Iterator[Measurement]:
    """Build times by the clock; `cold` executes every page first, which takes minutes."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "book"
        shutil.copytree(ROOT, copy, ignore=_LEFT_OUT)
        executed = ROOT / "_build" / "executed"
        if executed.exists() and not cold:
            shutil.copytree(executed, copy / "_build" / "executed")
        minutes = _build(copy) / 60
        if cold:
            yield Measurement("book: from nothing", minutes, "min", at_most=20)
        yield Measurement("book: nothing changed", _build(copy), "s", at_most=10)
        with (copy / PROSE).open("a", encoding="utf-8") as page:
            page.write("\nOne more sentence.\n")
        yield Measurement("book: one page's prose changed", _build(copy), "s", at_most=15)
        name, kilobytes = _heaviest(copy / "_build" / "html")
        yield Measurement(f"book: heaviest page, {name}", kilobytes, "kB", at_most=300)


def _build(root: Path) -> float:
    """Seconds that a build of `root` takes; `RuntimeError` tells why it failed."""
    start = time.perf_counter()
    build = subprocess.run(
        [sys.executable, "-m", "book.build"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if build.returncode:
        raise RuntimeError(f"the book does not build; `make book` says:\n{build.stdout[-2000:]}")
    return time.perf_counter() - start


def _heaviest(html: Path) -> tuple[str, float]:
    """The page that weighs most with its figures, compressed, and its weight in kB."""
    pages = (page for page in html.rglob("*.html") if not page.relative_to(html).parts[0][0] == "_")
    weight, name = max((_weight(page), page.relative_to(html).as_posix()) for page in pages)
    return name, weight / 1000


def _weight(page: Path) -> int:
    text = page.read_text(encoding="utf-8")
    figures = {page.parent / name for name in re.findall(r'src="([^":]*_images/[^"]+)"', text)}
    return sum(len(gzip.compress(path.read_bytes())) for path in {page} | figures)
