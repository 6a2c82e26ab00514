"""What `results/` holds for the RLVR page: seeds, controls over learning rates, variants, failures."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from lab.evaluation import pass_at_k
from lab.grpo import GRPO
from lab.models import load_model, save_model
from lab.results import Experiment
from lab.rewards import Reward, coin, exact, form, true_lines
from lab.rlvr import (
    PRETRAINING_STEPS,
    SETTINGS,
    STEPS,
    answers,
    encoded,
    examination,
    graded,
    pretrain,
    reinforce,
)
from lab.tasks import END, TEXTBOOK, Problem, held_out, problems, sums_to_ten, working
from lab.training import Recipe, Trainer
from lab.transformer import Transformer

LEARNING_RATES = (5e-5, 1e-4, 2e-4, 5e-4)
SEEDS = (0, 1, 2)
N_SAMPLES = 64


@dataclass(frozen=True)
class Score:
    """One model on the held-out problems of one task."""

    control: str
    seed: int
    lr: float
    stage: str
    pass_at_1: float
    pass_at_16: float
    pass_at_64: float
    reward: float
    form: float
    length: float


def score(
    policy: Transformer,
    control: str,
    seed: int,
    lr: float,
    stage: str,
    *,
    reward: Reward = exact,
    exam: list[Problem] | None = None,
) -> Score:
    """Examine `policy`: accuracy, the `reward` that it was trained on, form and length."""
    exam = examination() if exam is None else exam
    responses = answers(policy, exam, N_SAMPLES)
    right = graded(exam, responses).sum(1)
    return Score(
        control=control,
        seed=seed,
        lr=lr,
        stage=stage,
        pass_at_1=float(right.mean() / N_SAMPLES),
        pass_at_16=float(pass_at_k(right, N_SAMPLES, 16).mean()),
        pass_at_64=float(pass_at_k(right, N_SAMPLES, 64).mean()),
        reward=float(graded(exam, responses, reward).mean()),
        form=float(graded(exam, responses, form).mean()),
        length=responses.lengths.float().mean().item(),
    )


@dataclass(frozen=True)
class Progress:
    """A point on the curve of one RL run: training means since the last point, held-out pass@1."""

    variant: str
    seed: int
    step: int
    reward: float
    length: float
    informative: float
    pass_at_1: float


def progress(run: GRPO[Problem], variant: str, seed: int, every: int = 5) -> Iterator[Progress]:
    """Advance `run` through `STEPS`, with a point after each `every` steps and one at the start."""
    exam = examination()

    def pass_at_1() -> float:
        return float(graded(exam, answers(run.policy, exam, n=8)).mean())

    unknown = float("nan")
    yield Progress(variant, seed, 0, unknown, unknown, unknown, pass_at_1())
    for step in range(every, STEPS + 1, every):
        run.advance(step)
        last = run.history[-every:]
        yield Progress(
            variant,
            seed,
            step,
            reward=float(np.mean([s.reward for s in last])),
            length=float(np.mean([s.length for s in last])),
            informative=float(np.mean([s.informative for s in last])),
            pass_at_1=pass_at_1(),
        )


def make_base(seed: int) -> list[Score]:
    """Pre-train a base model and keep it in `results/`."""
    base = pretrain(seed)
    save_model(base, f"rlvr-base-{seed}")
    return [
        score(base, control, seed, 0, "base", exam=exam)
        for control, exam in (
            ("addition", examination()),
            ("prompt", examination(style=TEXTBOOK)),
            ("subtraction", examination(operation="-")),
            ("longer", examination(digits=4)),
            ("seen", examination(out=False)),
        )
    ]


def make_trained(seed: int) -> list[Progress]:
    """Train a stored base model by GRPO with the exact verifier and keep it in `results/`."""
    run = reinforce(load_model(f"rlvr-base-{seed}"), seed)
    points = list(progress(run, "exact", seed))
    save_model(run.policy, f"rlvr-trained-{seed}")
    return points


@dataclass(frozen=True)
class Counts:
    """How many of `n` samples were right for one held-out problem."""

    seed: int
    stage: str
    problem: str
    n: int
    right: int


def count(seed: int, stage: str, n: int = 256) -> list[Counts]:
    """Right answers of a stored model, problem by problem, for pass@k."""
    exam = examination()
    right = graded(exam, answers(load_model(f"rlvr-{stage}-{seed}"), exam, n)).sum(1)
    return [Counts(seed, stage, p.prompt, n, int(c)) for p, c in zip(exam, right, strict=True)]


OTHER_TASKS: dict[str, dict[str, Any]] = {
    "subtraction": {"operation": "-"},
    "longer": {"digits": 4},
}


def control(name: str, seed: int, lr: float) -> list[Score]:
    """RL on a stored base model with another reward or another task, examined on that task."""
    reward = {"coin": coin(seed), "form": form, "true lines": true_lines}.get(name, exact)
    task = OTHER_TASKS.get(name, {})
    policy = load_model(f"rlvr-base-{seed}")
    run = reinforce(policy, seed, reward=reward, settings=replace(SETTINGS, lr=lr), **task)
    run.advance(STEPS)
    return [score(policy, name, seed, lr, "trained", reward=reward, exam=examination(**task))]


def hack(seed: int) -> list[Progress]:
    """The run with the weak process reward, point by point; the hacked policy is kept."""
    run = reinforce(load_model(f"rlvr-base-{seed}"), seed, reward=true_lines)
    points = list(progress(run, "true lines", seed))
    save_model(run.policy, f"rlvr-hacked-{seed}")
    return points


def imitate(n: int, seed: int, lr: float) -> list[Score]:
    """Supervised fine-tuning on `n` worked examples instead of RL, for as many steps."""
    recipe = Recipe(lr=lr, warmup=5, weight_decay=0.0)
    examples = [
        p.prompt + working(p, random.Random(0), slip=0) + END for p in problems(n, seed, out=False)
    ]
    shuffled = random.Random(seed)
    texts = iter(lambda: shuffled.choice(examples), None)
    tokens = encoded(texts, STEPS * recipe.tokens_per_step + 1)
    policy = load_model(f"rlvr-base-{seed}")
    Trainer(policy, tokens, recipe, seed).advance(STEPS)
    return [score(policy, f"{n} examples", seed, lr, "trained")]


@dataclass(frozen=True)
class Run:
    """What the page makes live, from the untrained model to the end of RL."""

    seed: int
    base_pass_at_1: float
    base_pass_at_128: float
    trained_pass_at_1: float
    trained_length: float


def repeat(seed: int) -> list[Run]:
    """The page's live run with another seed."""
    policy, exam = pretrain(seed), examination()
    before = graded(exam, answers(policy, exam, n=256)).sum(1)
    reinforce(policy, seed).advance(STEPS)
    after = answers(policy, exam, n=256)
    return [
        Run(
            seed=seed,
            base_pass_at_1=float(before.mean() / 256),
            base_pass_at_128=float(pass_at_k(before, 256, 128).mean()),
            trained_pass_at_1=float(graded(exam, after).mean()),
            trained_length=after.lengths.float().mean().item(),
        )
    ]


VARIANTS = {
    "GRPO as first published": replace(SETTINGS, divisor="responses"),
    "Dr. GRPO": replace(SETTINGS, divisor="constant", scaled=False),
    "with a KL penalty": replace(SETTINGS, kl=0.1),
    "4 updates, clipped": replace(SETTINGS, updates=4),
    "4 updates, not clipped": replace(SETTINGS, updates=4, clip=1e6),
}


def vary(variant: str, seed: int) -> list[Progress]:
    """The same run with another objective."""
    run = reinforce(load_model(f"rlvr-base-{seed}"), seed, settings=VARIANTS[variant])
    return list(progress(run, variant, seed))


FAILURES = {
    "no careful posts": partial(pretrain, careful=0.0),
    "a third of the pre-training": partial(pretrain, steps=PRETRAINING_STEPS // 3),
    "answers that end in zero": partial(pretrain, rule=sums_to_ten),
}


def fail(name: str, seed: int) -> list[Score]:
    """RL from a base model that was made in a way that fails, examined before and after.

    The last is examined twice: on problems like those of its training, and on those held out.
    """
    rule = sums_to_ten if name == "answers that end in zero" else held_out
    policy = FAILURES[name](seed)
    exams = {
        f"{name}, {'out' if out else 'in'}": examination(out=out, rule=rule)
        for out in (True, False)
    }
    before = [score(policy, k, seed, 0, "base", exam=exam) for k, exam in exams.items()]
    reinforce(policy, seed, rule=rule).advance(STEPS)
    lr = SETTINGS.lr
    return before + [score(policy, k, seed, lr, "trained", exam=exam) for k, exam in exams.items()]


def _grid(**choices: Sequence[Any]) -> list[dict[str, Any]]:
    names = list(choices)
    return [
        dict(zip(names, values, strict=True)) for values in itertools.product(*choices.values())
    ]


CONTROLS = ("exact", "coin", "form", "subtraction", "longer", "true lines")
EXPERIMENTS = [
    Experiment(
        "rlvr-base",
        make_base,
        _grid(seed=SEEDS),
        "The base models of the RLVR page, and their scores on held-out problems.",
    ),
    Experiment(
        "rlvr-trained",
        make_trained,
        _grid(seed=SEEDS),
        "Those models after GRPO with the exact verifier, and the curves of the runs.",
    ),
    Experiment(
        "rlvr-counts",
        count,
        _grid(seed=SEEDS, stage=("base", "trained")),
        "Right answers among 256 samples for each held-out problem, before and after.",
    ),
    Experiment(
        "rlvr-controls",
        control,
        _grid(name=CONTROLS, seed=SEEDS, lr=LEARNING_RATES),
        "GRPO with other rewards and on other tasks, over learning rates.",
    ),
    Experiment(
        "rlvr-imitation",
        imitate,
        _grid(n=(4, 32, 256), seed=SEEDS, lr=(1e-4, 3e-4, 1e-3, 3e-3)),
        "Supervised fine-tuning on a few worked examples instead of RL.",
    ),
    Experiment(
        "rlvr-hacked",
        hack,
        _grid(seed=SEEDS),
        "GRPO with a process reward that counts true equations: reward and accuracy.",
    ),
    Experiment(
        "rlvr-repeats",
        repeat,
        _grid(seed=range(6)),
        "The page's live run for six seeds; the page makes seed 0 live.",
    ),
    Experiment(
        "rlvr-variants",
        vary,
        _grid(variant=tuple(VARIANTS), seed=SEEDS),
        "GRPO with other objectives.",
    ),
    Experiment(
        "rlvr-failures",
        fail,
        _grid(name=tuple(FAILURES), seed=SEEDS),
        "Base models and a hold-out rule with which RLVR fails.",
    ),
]
