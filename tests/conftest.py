"""What every test may ask for: the built site; and which tests `make check` leaves out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# A worker on each core leaves none for threads: they would wait for one another most of the time.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("book", deadline=None)  # timings belong to benchmarks
settings.load_profile("book")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: builds, trains, exports, or starts programs")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for the built site is slow, for the book may have to be built first."""
    for item in items:
        if "built_site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The folder with the book's HTML, brought up to date once a run, however many workers test."""
    run = getattr(request.config, "workerinput", {}).get("testrunuid", "")
    shared = tmp_path_factory.getbasetemp().parent
    with FileLock(shared / "building"):
        if not run or not (shared / f"built-{run}").exists():
            subprocess.run([sys.executable, "-m", "book.build"], cwd=ROOT, check=True)
            (shared / f"built-{run}").touch()
    return ROOT / "_build" / "html"
