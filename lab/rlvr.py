"""RLVR on written sums: a base model that adds rightly by accident, RL on it, and its examination."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lab.grpo import GRPO, Rollouts, Settings, rollouts
from lab.rewards import Reward, exact
from lab.tasks import (
    CAREFUL_POSTS,
    END,
    FORUM,
    TOKENIZER,
    Problem,
    Rule,
    documents,
    held_out,
    problems,
)
from lab.training import Recipe, Trainer, cooldown
from lab.transformer import Transformer, llama_like

CONFIG = llama_like(TOKENIZER.vocab_size, d_model=64, n_layers=3)
PRETRAINING = Recipe(lr=4e-3, batch_size=64)
PRETRAINING_STEPS, COOLDOWN = 1000, 0.25
STEPS = 50
SETTINGS = Settings()
N_PROBLEMS = 100


def encoded(texts: Iterator[str], n_tokens: int) -> Tensor:
    """The first `n_tokens` token ids of `texts` one after the other, shape (n_tokens,)."""
    parts: list[str] = []
    length = 0
    while length < n_tokens:
        parts.append(next(texts))
        length += len(parts[-1])
    return torch.from_numpy(TOKENIZER.encode("".join(parts)[:n_tokens]))


def pretrain(
    seed: int,
    *,
    careful: float = CAREFUL_POSTS,
    rule: Rule = held_out,
    steps: int = PRETRAINING_STEPS,
) -> Transformer:
    """A base model, cooled down after `steps`; it sees no document twice."""
    texts = encoded(documents(seed, careful, rule), steps * PRETRAINING.tokens_per_step + 1)
    model = Transformer(CONFIG, seed)
    trainer = Trainer(model, texts, PRETRAINING, seed)
    start = round((1 - COOLDOWN) * steps)
    trainer.advance(start)
    trainer.advance(steps, cooldown(PRETRAINING, start, steps))
    return model


def practice(
    seed: int, *, operation: str = "+", digits: int = 3, rule: Rule = held_out
) -> Callable[[int], list[Problem]]:
    """The problems of each step of RL, never held-out ones."""

    def tasks(step: int) -> list[Problem]:
        of_step = 1_000_003 * (seed + 1) + step
        return problems(
            SETTINGS.prompts, of_step, out=False, operation=operation, digits=digits, rule=rule
        )

    return tasks


def reinforce(
    policy: Transformer,
    seed: int,
    *,
    reward: Reward = exact,
    settings: Settings = SETTINGS,
    operation: str = "+",
    digits: int = 3,
    rule: Rule = held_out,
) -> GRPO[Problem]:
    """GRPO on `policy`, ready to `advance`."""
    tasks = practice(seed, operation=operation, digits=digits, rule=rule)
    return GRPO(policy, TOKENIZER, tasks, reward, settings, end=END, seed=seed)


def examination(
    *,
    operation: str = "+",
    digits: int = 3,
    style: str = FORUM,
    out: bool = True,
    rule: Rule = held_out,
) -> list[Problem]:
    """The held-out problems on which models are examined, the same for every seed."""
    return problems(
        N_PROBLEMS, 0, out=out, operation=operation, digits=digits, style=style, rule=rule
    )


def answers(policy: Transformer, exam: Sequence[Problem], n: int, seed: int = 0) -> Rollouts:
    """`n` responses to each problem of `exam`, whose prompts are of one length."""
    prompts = [problem.prompt for problem in exam]
    return rollouts(
        policy, TOKENIZER, prompts, n, end=END, max_tokens=SETTINGS.max_tokens, seed=seed
    )


def graded(
    exam: Sequence[Problem], responses: Rollouts, reward: Reward = exact
) -> NDArray[np.float64]:
    """Rewards of `responses` to the problems of `exam`, shape (problems, samples)."""
    n = len(responses.texts) // len(exam)
    rewards = [reward(exam[i // n], text) for i, text in enumerate(responses.texts)]
    return np.reshape(rewards, (len(exam), n))
