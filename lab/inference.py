"""Three ways to spend more at inference: vote among answers, let a verifier pick one, write more."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.evaluation import pass_at_k, picked_at_k, vote_at_k
from lab.grpo import Rollouts
from lab.models import load_model
from lab.results import Experiment
from lab.rlvr import answers, examination
from lab.tasks import END, FORUM, TEXTBOOK, Problem, at_once
from lab.transformer import Transformer

SEEDS = (0, 1, 2)
N_SAMPLES = 128
KS = (1, 4, 16, 64)
# The stored model and the style in which it is asked.
ASKED = {
    "base": ("base", FORUM),
    "base, asked to work": ("base", TEXTBOOK),
    "trained": ("trained", FORUM),
}

Values = NDArray[np.float64]


def final_answer(response: str) -> str:
    """What a response gives as its answer, end mark included if it has one."""
    return response.rpartition(";")[2]


def nines(problem: Problem, answer: str) -> bool:
    """Casting out nines: both sides of a sum leave the same remainder by nine."""
    return _number(answer) % 9 == problem.answer % 9


def last_digit(problem: Problem, answer: str) -> bool:
    """Whether the last digit is right, which needs no carrying."""
    return _number(answer) % 10 == problem.answer % 10


def _number(answer: str) -> float:
    """The number of a finished answer; nan, which equals nothing, of anything else."""
    digits = answer.removesuffix(END)
    return int(digits) if digits.isdecimal() and digits != answer else float("nan")


@dataclass(frozen=True)
class Tally:
    """Many answers of one model to one held-out problem.

    Of `n` answers `right` are right; the two checks accept `nines` and `last_digit`, right ones
    included; `hasty` forgot to carry.  `vote_4` and so on are the chances that a vote is right, and
    `length` is the mean number of characters of a response.
    """

    seed: int
    model: str
    problem: str
    carries: int
    n: int
    right: int
    nines: int
    last_digit: int
    hasty: int
    length: float
    vote_4: float
    vote_16: float
    vote_64: float


def ask(policy: Transformer, style: str, n: int = N_SAMPLES) -> tuple[list[Problem], Rollouts]:
    """The held-out problems in `style`, and `n` responses to each."""
    exam = examination(style=style)
    return exam, answers(policy, exam, n)


def tallies(
    exam: Sequence[Problem], responses: Rollouts, seed: int = 0, model: str = ""
) -> list[Tally]:
    """A `Tally` of the responses to each problem."""
    n = len(responses.texts) // len(exam)
    lengths = responses.lengths.view(-1, n).float().mean(1).tolist()
    return [
        _tally(problem, responses.texts[n * i : n * (i + 1)], lengths[i], seed, model)
        for i, problem in enumerate(exam)
    ]


def _tally(problem: Problem, texts: Sequence[str], length: float, seed: int, model: str) -> Tally:
    counts = Counter(map(final_answer, texts))

    def accepted(check: Callable[[Problem, str], bool]) -> int:
        return sum(count for answer, count in counts.items() if check(problem, answer))

    right = counts.get(f"{problem.answer}{END}", 0)
    others = [count for answer, count in counts.items() if answer != f"{problem.answer}{END}"]
    votes = [vote_at_k([right, *others], k) for k in KS[1:]]
    return Tally(
        seed,
        model,
        problem.prompt,
        problem.carries,
        len(texts),
        right,
        accepted(nines),
        accepted(last_digit),
        counts.get(f"{at_once(problem)}{END}", 0),
        length,
        *votes,
    )


METHODS = ("vote", "exact verifier", "casting out nines", "last digit")


def accuracy(rows: Sequence[Tally], method: str, k: int) -> Values:
    """The chance that `k` samples and `method` end in the right answer, for each row."""
    right, n = np.array([row.right for row in rows]), rows[0].n
    if method == "vote":
        return np.array(
            [row.right / row.n if k == 1 else getattr(row, f"vote_{k}") for row in rows]
        )
    if method == "exact verifier":
        return pass_at_k(right, n, k)
    column = method.replace("casting out nines", "nines").replace(" ", "_")
    return picked_at_k(right, [getattr(row, column) for row in rows], n, k)


def spent(rows: Sequence[Tally], k: int) -> float:
    """Mean characters that `k` samples cost for a problem."""
    return k * float(np.mean([row.length for row in rows]))


def capped(
    exam: Sequence[Problem], responses: Rollouts, limits: Sequence[int]
) -> list[tuple[float, float]]:
    """Mean characters and share of right answers, were responses cut off after each of `limits`."""
    n, lengths = len(responses.texts) // len(exam), responses.lengths.numpy()
    wanted = np.repeat([f"{problem.answer}{END}" for problem in exam], n)
    right = np.array([final_answer(text) for text in responses.texts]) == wanted
    return [
        (float(np.minimum(lengths, limit).mean()), float((right & (lengths <= limit)).mean()))
        for limit in limits
    ]


def tally_model(seed: int, model: str) -> list[Tally]:
    """A stored model on the held-out problems."""
    stage, style = ASKED[model]
    return tallies(*ask(load_model(f"rlvr-{stage}-{seed}"), style), seed, model)


EXPERIMENTS = [
    Experiment(
        "inference",
        tally_model,
        [{"seed": seed, "model": model} for seed in SEEDS for model in ASKED],
        "128 answers to each held-out problem, tallied, before and after RL, for the inference page.",
    )
]
