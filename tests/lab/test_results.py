"""`make results`: one result whatever executes it, and nothing made twice after an interruption."""

import json
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab import results
from lab.results import Experiment, load, make

RUNS = [{"n": n} for n in (3, 1, 2)]


@dataclass(frozen=True)
class Square:
    n: int
    square: float
    name: str


def squares(n: int) -> list[Square]:
    return [Square(n, n**2 / 2, f"run {n}"), Square(-n, n**2 / 2, "mirrored")]


def broken(n: int) -> list[Square]:
    if n == 1:
        raise RuntimeError("diverged")
    return squares(n)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    return tmp_path


def expected() -> list[dict[str, object]]:
    return [vars(row) for run in RUNS for row in squares(**run)]


def made(executor: Executor, folder: Path) -> list[dict[str, object]]:
    make(Experiment("squares", squares, RUNS, "a test"), executor, folder / "scratch")
    return load("squares")


def test_rows_come_back_in_order_with_a_card(folder: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert made(pool, folder) == expected()
    card = (folder / "squares.card.yaml").read_text()
    assert "make results NAMES=squares" in card and "runs: 3" in card


@pytest.mark.slow
def test_a_dask_cluster_of_two_workers_gives_the_same(folder: Path) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        pool = results.executor(cluster.scheduler_address)
        assert made(pool, folder) == expected()


def test_a_broken_run_costs_no_other_its_result(folder: Path) -> None:
    with (
        ThreadPoolExecutor(1) as pool,
        pytest.raises(ExceptionGroup, match="1 runs of squares failed"),
    ):
        make(Experiment("squares", broken, RUNS, ""), pool, folder / "scratch")
    kept = sorted(path.name for path in (folder / "scratch").glob("*.json"))
    assert kept == ["n=2.json", "n=3.json"]
    marked = json.loads((folder / "scratch" / "n=3.json").read_text())
    marked["rows"][0]["name"] = "kept"
    (folder / "scratch" / "n=3.json").write_text(json.dumps(marked))
    with ThreadPoolExecutor(1) as pool:
        assert made(pool, folder)[0]["name"] == "kept"


def test_a_missing_file_says_how_to_make_it() -> None:
    with pytest.raises(FileNotFoundError, match="make results NAMES=absent"):
        load("absent")
