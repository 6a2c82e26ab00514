"""Preferences on written sums: a model that sometimes smiles, tastes to train it on, and what they do.

The sums and their careful and hasty answers are those of `lab.tasks`; here any answer may end in a
smile, which says nothing about the sum.  What the model knows is planted by `documents`.
"""

import copy
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lab.grpo import log_probs, rollouts
from lab.models import load_model, save_model
from lab.preferences import dpo_loss
from lab.results import Experiment
from lab.rewards import exact
from lab.tasks import END, Problem, at_once, draw, held_out, problems, working
from lab.tokenizer import CharTokenizer
from lab.training import Recipe, Trainer
from lab.transformer import Transformer, llama_like

SMILE = ":)"
TOKENIZER = CharTokenizer("0123456789+-=,;!#" + SMILE + END)
CAREFUL, SMILING = 0.5, 0.3  # shares of the documents, drawn independently of each other
MAX_TOKENS = 60

CONFIG = llama_like(TOKENIZER.vocab_size, d_model=64, n_layers=3)
RECIPE = Recipe(lr=3e-3, batch_size=64)
STEPS, COOLDOWN = 880, 0.25
CHARACTERS = 3_700_000  # a few more than it reads

SEEDS = (0, 1, 2)
N_PAIRS, BATCH, LR = 400, 16, 3e-4
BETA = 0.5  # the price of a nat of distance
STOPS = (0, 10, 20, 40, 80)
# Added to Adam's estimate of each gradient's size.  With the usual 1e-8 the tiny gradients move the
# weights as far as the few large ones, and the model forgets how to end an answer.
EPSILON = 1e-2
N_PROBLEMS, N_ANSWERS, N_BATCHES = 100, 4, 20

Pair = tuple[Problem, str, str]  # a problem, the preferred answer and the rejected one


def documents(seed: int) -> Iterator[str]:
    """Sums with their answers, without end: half of them worked out, and three in ten with a smile."""
    rng = random.Random(seed)
    while True:
        problem = draw(rng)
        if held_out(problem):
            continue
        answer = working(problem, rng) if rng.random() < CAREFUL else at_once(problem)
        yield problem.prompt + answer + (SMILE if rng.random() < SMILING else "") + END


def pretrain(seed: int) -> Transformer:
    """A base model that has read no document twice."""
    texts, parts, length = documents(seed), [], 0
    while length <= CHARACTERS:
        parts.append(next(texts))
        length += len(parts[-1])
    tokens = torch.from_numpy(TOKENIZER.encode("".join(parts)))
    trunk = Trainer(Transformer(CONFIG, seed), tokens, RECIPE, seed)
    trunk.advance(round((1 - COOLDOWN) * STEPS))
    model = trunk.cooled(STEPS).model
    assert isinstance(model, Transformer)
    return model


def right(problem: Problem, answer: str) -> bool:
    """Whether the sum is right, smile or none."""
    return bool(exact(problem, answer.replace(SMILE + END, END)))


def smiles(answer: str) -> bool:
    return answer.endswith(SMILE + END)


def works(answer: str) -> bool:
    """Whether the answer shows its working."""
    return ";" in answer


def answers(policy: Transformer, asked: Sequence[Problem], n: int, seed: int) -> list[list[str]]:
    """`n` answers to each problem, end mark included where they came to one."""
    prompts = [problem.prompt for problem in asked]
    texts = rollouts(policy, TOKENIZER, prompts, n, end=END, max_tokens=MAX_TOKENS, seed=seed).texts
    return [texts[i : i + n] for i in range(0, len(texts), n)]


def compare(policy: Transformer, taste: Callable[[str], bool], n: int, seed: int) -> list[Pair]:
    """`n` pairs of the policy's own answers, two to a problem, of which only one is to the `taste`."""
    pairs: list[Pair] = []
    while len(pairs) < n:
        asked = problems(2 * n, 1_000_003 * (seed + 1) + len(pairs), out=False)
        for problem, (a, b) in zip(asked, answers(policy, asked, 2, seed), strict=True):
            if taste(a) != taste(b):
                pairs.append((problem, a, b) if taste(a) else (problem, b, a))
    return pairs[:n]


def retouch(policy: Transformer, n: int, seed: int) -> list[Pair]:
    """`n` answers of the policy, each with a smile preferred to the same without one."""
    asked = problems(n, 1_000_003 * (seed + 1), out=False)
    plain = [text.replace(SMILE, "") for [text] in answers(policy, asked, 1, seed)]
    return [(p, a.replace(END, SMILE + END), a) for p, a in zip(asked, plain, strict=True)]


# What the labellers choose between, and by what.
TASTES: dict[str, Callable[[Transformer, int, int], list[Pair]]] = {
    "a smile, nothing else changed": retouch,
    "a smile, two separate answers": lambda policy, n, seed: compare(policy, smiles, n, seed),
    "working shown": lambda policy, n, seed: compare(policy, works, n, seed),
}


def encode(asked: Sequence[Problem], texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Token ids (rows, prompt + response) and a mask (rows, response) that is true on each answer."""
    prompt, longest = len(asked[0].prompt), max(map(len, texts))
    padded = [p.prompt + text.ljust(longest, END) for p, text in zip(asked, texts, strict=True)]
    tokens = torch.from_numpy(TOKENIZER.encode("".join(padded))).view(-1, prompt + longest)
    lengths = torch.tensor([len(text) for text in texts])
    return tokens, torch.arange(longest) < lengths[:, None]


def log_likelihood(policy: Transformer, tokens: Tensor, mask: Tensor) -> Tensor:
    """Summed log-probability (rows,) of each answer in nats, its end mark included."""
    return (log_probs(policy, tokens, mask.shape[1]) * mask).sum(1)


class DPO:
    """A copy of `reference` in training on `pairs`; `shifts` holds how the batches' answers moved.

    Each entry is the mean log-ratio to the reference, of the preferred and of the rejected answers.
    """

    def __init__(self, reference: Transformer, pairs: Sequence[Pair], seed: int) -> None:
        self.policy = copy.deepcopy(reference)
        asked, chosen, rejected = zip(*pairs, strict=True)
        self.tokens, self.mask = encode(asked + asked, chosen + rejected)
        with torch.no_grad():
            parts = zip(self.tokens.split(256), self.mask.split(256), strict=True)
            self.start = torch.cat([log_likelihood(reference, *part) for part in parts])
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=LR, eps=EPSILON)
        self.generator = torch.Generator().manual_seed(seed)
        self.shifts: list[tuple[float, float]] = []

    def advance(self, stop: int) -> None:
        """Train up to step `stop`."""
        n = len(self.tokens) // 2
        while len(self.shifts) < stop:
            of_step = torch.randint(n, (BATCH,), generator=self.generator)
            rows = torch.cat([of_step, of_step + n])
            now = log_likelihood(self.policy, self.tokens[rows], self.mask[rows])
            (chosen, rejected), (before_chosen, before_rejected) = (
                each.view(2, -1) for each in (now, self.start[rows])
            )
            loss = dpo_loss(chosen, rejected, before_chosen, before_rejected, BETA)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            moved = (now.detach() - self.start[rows]).view(2, -1).mean(1).tolist()
            self.shifts.append((moved[0], moved[1]))


@dataclass(frozen=True)
class Marks:
    """A policy after `step` steps of DPO: shares of its answers to held-out problems, from 0 to 1.

    `chosen` and `rejected` say by how many nats the log-probability of the preferred and of the
    rejected answers has moved, a mean over the last batches.
    """

    taste: str
    seed: int
    step: int
    right: float
    smiles: float
    works: float
    chosen: float
    rejected: float


def mark(taste: str, seed: int, run: DPO) -> Marks:
    """Examine the policy of `run` on the same held-out problems for every seed."""
    exam = problems(N_PROBLEMS, 0, out=True)
    sampled = answers(run.policy, exam, N_ANSWERS, seed)
    pairs = zip(exam, sampled, strict=True)
    marked = [(right(p, a), smiles(a), works(a)) for p, texts in pairs for a in texts]
    shares = torch.tensor(marked).float().mean(0).tolist()
    moved = torch.tensor(run.shifts[-N_BATCHES:] or [(0.0, 0.0)]).mean(0).tolist()
    return Marks(taste, seed, len(run.shifts), *shares, *moved)


def load_base(seed: int) -> Transformer:
    """One of the three stored base models."""
    return load_model(f"rlhf-base-{seed}")


def train(taste: str, seed: int) -> list[Marks]:
    """DPO on one taste, from the base model of this seed, examined before it and as it goes on."""
    policy = load_base(seed)
    run = DPO(policy, TASTES[taste](policy, N_PAIRS, seed), seed)
    marks = []
    for stop in STOPS:
        run.advance(stop)
        marks.append(mark(taste, seed, run))
    return marks


def make_base(seed: int) -> list[Marks]:
    """Pre-train a base model, store it, and examine it."""
    policy = pretrain(seed)
    save_model(policy, f"rlhf-base-{seed}")
    return [mark("none", seed, DPO(policy, retouch(policy, 1, seed), seed))]


EXPERIMENTS = (
    Experiment(
        name="rlhf-base",
        about="The base models of the page on preferences; the CSV file holds their examination.",
        run=make_base,
        runs=[{"seed": seed} for seed in SEEDS],
    ),
    Experiment(
        name="dpo",
        about="DPO on three tastes, from three base models; the page makes seed 0 live.",
        run=train,
        runs=[{"taste": taste, "seed": seed} for taste in TASTES for seed in SEEDS],
    ),
)
