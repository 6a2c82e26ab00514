"""Sampling text from a model, one token at a time, with a KV cache."""

import torch
from torch import Tensor

from lab.transformer import KVCache, Transformer

# Thousands of rows go in pieces, so that their cache stays small.
ROWS_AT_ONCE = 384
# To drop finished rows copies what the cache holds of the others, so it waits for this share of them.
DROPPED_AT_ONCE = 1 / 4


@torch.inference_mode()
def sample(
    model: Transformer,
    prompts: Tensor,
    n_tokens: int,
    *,
    temperature: float = 1.0,
    end: int | None = None,
    seed: int,
) -> Tensor:
    """Continue `prompts`, shape (batch, prompt), by at most `n_tokens` each: shape (batch, tokens).

    `temperature` divides the logits; 0 takes the likeliest token.  A row that has drawn the token
    `end` is finished and filled up with `end`; when all rows are finished, no more is drawn.
    """
    if temperature < 0:
        raise ValueError(f"temperature is {temperature}; it must be 0 (greedy) or more")
    generator = torch.Generator().manual_seed(seed)
    texts = prompts.new_full((len(prompts), n_tokens), 0 if end is None else end)
    for some, continued in zip(prompts.split(ROWS_AT_ONCE), texts.split(ROWS_AT_ONCE), strict=True):
        _continue(model, some, continued, temperature, end, generator)
    if end is None:
        return texts
    finished = (texts == end).cumsum(dim=1) > 0
    longest = int((~finished).sum(dim=1).max())
    return texts.masked_fill_(finished, end)[:, : longest + 1]


def _continue(
    model: Transformer,
    prompts: Tensor,
    texts: Tensor,
    temperature: float,
    end: int | None,
    generator: torch.Generator,
) -> None:
    """Write what follows `prompts` into `texts` (batch, tokens); a row is noise after its first `end`.

    Equal prompts are read once, and each new token once, because the cache keeps the keys and values
    of all before it.
    """
    distinct, copies = prompts.unique(dim=0, return_inverse=True)
    cache = KVCache(model.config, len(distinct), prompts.shape[1] + texts.shape[1])
    logits = model(distinct, cache)[copies, -1]
    cache.keep(copies)
    rows, alive = torch.arange(len(prompts)), torch.ones(len(prompts), dtype=torch.bool)
    for i in range(texts.shape[1]):
        tokens = draw(logits, temperature, generator)
        texts[rows, i] = tokens
        if end is not None:
            alive &= tokens != end
            n_alive = int(alive.sum())
            if not n_alive:
                return
            if n_alive <= (1 - DROPPED_AT_ONCE) * len(rows):
                cache.keep(alive)
                rows, tokens, alive = rows[alive], tokens[alive], alive[alive]
        if i + 1 < texts.shape[1]:
            logits = model(tokens[:, None], cache)[:, -1]


def draw(logits: Tensor, temperature: float, generator: torch.Generator) -> Tensor:
    """One token for each row of `logits` (batch, vocab_size): shape (batch,).

    It is the first token at which the cumulated probability reaches a uniform number above zero, so
    that nothing of probability zero is drawn.
    """
    if temperature == 0:
        return logits.argmax(dim=-1)
    cumulated = (logits / temperature).softmax(dim=-1).cumsum(dim=-1)
    uniform = 1 - torch.rand(len(logits), 1, generator=generator)
    return torch.searchsorted(cumulated, uniform * cumulated[:, -1:]).squeeze(1)
