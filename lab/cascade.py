"""A small and a large model of the ladder guess the same characters: what a router can go by.

A question is the text so far, and the answer is its next character.  Both models have read the same
text, and the questions come from plays that neither has seen.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lab.corpus import load_corpus
from lab.ladder import COOLDOWN, N_LAYERS, learning_rate
from lab.results import Experiment
from lab.routing import Outcomes, at_thresholds, curve
from lab.training import Recipe, Trainer
from lab.transformer import Transformer, llama_like

WIDTHS = (16, 64)
STEPS = 480
N_WINDOWS = 600
SEEDS = (0, 1, 2)
# Right answers, as a share of all, that a router may lose against the large model alone.
TOLERATED = 0.01


@dataclass(frozen=True)
class Guesses:
    """How both models did; all arrays have shape (questions,).

    `small` and `large` are 1 where the likeliest character was the right one, `doubt` is one minus
    the probability that the small model gave to its own guess, and `letters` counts the letters
    since the last character that is none: how far into a word the question stands.
    """

    small: NDArray[np.float64]
    large: NDArray[np.float64]
    doubt: NDArray[np.float64]
    letters: NDArray[np.float64]


def train(width: int, seed: int, steps: int = STEPS) -> Transformer:
    """A model of the ladder's recipe, cooled down after `steps`."""
    corpus = load_corpus()
    config = llama_like(corpus.tokenizer.vocab_size, width, N_LAYERS)
    trunk = Trainer(Transformer(config, seed), corpus.train, Recipe(lr=learning_rate(width)), seed)
    trunk.advance(round((1 - COOLDOWN) * steps))
    model = trunk.cooled(steps).model
    assert isinstance(model, Transformer)
    return model


def halves() -> tuple[Tensor, Tensor]:
    """Windows of the unseen plays, each (windows, context + 1): from the first half, the second."""
    text, length = load_corpus().val, Recipe(lr=1).context + 1
    windows = text[: len(text) // length * length].view(-1, length)
    first, second = (p[:: len(p) // N_WINDOWS][:N_WINDOWS] for p in windows.tensor_split(2))
    return first, second


@torch.inference_mode()
def ask(small: Transformer, large: Transformer, windows: Tensor) -> Guesses:
    """Ask for every character in the second half of each window."""
    start = windows.shape[1] // 2
    answers = windows[:, start + 1 :]
    chances = small(windows[:, :-1]).softmax(-1)[:, start:]
    guesses = [chances.argmax(-1), large(windows[:, :-1])[:, start:].argmax(-1)]
    right = [(guess == answers).double().flatten().numpy() for guess in guesses]
    doubt = 1 - chances.amax(-1).double().flatten().numpy()
    return Guesses(right[0], right[1], doubt, letters_so_far(windows)[:, start:].flatten())


def letters_so_far(windows: Tensor) -> NDArray[np.float64]:
    """At each input of `windows`, the letters since the last non-letter: (windows, context)."""
    text = load_corpus().tokenizer.decode(windows.flatten().tolist())
    is_letter = np.reshape([c.isalpha() for c in text], tuple(windows.shape))[:, :-1]
    counts = np.zeros(is_letter.shape)
    for i in range(is_letter.shape[1]):
        counts[:, i] = np.where(is_letter[:, i], (counts[:, i - 1] if i else 0) + 1, 0)
    return counts


Rules = dict[str, tuple[NDArray[np.float64], Outcomes]]


def expected_gain(doubt: NDArray[np.float64], practice: Guesses) -> NDArray[np.float64]:
    """What the large model added, on `practice`, where the small one doubted as much; as `doubt`."""
    heaps = np.array_split(np.argsort(practice.doubt), 20)
    centres = [practice.doubt[heap].mean() for heap in heaps]
    return np.interp(doubt, centres, [(practice.large - practice.small)[h].mean() for h in heaps])


def rules(guesses: Guesses, practice: Guesses, ratio: float) -> Rules:
    """Each rule's score and the outcomes that it chooses from, the large model's price being one.

    `ratio` is the small model's price.  Whoever goes by its doubt has asked it first and pays it
    always; the place in the word can be seen before either is asked.
    """
    one = np.ones_like(guesses.small)
    routed = Outcomes(guesses.small, guesses.large, ratio * one, one)
    cascade = Outcomes(guesses.small, guesses.large, ratio * one, one + ratio)
    return {
        "early in the word": (-guesses.letters, routed),
        "late in the word": (guesses.letters, routed),
        "doubt": (guesses.doubt, cascade),
        "expected gain": (expected_gain(guesses.doubt, practice), cascade),
    }


@dataclass(frozen=True)
class Saving:
    """What a rule with a threshold chosen on one half does on the other; prices: large alone = 1."""

    seed: int
    rule: str
    small: float
    large: float
    accuracy: float
    cost: float


def savings(practice: Guesses, test: Guesses, ratio: float, seed: int) -> list[Saving]:
    """For each rule, the cheapest threshold that loses no more than `TOLERATED` on `practice`."""
    found = []
    for rule, (score, outcomes) in rules(practice, practice, ratio).items():
        points = curve(score, outcomes)
        chosen = points.thresholds[points.reaching(practice.large.mean() - TOLERATED)]
        score, outcomes = rules(test, practice, ratio)[rule]
        then = at_thresholds(score, outcomes, [chosen])
        figures = (test.small.mean(), test.large.mean(), then.accuracy[0], then.cost[0])
        found.append(Saving(seed, rule, *(float(x) for x in figures)))
    return found


def price_ratio(small: Transformer, large: Transformer) -> float:
    """The small model's price of a question, the large one's being one: two operations a parameter."""
    sizes = [sum(p.numel() for p in model.parameters()) for model in (small, large)]
    return sizes[0] / sizes[1]


def run(seed: int) -> list[Saving]:
    """Train both models and let the rules route between them."""
    small, large = (train(width, seed) for width in WIDTHS)
    practice, test = (ask(small, large, part) for part in halves())
    return savings(practice, test, price_ratio(small, large), seed)


EXPERIMENTS = (
    Experiment(
        name="router",
        about="A router between two models of the ladder: thresholds from one half of the unseen "
        "plays, results on the other.",
        run=run,
        runs=[{"seed": seed} for seed in SEEDS],
    ),
)
