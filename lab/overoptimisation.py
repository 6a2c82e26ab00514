"""Best of n against a reward model that reads only the form of an answer, and against a verifier.

The labellers care for nothing but a right sum.  The reward model learns from them what right sums
look like, and best-of-n then finds the answers that look most like it (Gao et al. 2022).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lab.preferences import Array, best_of_n, fit_bradley_terry
from lab.results import Experiment
from lab.rlhf import SEEDS, Pair, answers, load_base, right, smiles
from lab.tasks import Problem, problems
from lab.transformer import Transformer

NS = (1, 2, 4, 8, 16, 32, 64, 128)
N_PAIRS, N_PROBLEMS = 1000, 40
CARE = 2.0  # a labeller prefers the right one of two answers with odds of e² to 1


@dataclass(frozen=True)
class Chosen:
    """What the best of `n` answers by the reward model is worth, and by the verifier.

    `proxy` is the reward model's own score of its choice, `true` the share of its choices that are
    right, `verified` the same where the verifier chooses.
    """

    seed: int
    n: int
    proxy: float
    true: float
    verified: float


def label(policy: Transformer, n: int, seed: int) -> list[Pair]:
    """`n` pairs of the policy's answers as labellers sort them who care for a right sum only."""
    rng = np.random.default_rng(seed)
    asked = problems(n, 1_000_003 * (seed + 1), out=False)
    pairs: list[Pair] = []
    for problem, (a, b) in zip(asked, answers(policy, asked, 2, seed), strict=True):
        care = CARE * (right(problem, a) - right(problem, b))
        first = rng.random() < 1 / (1 + np.exp(-care))
        pairs.append((problem, a, b) if first else (problem, b, a))
    return pairs


def features(texts: Sequence[str]) -> Array:
    """What the reward model reads of each answer, (answers, 2): tens of characters, and a smile."""
    return np.array([(len(text) / 10, smiles(text)) for text in texts], float)


def fit_reward(pairs: Sequence[Pair]) -> Array:
    """The reward model's weights (2,) for `features`."""
    _, chosen, rejected = zip(*pairs, strict=True)
    return fit_bradley_terry(features(chosen), features(rejected))


def examine(
    weights: Array, asked: Sequence[Problem], sampled: Sequence[Sequence[str]]
) -> tuple[Array, Array, Array]:
    """Proxy, truth and the verifier's truth (len(NS),), each a mean over problems."""
    curves = []
    for problem, texts in zip(asked, sampled, strict=True):
        score = features(texts) @ weights
        truth = np.array([right(problem, text) for text in texts], float)
        curves.append(
            [best_of_n(score, score, NS), best_of_n(score, truth, NS), best_of_n(truth, truth, NS)]
        )
    proxy, true, verified = np.mean(curves, axis=0)
    return proxy, true, verified


def overoptimise(seed: int) -> list[Chosen]:
    """One seed: its base model, labellers and reward model, and samples on held-out problems."""
    policy = load_base(seed)
    weights = fit_reward(label(policy, N_PAIRS, seed))
    asked = problems(N_PROBLEMS, seed, out=True)
    curves = examine(weights, asked, answers(policy, asked, max(NS), seed))
    return [
        Chosen(seed, n, *map(float, row))
        for n, row in zip(NS, zip(*curves, strict=True), strict=True)
    ]


EXPERIMENTS = (
    Experiment(
        name="overoptimisation",
        about="Best-of-n under a reward model and under a verifier; the page makes seed 0 live.",
        run=overoptimise,
        runs=[{"seed": seed} for seed in SEEDS],
    ),
)
