"""`python -m bench [name ...]`: measure, then print what was measured beside its budget."""

import argparse
from collections.abc import Callable, Iterable
from functools import partial

import torch
from rich.console import Console
from rich.table import Table

from bench.build import book, imports
from bench.measurement import Measurement
from bench.sampling import sampling
from bench.training import speed, time_to_loss

Benchmark = Callable[[], Iterable[Measurement]]


def benchmarks(cold: bool) -> dict[str, Benchmark]:
    return {
        "loss": time_to_loss,
        "speed": speed,
        "sampling": sampling,
        "imports": imports,
        "book": partial(book, cold),
    }


def table(measurements: Iterable[Measurement]) -> Table:
    result = Table("what", "measured", "budget", "", box=None, header_style="bold")
    for m in measurements:
        style = "red" if m.verdict == "over" else None
        result.add_row(m.what, f"{m.value:.3g} {m.unit}", m.budget, m.verdict, style=style)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(benchmarks(False))}; default: all")
    parser.add_argument("--cold", action="store_true", help="also build the book from nothing")
    arguments = parser.parse_args()
    known = benchmarks(arguments.cold)
    if unknown := set(arguments.names) - set(known):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}")
    torch.set_num_threads(1)
    console = Console()
    measured: list[Measurement] = []
    try:
        for name in arguments.names or known:
            with console.status(f"Measuring: {name}"):
                measured.extend(known[name]())
    finally:  # an interrupted or failing benchmark does not hide the others
        console.print(table(measured))


if __name__ == "__main__":
    main()
