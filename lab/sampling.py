"""Sampling text from a model, one token at a time, with a KV cache."""

import torch
from torch import Tensor

from lab.transformer import KVCache, Transformer


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

    `temperature` divides the logits; 0 takes the likeliest token.  The prompt is read once and each
    new token once, because the cache keeps the keys and values of all before it.  A row that has
    drawn the token `end` is finished: it is dropped from the batch and filled up with `end`.
    """
    if temperature < 0:
        raise ValueError(f"temperature is {temperature}; it must be 0 (greedy) or more")
    generator = torch.Generator().manual_seed(seed)
    cache = KVCache(model.config, len(prompts), prompts.shape[1] + n_tokens)
    continued = torch.full((len(prompts), n_tokens), end if end is not None else 0)
    rows, tokens = torch.arange(len(prompts)), prompts
    for i in range(n_tokens):
        tokens = _draw(model(tokens, cache)[:, -1], temperature, generator)
        continued[rows, i] = tokens[:, 0]
        if end is not None and (alive := tokens[:, 0] != end).sum() < len(alive):
            rows, tokens = rows[alive], tokens[alive]
            cache.keep(alive)
            if not len(rows):
                return continued[:, : i + 1]
    return continued


def _draw(logits: Tensor, temperature: float, generator: torch.Generator) -> Tensor:
    """One token for each row of `logits` (batch, vocab_size): shape (batch, 1)."""
    if temperature == 0:
        return logits.argmax(dim=-1, keepdim=True)
    probabilities = (logits / temperature).softmax(dim=-1)
    return torch.multinomial(probabilities, 1, generator=generator)
