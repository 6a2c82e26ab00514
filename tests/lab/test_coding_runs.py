"""SmolLM2 as a programmer, where its programs end, and the stored runs held against the runner."""

import random

import numpy as np
import pytest

from lab.coding_models import code, finished, programs
from lab.coding_runs import (
    ARMS,
    BUDGET,
    EXAMPLES,
    SAMPLES,
    against_fresh,
    orders,
    right_if_passing,
    search_programs,
)
from lab.coding_tasks import tasks
from lab.results import load
from lab.run_code import run_code
from lab.smollm2 import load_smollm2, load_tokenizer

BY_NAME = {task.name: task for task in tasks()}
F = "def f(x):\n    return x\n"


@pytest.mark.parametrize(
    ("written", "program"),
    [
        (F + "```", F),
        (F + "```\nThis function returns x.", F),
        (F + "<|im_end|>", F),
        (F + "\n# Example", F),
        (F + "\nprint(f(3))", F),
        (F + "\ndef g(x):\n    return 2", F),
        ("import re\n\n" + F + "\nf(3)", "import re\n\n" + F),
        ("def f(x):\n    y = x\n\n    return y\n\nprint", "def f(x):\n    y = x\n\n    return y\n"),
        ("```", "\n"),
    ],
)
def test_a_program_ends_where_its_function_does(written, program):
    assert finished(written) and code(written) == program
    ends = [i for i in range(len(written) + 1) if finished(written[:i])]
    assert ends == list(range(ends[0], len(written) + 1))  # once finished, it stays so


@pytest.mark.parametrize(
    "written", ["", "def f(x):\n", F, F + "\n", "import re\n\ndef f(", "# f\n"]
)
def test_what_may_go_on_is_not_finished(written):
    assert not finished(written)


@pytest.mark.slow
def test_the_model_writes_the_same_alone_and_in_company():
    model, tokenizer = load_smollm2(), load_tokenizer()
    asked = "Write a Python function that adds two numbers."
    three = programs(model, tokenizer, asked, 3, 0.0, 0)
    assert three[0] == three[1] == three[2] and three[0].startswith("def ")
    drawn = [programs(model, tokenizer, asked, 3, 1.0, seed) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_the_stored_samples_are_judged_as_the_runner_judges_them():
    rows = load("coding-samples")
    for row in random.Random(0).sample(rows, 24):
        task = BY_NAME[row["task"]]
        report = run_code(row["source"], task.name, task.examples[:4])
        assert report.kind == row["kind"]
        right = report.passed and run_code(row["source"], task.name, task.hidden).passed
        assert right == bool(row["right"])


def test_the_stored_samples_are_complete():
    rows = load("coding-samples")
    for seed in {row["seed"] for row in rows}:
        for task in tasks():
            arms = {
                arm: [r for r in rows if (r["seed"], r["arm"], r["task"]) == (seed, arm, task.name)]
                for arm in ARMS
            }
            assert len(arms["fresh"]) == SAMPLES
            failed = any(row["kind"] != "passed" for row in arms["fresh"])
            assert {len(arms["repair"]), len(arms["again"])} == {SAMPLES * failed}
            assert not any(row["copy"] for row in arms["fresh"])


def test_repairs_are_held_against_fresh_programs_of_other_seeds():
    def rows(task, arm, seed, *right):
        return [{"task": task, "arm": arm, "seed": seed, "right": r} for r in right]

    made = [
        *rows("a", "fresh", 0, 1, 1, 0, 0),
        *rows("a", "fresh", 1, 0, 0, 0, 1),
        *rows("a", "repair", 0, 1, 0),
        *rows("a", "repair", 1, 1, 1),
        *rows("b", "fresh", 0, 1, 1),
        *rows("b", "fresh", 1, 1, 0),
        *rows("b", "repair", 1, 0, 0),
        *rows("c", "fresh", 0, 1),
    ]
    found = against_fresh(made, "repair")
    assert found == pytest.approx(np.array([[(0.5 + 1) / 2, (0.25 + 0.5) / 2], [0, 1]]))


def test_programs_are_compared_on_the_examples_that_both_passed():
    order = {seed: orders(seed) for seed in (0, 1)}

    def search(seed, task, right, size=3, prune=1):
        known = {"seed": seed, "task": task, "right": right, "size": size, "prune": prune}
        return known | {"examples": 2}

    written = [{"task": "last", "right": right} for right in (1, 0, 1)]
    written += [{"task": "larger", "right": 1}]
    passes = np.zeros((4, 8), bool)
    passes[[0, 1]] = True
    passes[2, order[1]["last"][:2]] = True  # passes what the second order shows, and no more
    assert set(order[0]["last"][:2]) - set(order[1]["last"][:2])
    searches = [search(0, "last", 1), search(1, "last", 0), search(0, "larger", 1)]
    searches += [search(0, "last", 0, prune=0), search(1, "last", 1, size=0)]
    found = right_if_passing(written, passes, searches, 2)
    assert found == pytest.approx(np.array([[(1 / 2 + 2 / 3) / 2, 1 / 2]]))


def test_the_stored_searches_keep_their_budget_and_fit():
    rows = load("coding-search")
    assert len(rows) == 5 * len(tasks()) * (len(EXAMPLES) + 1)
    for row in rows:
        assert row["tried"] <= BUDGET and (row["size"] > 0) == bool(row["source"])
        assert row["size"] > 0 or (row["tried"] == BUDGET and not row["right"])


@pytest.mark.slow
def test_the_stored_searches_can_be_repeated():
    stored = [row for row in load("coding-search") if row["seed"] == 3]
    again = search_programs(3)
    assert [(r.task, r.tried, r.size, r.right, r.source) for r in again] == [
        (r["task"], r["tried"], r["size"], r["right"], r["source"]) for r in stored
    ]
