"""Sampling text from a model, one token at a time, with a KV cache."""

import torch
from torch import Tensor

from lab.transformer import KVCache, Transformer


@torch.inference_mode()
def sample(
    model: Transformer, prompts: Tensor, n_tokens: int, *, temperature: float = 1.0, seed: int
) -> Tensor:
    """Continue `prompts`, shape (batch, prompt), by `n_tokens` each: shape (batch, n_tokens).

    `temperature` divides the logits; 0 takes the likeliest token.  The prompt is read once and each
    new token once, because the cache keeps the keys and values of all before it.
    """
    if temperature < 0:
        raise ValueError(f"temperature is {temperature}; it must be 0 (greedy) or more")
    generator = torch.Generator().manual_seed(seed)
    cache = KVCache(model.config, len(prompts), prompts.shape[1] + n_tokens)
    tokens, new = prompts, []
    for _ in range(n_tokens):
        logits = model(tokens, cache)[:, -1]
        tokens = _draw(logits, temperature, generator)
        new.append(tokens)
    return torch.cat(new, dim=1)


def _draw(logits: Tensor, temperature: float, generator: torch.Generator) -> Tensor:
    """One token for each row of `logits` (batch, vocab_size): shape (batch, 1)."""
    if temperature == 0:
        return logits.argmax(dim=-1, keepdim=True)
    probabilities = (logits / temperature).softmax(dim=-1)
    return torch.multinomial(probabilities, 1, generator=generator)
