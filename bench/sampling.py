"""Sampling and training at the shape of the RLVR model, against `transformers` and a plain loop."""

import math
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
from torch import Tensor

from bench.llama import Llama
from bench.measurement import Measurement, speed_ratio
from lab import tasks
from lab.models import load_model
from lab.rlvr import CONFIG, PRETRAINING, SETTINGS, practice
from lab.sampling import sample
from lab.tasks import TOKENIZER
from lab.training import Trainer
from lab.transformer import Transformer

Sampler = Callable[..., Tensor]
END = int(TOKENIZER.encode(tasks.END)[0])


def sampling() -> Iterator[Measurement]:
    prompts = _asked()
    for stage in ("base", "trained"):
        lab, peer = _samplers(load_model(f"rlvr-{stage}-0"), prompts)
        yield Measurement(
            f"sampling, a GRPO step of the {stage} model: of transformers' generate",
            speed_ratio(partial(lab, end=END), partial(peer, end=END), rounds=5),
            # Where rows end early the lab drops them; where all are of one length it cannot.
            at_least=3.0 if stage == "base" else -math.inf,
        )
    yield Measurement(
        "sampling, no text ending early: of transformers' generate", speed_ratio(lab, peer, 5)
    )
    plain = partial(plain_loop, load_model("rlvr-base-0"), prompts, SETTINGS.max_tokens)
    yield Measurement(
        "sampling, no text ending early: of a plain loop without a cache",
        speed_ratio(lab, plain, 3),
    )
    ours, theirs = Transformer(CONFIG, seed=0), Llama(CONFIG)
    yield Measurement(
        "training, RLVR model: tokens a second, of transformers' Llama",
        speed_ratio(partial(_advance, _trainer(ours)), partial(_advance, _trainer(theirs)), 5),
        at_least=1.0,
    )


def _asked() -> Tensor:
    """The prompts of one step, each as often as its group is large: (rows, positions)."""
    prompts = [TOKENIZER.encode(problem.prompt) for problem in practice(seed=0)(0)]
    return torch.from_numpy(np.stack(prompts)).repeat_interleave(SETTINGS.group, 0)


def _samplers(model: Transformer, prompts: Tensor) -> tuple[Sampler, Sampler]:
    """The lab's sampler and the peer's, with the same weights, prompts and number of tokens."""
    new = SETTINGS.max_tokens
    return partial(sample, model, prompts, new, seed=0), partial(
        Llama.of(model).sample, prompts, new
    )


@torch.inference_mode()
def plain_loop(model: Transformer, tokens: Tensor, n_tokens: int) -> Tensor:
    """Continue `tokens` (batch, prompt) without a cache: each step reads the whole text again."""
    for _ in range(n_tokens):
        drawn = torch.multinomial(model(tokens)[:, -1].softmax(-1), 1)
        tokens = torch.cat([tokens, drawn], dim=1)
    return tokens


def _trainer(model: torch.nn.Module) -> Trainer:
    text = torch.randint(CONFIG.vocab_size, (20 * PRETRAINING.tokens_per_step,))
    return Trainer(model, text, PRETRAINING, seed=0)


def _advance(trainer: Trainer) -> None:
    """A round: long enough to time, short enough for the machine to be the same for both."""
    trainer.advance(trainer.step + 5)
