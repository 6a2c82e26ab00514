"""Rewards for written sums: the exact verifier, and rewards that ask for less than they seem to.

A reward takes a problem and the whole response, its end mark included, and returns a number from 0
to 1.  It never raises, whatever the response holds.
"""

import random
import re
from collections.abc import Callable

from lab.tasks import END, Problem

Reward = Callable[[Problem, str], float]

_EQUATION = re.compile(r"([0-9](?:\+[0-9]){1,2})=([0-9]{1,2})")
_FORM = re.compile(rf"{_EQUATION.pattern}(,{_EQUATION.pattern})*;[0-9]+{END}")


def exact(problem: Problem, response: str) -> float:
    """1 for a finished response whose answer, after the last semicolon, is right to the character."""
    return float(response.rpartition(";")[2] == f"{problem.answer}{END}")


def form(problem: Problem, response: str) -> float:
    """1 for a response that looks worked out, right or wrong."""
    return float(_FORM.fullmatch(response) is not None)


def true_lines(problem: Problem, response: str) -> float:
    """The number of true equations in a response, as a share of eight: a weak process reward.

    It means to pay for sound steps, and never asks whether they are steps of this problem.
    """
    lines = re.split("[,;!]", response)
    return min(sum(_true(line) for line in lines), 8) / 8


def _true(line: str) -> bool:
    equation = _EQUATION.fullmatch(line)
    return equation is not None and sum(map(int, equation[1].split("+"))) == int(equation[2])


def coin(seed: int) -> Reward:
    """A reward that tosses a coin and looks at nothing."""
    rng = random.Random(seed)
    return lambda problem, response: float(rng.random() < 0.5)
