"""What comes of the coding tasks: samples and repairs of SmolLM2, and searches from few examples.

Wording, length and temperature were settled on the practice tasks, and the search's language before
any task was run.  Its budget was halved after a first run, in which no program took more.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from lab.coding_agent import Attempt, prompt
from lab.coding_models import TEMPERATURE, programs
from lab.coding_tasks import Task, tasks
from lab.results import Experiment, Row
from lab.run_code import run_code
from lab.smollm2 import load_smollm2, load_tokenizer
from lab.synthesis import program, search

SHOWN = 4  # examples in the prompt
SAMPLES = 8
FRESH, REPAIR, AGAIN = ARMS = ("fresh", "repair", "again")
EXAMPLES = (1, 2, 4, 8)
BUDGET = 100_000  # expressions of one search


@dataclass(frozen=True)
class Program:
    """A program of SmolLM2: what became of the shown examples, and whether it is right.

    `arm` is "fresh" for answers to the task, "repair" for answers to the task, the first fresh program
    that failed and its report, "again" for the same without the report.  `right` programs pass the
    shown and the hidden tests; a `copy` is the failed program once more.
    """

    seed: int
    arm: str
    task: str
    band: str
    kind: str
    right: int
    copy: int
    source: str


def sample_programs(seed: int, chosen: Sequence[str] | None = None) -> list[Program]:
    """Eight programs of each arm for every task, or for the `chosen` ones; the same for one seed.

    Where all fresh ones pass there is nothing to repair.
    """
    model, tokenizer = load_smollm2(), load_tokenizer()
    draw = partial(programs, model, tokenizer, n=SAMPLES, temperature=TEMPERATURE, seed=seed)
    rows = []
    for task in tasks():
        if chosen is not None and task.name not in chosen:
            continue
        shown = task.shown(SHOWN)
        judged = partial(_judged, task, seed)
        fresh = [judged(FRESH, source) for source in draw(prompt(shown))]
        rows += fresh
        failed = next((row.source for row in fresh if row.kind != "passed"), None)
        if failed is not None:
            attempt = Attempt(failed, run_code(failed, task.name, shown.examples))
            for arm in (REPAIR, AGAIN):
                asked = prompt(shown, [attempt], report=arm == REPAIR)
                rows += [judged(arm, source, failed) for source in draw(asked)]
    return rows


def _judged(task: Task, seed: int, arm: str, source: str, failed: str = "") -> Program:
    kind = run_code(source, task.name, task.examples[:SHOWN]).kind
    right = kind == "passed" and run_code(source, task.name, task.hidden).passed
    return Program(seed, arm, task.name, task.band, kind, int(right), int(source == failed), source)


def against_fresh(rows: Sequence[Row], arm: str) -> NDArray[np.float64]:
    """How often the programs of `arm` are right and how often fresh ones: shape (tasks, 2), shares.

    Only tasks with something to repair count.  The fresh programs are those of the other seeds,
    because among those of the same seed the failed one was picked.
    """
    right = defaultdict(list)
    for row in rows:
        right[row["task"], row["arm"], row["seed"]].append(row["right"])
    pairs = defaultdict(list)
    for (task, its_arm, seed), shares in right.items():
        if its_arm == arm:
            others = [
                np.mean(values)
                for (name, other_arm, other), values in right.items()
                if (name, other_arm) == (task, FRESH) and other != seed
            ]
            pairs[task].append((np.mean(shares), np.mean(others)))
    return np.array([np.mean(pair, axis=0) for pair in pairs.values()])


@dataclass(frozen=True)
class Search:
    """What a search made of some `examples` of a task; `size` 0 and no `source` if it found nothing."""

    seed: int
    examples: int
    prune: int
    task: str
    band: str
    tried: int
    size: int
    right: int
    source: str


def search_programs(seed: int) -> list[Search]:
    """A search for every task from 1, 2, 4 and 8 examples in an order of their own, and one unpruned."""
    order = orders(seed)
    rows = []
    for task in tasks():
        examples = [task.examples[i] for i in order[task.name]]
        for n, prune in [*((n, True) for n in EXAMPLES), (EXAMPLES[-1], False)]:
            found = search(task, examples[:n], BUDGET, prune)
            source = program(task, found.expression) if found.expression else ""
            size = found.expression.size if found.expression else 0
            right = int(run_code(source, task.name, task.hidden).passed)
            row = (seed, n, int(prune), task.name, task.band, found.tried, size, right, source)
            rows.append(Search(*row))
    return rows


def orders(seed: int) -> dict[str, NDArray[np.int64]]:
    """For each task, the order in which the searches of `seed` are shown its examples."""
    rng = np.random.default_rng(seed)
    return {task.name: rng.permutation(len(task.examples)) for task in tasks()}


def right_if_passing(
    written: Sequence[Row], passes: NDArray[np.bool_], searches: Sequence[Row], examples: int
) -> NDArray[np.float64]:
    """Shares that are right, for the model and for the search, if `examples` pass: (tasks, 2).

    `passes` (programs, examples) says which of its task's examples each of the `written` programs
    passes.  Both are tested on the same examples, in the orders of the pruned `searches`.  A task is
    the mean over the orders in which both have a program that passes, and counts if there is one.
    """
    tasks_of = np.array([row["task"] for row in written])
    right_of = np.array([row["right"] for row in written])
    shares = defaultdict(list)
    for row in searches:
        if row["examples"] == examples and row["prune"] and row["size"]:
            first = orders(row["seed"])[row["task"]][:examples]
            passing = right_of[(tasks_of == row["task"]) & passes[:, first].all(1)]
            if len(passing):
                shares[row["task"]].append((passing.mean(), row["right"]))
    return np.array([np.mean(pairs, axis=0) for pairs in shares.values()])


EXPERIMENTS = [
    Experiment(
        "coding-samples",
        sample_programs,
        [{"seed": seed} for seed in (0, 1)],
        "Programs that SmolLM2 writes for 24 small tasks, fresh and with a failed one to repair.",
    ),
    Experiment(
        "coding-search",
        search_programs,
        [{"seed": seed} for seed in range(5)],
        "Enumerative search for the same tasks from 1 to 8 examples, with and without pruning.",
    ),
]
