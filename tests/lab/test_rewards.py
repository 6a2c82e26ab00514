"""Verifiers under attack: they never raise, and they pay for nothing but what they ask for."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lab.rewards import coin, exact, form, true_lines
from lab.tasks import END, Problem, at_once, problems, working

PROBLEM = Problem(478, 356)
NEAR = [
    "",
    END,
    "834",  # not finished
    "834 " + END,
    " 834" + END,
    "+834" + END,
    "0834" + END,
    "834.0" + END,
    "８３４" + END,  # full-width digits
    "٨٣٤" + END,  # Arabic-Indic digits
    "8_34" + END,
    "-834" + END,
    "834" + END + END,
    "834" + END + "1",
    "834;" + END,
    "834,724" + END,
    "724;834;" + END,
    "8e2" + END,
    "0x342" + END,
    "True" + END,
    "834\0" + END,
    "834\r" + END,
    "__class__" + END,
    "478+356" + END,
    "9" * 100_000 + END,
    ";" * 100_000 + END,
    "8+6=14," * 20_000,
]


@pytest.mark.parametrize("response", NEAR, ids=range(len(NEAR)))
def test_what_is_not_the_answer_is_not_paid(response):
    assert exact(PROBLEM, response) == 0


@given(st.text())
@example("Infinity\n")
@example("\ud800\n")
def test_no_other_text_is_paid_and_none_raises(response):
    paid = exact(PROBLEM, response)
    assert paid == (response.split(";")[-1] == "834\n")


@given(st.text("0123456789+-=,;!\n", max_size=60), st.integers(100, 999), st.integers(100, 999))
def test_the_policys_own_alphabet_finds_no_hole(response, a, b):
    problem = Problem(a, b)
    if exact(problem, response):
        assert response.endswith(f"{a + b}{END}")
        assert response[: -len(f"{a + b}{END}")][-1:] in ("", ";")
    assert 0 <= true_lines(problem, response) <= 1
    assert form(problem, response) in (0, 1)


@pytest.mark.parametrize("reward", [form, true_lines])
@given(response=st.one_of(st.text(), st.text("0123456789+=,;\n")))
def test_the_weak_rewards_do_not_raise_either(reward, response):
    assert 0 <= reward(PROBLEM, response) <= 1


def test_the_verifier_pays_for_right_answers_however_they_come():
    rng = random.Random(0)
    for problem in problems(200, 1, out=False):
        assert exact(problem, f"{problem.answer}{END}") == 1
        assert exact(problem, working(problem, rng, slip=0) + END) == 1
        assert exact(problem, at_once(problem) + END) == 0


def test_form_asks_for_working_and_not_for_truth():
    assert form(PROBLEM, "8+6=15,7+5+1=13,4+3+1=8;111" + END) == 1
    assert form(PROBLEM, "834" + END) == 0
    assert form(PROBLEM, "8+6=14,7+5+1=13,4+3+1=8;834") == 0


def test_true_lines_can_be_had_without_an_answer():
    assert true_lines(PROBLEM, ",".join(["1+1=2"] * 8)) == 1
    assert true_lines(PROBLEM, "8+6=15,7+5=12;722" + END) == 1 / 8


def test_a_coin_looks_at_nothing_and_repeats_with_its_seed():
    tosses = [coin(3)(PROBLEM, "") for _ in range(3)]
    assert tosses == [coin(3)(Problem(1, 1), "anything") for _ in range(3)]
    toss = coin(0)
    assert 0.45 < sum(toss(PROBLEM, "") for _ in range(4000)) / 4000 < 0.55
