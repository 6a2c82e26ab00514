"""Batched sampling with a KV cache against `transformers`, at the shape of the RLVR model."""

from collections.abc import Iterator

import torch

from bench.llama import Llama
from bench.measurement import Measurement, speed_ratio
from lab.sampling import sample
from lab.transformer import Transformer, llama_like

CONFIG = llama_like(vocab_size=24, d_model=64, n_layers=3)
BATCH, PROMPT, NEW = 64, 12, 36


def sampling() -> Iterator[Measurement]:
    ours, theirs = Transformer(CONFIG, seed=0), Llama(CONFIG).eval()
    prompts = torch.randint(CONFIG.vocab_size, (BATCH, PROMPT))
    ratio = speed_ratio(
        lambda: sample(ours, prompts, NEW, seed=0), lambda: theirs.sample(prompts, NEW)
    )
    yield Measurement("sampling: tokens a second, of transformers' generate", ratio, at_least=3.0)
