"""Written sums: the task of the RLVR page, and the text that its base model reads.

A *document* is one line: a problem, perhaps its working, and an answer.  Textbooks (`@`) always work
column by column and rarely slip; forum posts (`#`) mostly answer at once and forget to carry.  For
subtraction nobody ever shows the working.  What the base model can and cannot do is planted here.
"""

import hashlib
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lab.tokenizer import CharTokenizer

END = "\n"
TOKENIZER = CharTokenizer("0123456789+-=,;!#@" + END)
FORUM, TEXTBOOK = "#", "@"

# Shares of the corpus.
SUBTRACTION = 0.2
TEXTBOOKS = 0.5
CAREFUL_POSTS = 0.15
LUCKY_POSTS = 0.05
SLIP = 0.01  # of the columns


class Problem(NamedTuple):
    """`a` + `b` or `a` - `b`, asked in the style of a forum or of a textbook."""

    a: int
    b: int
    operation: str = "+"
    style: str = FORUM

    @property
    def prompt(self) -> str:
        return f"{self.style}{self.a}{self.operation}{self.b}="

    @property
    def answer(self) -> int:
        return self.a + self.b if self.operation == "+" else self.a - self.b

    @property
    def columns(self) -> list[tuple[int, int]]:
        """The digits of `a` and `b` in each column, from the right."""
        return [(int(x), int(y)) for x, y in zip(str(self.a)[::-1], str(self.b)[::-1], strict=True)]

    @property
    def carries(self) -> int:
        """How many columns carry into the next (or borrow from it)."""
        digits = range(1, len(self.columns) + 1)
        if self.operation == "+":
            return sum(self.a % 10**d + self.b % 10**d >= 10**d for d in digits)
        return sum(self.a % 10**d < self.b % 10**d for d in digits)


Rule = Callable[[Problem], bool]


def held_out(problem: Problem) -> bool:
    """Whether `problem` is in the tenth that no corpus and no training ever shows.

    The rule looks at the pair and not at its order, and a hash keeps it unrelated to the digits.
    """
    pair = f"{min(problem.a, problem.b)} {max(problem.a, problem.b)}".encode()
    return hashlib.blake2b(pair, digest_size=4).digest()[0] % 10 == 0


def sums_to_ten(problem: Problem) -> bool:
    """A rule that also takes a tenth and is a mistake: it takes every answer that ends in zero."""
    return problem.answer % 10 == 0


def draw(
    rng: random.Random, *, digits: int = 3, operation: str = "+", style: str = FORUM
) -> Problem:
    """A problem of two numbers of `digits` digits that whoever forgets to carry gets wrong."""
    while True:
        a, b = (rng.randrange(10 ** (digits - 1), 10**digits) for _ in range(2))
        if operation == "-":
            a, b = max(a, b), min(a, b)
        problem = Problem(a, b, operation, style)
        if at_once(problem) != str(problem.answer):
            return problem


def problems(
    n: int,
    seed: int,
    *,
    out: bool,
    digits: int = 3,
    operation: str = "+",
    style: str = FORUM,
    rule: Rule = held_out,
) -> list[Problem]:
    """`n` problems, all of the tenth that `rule` holds out or none of them."""
    rng = random.Random(seed)
    drawn: list[Problem] = []
    while len(drawn) < n:
        problem = draw(rng, digits=digits, operation=operation, style=style)
        if rule(problem) == out:
            drawn.append(problem)
    return drawn


def working(problem: Problem, rng: random.Random, slip: float = SLIP) -> str:
    """A worked sum, column by column from the right, and its answer; half of the slips are noticed.

    478 + 356 is `8+6=14,7+5+1=13,4+3+1=8;834`, and a slip that is noticed `8+6=13!8+6=14,...`.
    """
    lines, digits, carry = [], "", 0
    for x, y in problem.columns:
        left = f"{x}+{y}" + ("+1" if carry else "")
        total = x + y + carry
        noted = ""
        if rng.random() < slip:
            wrong = total + rng.choice([-1, 1])
            if rng.random() < 0.5:
                noted = f"{left}={wrong}!"
            else:
                total = max(wrong, 0)
        lines.append(f"{noted}{left}={total}")
        digits = str(total % 10) + digits
        carry = total // 10
    return ",".join(lines) + ";" + ("1" if carry else "") + digits


def at_once(problem: Problem) -> str:
    """The answer of somebody in a hurry: each column by itself, and nothing carried or borrowed."""
    *low, (x, y) = problem.columns
    if problem.operation == "+":
        return str(x + y) + "".join(str((x + y) % 10) for x, y in reversed(low))
    return str(int(str(x - y) + "".join(str(abs(x - y)) for x, y in reversed(low))))


def documents(seed: int, careful: float = CAREFUL_POSTS, rule: Rule = held_out) -> Iterator[str]:
    """Documents without end, none about a problem that `rule` holds out.

    `careful` is the share of forum posts on addition that show the working.
    """
    rng = random.Random(seed)
    while True:
        operation = "-" if rng.random() < SUBTRACTION else "+"
        textbook = operation == "+" and rng.random() < TEXTBOOKS
        problem = draw(rng, operation=operation, style=TEXTBOOK if textbook else FORUM)
        if not rule(problem):
            yield problem.prompt + _answer(problem, rng, careful) + END


def _answer(problem: Problem, rng: random.Random, careful: float) -> str:
    if problem.operation == "+" and (problem.style == TEXTBOOK or rng.random() < careful):
        return working(problem, rng)
    return str(problem.answer) if rng.random() < LUCKY_POSTS else at_once(problem)
