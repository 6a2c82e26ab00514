"""How good a text is that a model wrote: by its words, by its variety, and by a judge.

The judge is a third model, of characters and not of pieces, trained from a seed of its own on the
same plays.  It reads from left to right, so it may favour what was written so; the statistics do not.
A text is as good as it is *close* to the plays held out: a dull one surprises the judge less.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.corpus import load_corpus
from lab.models import load_model, save_model
from lab.results import Experiment
from lab.training import Recipe, Trainer, held_out_loss
from lab.transformer import Transformer, llama_like
from lab.twins import plays

# The judge's own seed, and what it reads: the first characters of a window begin in the dark.
JUDGE_SEED, JUDGE_STEPS, COOLDOWN = 200, 3000, 0.25
JUDGE_RECIPE = Recipe(lr=3e-3, batch_size=8, context=256)
IN_THE_DARK = 32


def words(text: str) -> list[str]:
    """The words of a text, in lower case, apostrophes included."""
    return re.findall(r"[a-z]+(?:'[a-z]+)*", text.lower())


@cache
def known_words() -> frozenset[str]:
    """Every word of the plays that the models learn from."""
    return frozenset(words(plays(held_out=False)))


def real_words(texts: Sequence[str]) -> float:
    """The share of words that are known; the first and the last of a text may be cut, and stay out.

    Raises `ValueError` where no text has a third word.
    """
    inner = [word for text in texts for word in words(text)[1:-1]]
    if not inner:
        raise ValueError("no text has words between its first and its last")
    return sum(word in known_words() for word in inner) / len(inner)


def distinct_trigrams(texts: Sequence[str]) -> float:
    """The number of different runs of three words over that of all, within each text."""
    runs = [
        run for text in texts for run in zip(*(words(text)[i:] for i in range(3)), strict=False)
    ]
    return len(set(runs)) / len(runs)


def make_judge() -> list["Judge"]:
    """Train the judge and store it in half precision."""
    corpus = load_corpus()
    config = llama_like(corpus.tokenizer.vocab_size, d_model=96, n_layers=3)
    trunk = Trainer(Transformer(config, JUDGE_SEED), corpus.train, JUDGE_RECIPE, JUDGE_SEED)
    trunk.advance(round((1 - COOLDOWN) * JUDGE_STEPS))
    model = trunk.cooled(JUDGE_STEPS).model
    assert isinstance(model, Transformer)
    save_model(model, "judge", torch.float16)
    return [Judge(JUDGE_SEED, held_out_loss(model, corpus.val, JUDGE_RECIPE.context, 256))]


@dataclass(frozen=True)
class Judge:
    """The judge's own loss on the plays held out, in nats a character."""

    seed: int
    nats: float


@cache
def judge() -> Transformer:
    """The stored judge."""
    return load_model("judge")


@torch.inference_mode()
def surprise(texts: Sequence[str]) -> Tensor:
    """The judge's -log p in nats of each character after the first: (texts, longest - 1).

    Beyond a text's end it is NaN.  The judge learned from windows of `JUDGE_RECIPE.context`
    characters; what lies further on is cut off.
    """
    encode = load_corpus().tokenizer.encode
    encoded = [torch.from_numpy(encode(text[: JUDGE_RECIPE.context])) for text in texts]
    rows = torch.nn.utils.rnn.pad_sequence(encoded, batch_first=True, padding_value=-1)
    logits = judge()(rows[:, :-1].clamp(min=0)).transpose(1, 2)
    nats = F.cross_entropy(logits, rows[:, 1:].clamp(min=0), reduction="none")
    return nats.masked_fill(rows[:, 1:] < 0, torch.nan)


def judged(texts: Sequence[str]) -> float:
    """The judge's mean surprise in nats a character, once it has read `IN_THE_DARK` of them."""
    return surprise(texts)[:, IN_THE_DARK - 1 :].nanmean().item()


EXPERIMENTS = (
    Experiment(
        name="judge",
        about="The model of characters that judges the twins' texts, and its held-out loss.",
        run=make_judge,
        runs=[{}],
    ),
)
