"""Execute the pages whose outputs no longer hold, side by side, one kernel a core.

Each finished page is kept at once, so an interrupted run goes on where it stopped.  Pages that time
things (`timing: true` in their front matter) run after the others, alone.
"""

import asyncio
import copy
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from book import store
from book.pages import Page
from lab.assets import cache_folder

_RECORDER = Path(__file__).with_name("recorder.py")
_CELL_SECONDS = 1800
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class PageError(Exception):
    """A page did not run to its end; the message says where."""


def execute(pages: list[Page], console: Console) -> list[PageError]:
    """Bring every page's outputs up to date; returns what went wrong, page by page."""
    wanted = [page for page in pages if page.is_notebook and store.stale(page)]
    if not wanted:
        return []
    # The longest first, so that none is left alone at the end; unknown ones count as long.
    wanted.sort(key=lambda page: -(store.seconds(page) or float("inf")))
    run = _Run(wanted, console)
    # nbclient takes the signals of a loop in the main thread, and Ctrl-C would end one kernel only.
    with ThreadPoolExecutor(1) as thread:
        result = thread.submit(asyncio.run, run.everything())
        try:
            return result.result()
        except KeyboardInterrupt:
            run.cancel()
            raise


class _Run:
    """One pass over the stale pages."""

    def __init__(self, pages: list[Page], console: Console) -> None:
        self.pages = pages
        self.console = console
        self.errors: list[PageError] = []
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self.cancel: Callable[[], object] = lambda: None

    async def everything(self) -> list[PageError]:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        self.cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        with self.progress:
            self.bar = self.progress.add_task("Executing", total=len(self.pages))
            await self._batch([page for page in self.pages if not page.is_timed], _cores())
            await self._batch([page for page in self.pages if page.is_timed], 1)
        return self.errors

    async def _batch(self, pages: list[Page], at_once: int) -> None:
        turn = asyncio.Semaphore(at_once)

        async def one(page: Page) -> None:
            async with turn:
                await self._page(page)

        async with asyncio.TaskGroup() as group:
            for page in pages:
                group.create_task(one(page))

    async def _page(self, page: Page) -> None:
        why, start = store.stale(page), time.monotonic()
        try:
            executed, inputs = await _executed(page)
            store.save(page, executed, inputs, time.monotonic() - start)
            outcome = ""
        except PageError as error:
            self.errors.append(error)
            outcome = " [red]failed[/red]"
        took = time.monotonic() - start
        self.progress.advance(self.bar)
        self.console.print(f"{took:7.1f} s  {page.name} ({why}){outcome}", highlight=False)


async def _executed(page: Page) -> tuple[NotebookNode, list[str]]:
    """The page's notebook with outputs, and the files that it read."""
    notebook = copy.deepcopy(page.notebook)
    first, last = _hidden_cells(page)
    notebook.cells = [first, *notebook.cells, last]
    client = NotebookClient(notebook, timeout=_CELL_SECONDS)
    client.reset_execution_trackers()
    with _kernel_log(page) as log, _located(page):
        async with client.async_setup_kernel(
            cwd=str(page.root), env=_environment(page.root), stdout=log, stderr=log
        ):
            for index, cell in enumerate(notebook.cells):
                hidden = cell is first or cell is last
                await client.async_execute_cell(cell, index, store_history=not hidden)
            client.set_widgets_metadata()
    notebook.cells = notebook.cells[1:-1]
    return notebook, json.loads(last.outputs[0]["text"])


def _hidden_cells(page: Page) -> tuple[NotebookNode, NotebookNode]:
    """What runs before and after the page; it leaves no name behind in the page's own."""
    source = _RECORDER.read_text(encoding="utf-8")
    where = f"{str(page.root)!r}, {str(cache_folder().absolute())!r}"
    start = f"import sys; names = {{}}; exec({source!r}, names)\n"
    start += f"sys.page_inputs = names['record']({where}); del names, sys"
    end = "print(__import__('json').dumps(__import__('sys').page_inputs()))"
    return new_code_cell(start), new_code_cell(end)


def _environment(root: Path) -> dict[str, str]:
    """The kernel's: the project's root is importable, and one page uses one core.

    IPython's profile and the exercise log are the build's own, never the reader's.
    """
    built = root / "_build"
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    return os.environ | {
        "PYTHONPATH": path,
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "IPYTHONDIR": str(built / "ipython"),
        "STRUGGLE_HOME": str(built / "struggle"),
        "STRUGGLE_STATIC": "1",
    }


@contextmanager
def _kernel_log(page: Page) -> Iterator[object]:
    """Where a kernel's own chatter goes."""
    path = store.notebook_path(page).with_suffix(".log")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as log:
        yield log
    if path.stat().st_size == 0:
        path.unlink()


@contextmanager
def _located(page: Page) -> Iterator[None]:
    """Turn a failing cell into a message with the file, the cell's number and the line."""
    try:
        yield
    except CellExecutionError as error:
        raise PageError(_message(page, error)) from error
    except DeadKernelError as error:
        raise PageError(f"{page.path}: the kernel died; is there enough memory?") from error


def _message(page: Page, error: CellExecutionError) -> str:
    trace = _ANSI.sub("", error.traceback)
    counts = [index for index, cell in enumerate(page.notebook.cells) if cell.cell_type == "code"]
    frames = re.findall(r"Cell In\[(\d+)\], line (\d+)", trace)
    summary = f"{error.ename}: {_ANSI.sub('', error.evalue)}"
    if not frames:
        return f"{page.path}: {summary}\n{trace}"
    cell, line = (int(number) for number in frames[0])
    where = page.line(counts[cell - 1]) + line - 1
    return f"{page.path}:{where}: code cell {cell} raised {summary}\n{trace}"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
