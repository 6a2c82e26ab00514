"""The stored adders do what the page says of them, and no practice shows a held-out problem."""

import pytest

from lab.models import load_model
from lab.results import load
from lab.rlvr import SETTINGS, answers, examination, graded, practice
from lab.tasks import held_out

SEEDS = (0, 1, 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_fifty_steps_make_rare_answers_common_and_do_not_reach_longer_sums(seed):
    exam, longer = examination(), examination(digits=4)
    base, trained = (load_model(f"rlvr-{stage}-{seed}") for stage in ("base", "trained"))
    assert 0.08 <= graded(exam, answers(base, exam, n=32)).mean() <= 0.25
    assert graded(exam, answers(trained, exam, n=4)).mean() >= 0.9
    for model in (base, trained):
        assert not graded(longer, answers(model, longer, n=4)).any()


def test_the_stored_counts_are_those_of_the_stored_models():
    exam = examination()
    for stage in ("base", "trained"):
        stored = [r for r in load("rlvr-counts") if (r["seed"], r["stage"]) == (0, stage)]
        share = sum(r["right"] for r in stored) / sum(r["n"] for r in stored)
        model = load_model(f"rlvr-{stage}-0")
        again = graded(exam, answers(model, exam, n=16, seed=7)).mean()
        assert again == pytest.approx(share, abs=0.04)


def test_practice_and_examination_share_no_problem():
    exam = {(p.a, p.b) for p in examination()}
    assert all(held_out(p) for p in examination())
    for step in range(20):
        tasks = practice(seed=0)(step)
        assert len(tasks) == SETTINGS.prompts
        assert not any(held_out(p) for p in tasks)
        assert not exam & {(p.b, p.a) for p in tasks}


def test_every_seed_and_rate_of_the_controls_is_there():
    rows = load("rlvr-controls")
    rates = {row["lr"] for row in rows}
    names = {row["control"] for row in rows}
    assert len(rates) == 4
    assert {"exact", "coin", "form", "true lines", "subtraction", "longer"} == names
    assert len(rows) == len(names) * len(rates) * len(SEEDS)
