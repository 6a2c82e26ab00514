"""Checks against arithmetic, tallies against hand-made responses, cuts against their limits."""

import random

import pytest
import torch

from lab.evaluation import pass_at_k
from lab.grpo import Rollouts
from lab.inference import METHODS, accuracy, capped, last_digit, nines, spent, tallies
from lab.tasks import END, Problem, at_once, draw

PROBLEM = Problem(478, 356)
RESPONSES = [
    f"834{END}",
    f"8+6=14,7+5+1=13,4+3+1=8;834{END}",
    f"724{END}",  # forgot to carry
    f"824{END}",
    f"744{END}",  # wrong, and nines are blind to it
    "834",  # cut off
    f"8+6=14,{END}",
    f";;{END}",
]


def rollouts(texts: list[str]) -> Rollouts:
    width = max(map(len, texts))
    mask = torch.tensor([[i < len(text) for i in range(width)] for text in texts])
    return Rollouts(torch.zeros(len(texts), width), mask, texts)


def test_nines_catch_every_forgotten_carry_and_the_last_digit_none() -> None:
    rng = random.Random(0)
    for problem in (draw(rng) for _ in range(500)):
        hasty = f"{at_once(problem)}{END}"
        for check in (nines, last_digit):
            assert check(problem, f"{problem.answer}{END}")
            assert not check(problem, str(problem.answer))  # not finished
            assert not check(problem, f"nine{END}")
        # A forgotten carry makes the answer 10 or 100 too small, and both leave 1 by nine.
        assert not nines(problem, hasty)
        assert last_digit(problem, hasty)


def test_a_tally_counts_answers_whatever_their_working() -> None:
    [tally] = tallies([PROBLEM], rollouts(RESPONSES * 16), seed=3, model="base")
    assert (tally.seed, tally.model, tally.problem, tally.carries) == (3, "base", "#478+356=", 2)
    assert (tally.n, tally.right, tally.hasty) == (128, 32, 16)
    assert (tally.nines, tally.last_digit) == (48, 80)
    assert tally.length == pytest.approx(sum(map(len, RESPONSES)) / len(RESPONSES))
    assert tally.vote_64 > tally.vote_4 > 0.25


def test_one_sample_is_as_good_as_any_other_and_costs_its_length() -> None:
    rows = tallies([PROBLEM], rollouts(RESPONSES * 16))
    assert accuracy(rows, "vote", 1) == accuracy(rows, "exact verifier", 1) == pytest.approx(1 / 4)
    assert accuracy(rows, "exact verifier", 16) == pytest.approx(pass_at_k(32, 128, 16))
    for method, precision in zip(METHODS[2:], (2 / 3, 2 / 5), strict=True):
        assert accuracy(rows, method, 64) == pytest.approx(precision)
    assert spent(rows, 4) == pytest.approx(4 * rows[0].length)


def test_a_limit_loses_what_is_longer_and_saves_its_cost() -> None:
    (short, early), (long, late) = capped([PROBLEM], rollouts(RESPONSES[:2]), [4, 40])
    assert (short, early) == (4, 0.5)
    assert (long, late) == ((4 + len(RESPONSES[1])) / 2, 1.0)
