"""`python -m lab.results`: make what a page only draws (more seeds, sweeps, larger runs).

An experiment is a list of independent runs.  They go to any `concurrent.futures.Executor`: the
cores of this machine, or a Dask cluster where `--scheduler` names one.  Each finished run is kept
at once, so an interrupted command resumes; when all are in, a CSV file and a card are written.
"""

import argparse
import csv
import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import date
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from rich.progress import track

FOLDER = Path(__file__).resolve().parent.parent / "results"

Row = dict[str, Any]


@dataclass(frozen=True)
class Experiment:
    """`run(**arguments)` for each of `runs` gives rows of `results/<name>.csv`.

    `run` is a function of a module, so that another process can find it.
    """

    name: str
    run: Callable[..., Sequence[Any]]
    runs: Sequence[dict[str, Any]]
    about: str


def load(name: str) -> list[Row]:
    """The rows of `results/<name>.csv`, numbers as numbers.

    Raises `FileNotFoundError` that says how to make the file.
    """
    path = FOLDER / f"{name}.csv"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; make it with: make results NAMES={name}")
    with path.open(newline="") as file:
        return [{key: _number(text) for key, text in row.items()} for row in csv.DictReader(file)]


def _number(text: str) -> float | int | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _execute(
    run: Callable[..., Sequence[Any]], arguments: dict[str, Any]
) -> tuple[list[Row], float]:
    """One run on one core: its rows and its CPU seconds."""
    torch.set_num_threads(1)
    start = time.process_time()
    rows = [asdict(row) for row in run(**arguments)]
    return rows, time.process_time() - start


def make(experiment: Experiment, executor: Executor, scratch: Path) -> Path:
    """Run what is not yet in `scratch`, then write the CSV file and its card; return the CSV's path."""
    scratch.mkdir(parents=True, exist_ok=True)
    parts = [scratch / f"{_label(arguments)}.json" for arguments in experiment.runs]
    pending: dict[Future[Any], Path] = {
        executor.submit(_execute, experiment.run, arguments): part
        for arguments, part in zip(experiment.runs, parts, strict=True)
        if not part.exists()
    }
    failures: list[Exception] = []
    for future in track(as_completed(pending), experiment.name, total=len(pending)):
        try:
            rows, seconds = future.result()
        except Exception as error:  # one broken run must not cost the others their results
            failures.append(error)
            continue
        unfinished = pending[future].with_suffix(".part")
        unfinished.write_text(json.dumps({"rows": rows, "cpu_seconds": seconds}))
        unfinished.replace(pending[future])
    if failures:
        raise ExceptionGroup(f"{len(failures)} runs of {experiment.name} failed", failures)
    finished = [json.loads(part.read_text()) for part in parts]
    _write_csv(experiment, [row for run in finished for row in run["rows"]])
    _write_card(experiment, sum(run["cpu_seconds"] for run in finished))
    return FOLDER / f"{experiment.name}.csv"


def _code() -> str:
    """A digest of this package, so that runs of older code are not taken for finished ones."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _label(arguments: dict[str, Any]) -> str:
    return "-".join(f"{key}={value}" for key, value in arguments.items()).replace("/", "_")


def _write_csv(experiment: Experiment, rows: list[Row]) -> None:
    with (FOLDER / f"{experiment.name}.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_card(experiment: Experiment, cpu_seconds: float) -> None:
    """How the file came about, beside it."""
    git = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, cwd=FOLDER).stdout.strip()
    card = {
        "about": experiment.about,
        "command": f"make results NAMES={experiment.name}",
        "commit": commit or "unknown",
        "runs": len(experiment.runs),
        "machine": f"{platform.machine()} {platform.system()}, one core a run",
        "versions": f"Python {platform.python_version()}, torch {torch.__version__.split('+')[0]}",
        "date": date.today().isoformat(),
        "cpu_minutes": round(cpu_seconds / 60, 1),
    }
    lines = [f"{key}: {json.dumps(value)}" for key, value in card.items()]
    (FOLDER / f"{experiment.name}.card.yaml").write_text("\n".join(lines) + "\n")


def executor(scheduler: str | None) -> Executor:
    """The cores of this machine, or the Dask cluster at `scheduler`."""
    if scheduler is None:
        # Spawned, because torch's threads do not survive a fork.
        return ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"))
    try:
        from distributed import Client
    except ImportError:
        sys.exit("--scheduler needs Dask: pip install dask distributed")
    return Client(scheduler).get_executor()


def main() -> None:
    from lab.experiments import MODULES  # here, for a page that loads a result is not stale by it

    experiments = {e.name: e for module in MODULES for e in import_module(module).EXPERIMENTS}
    parser = argparse.ArgumentParser(prog="python -m lab.results", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(experiments)}; default: all")
    parser.add_argument("--scheduler", help="address of a Dask scheduler, tcp://host:port")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(experiments):
        parser.error(f"no experiment {', '.join(unknown)}; there are {', '.join(experiments)}")
    with executor(arguments.scheduler) as pool:
        for name in arguments.names or experiments:
            scratch = FOLDER.parent / "_build" / "results" / f"{name}-{_code()}"
            print("wrote", make(experiments[name], pool, scratch))


if __name__ == "__main__":
    main()
