"""Sampling: the cache against re-reading everything, and drawn shares against probabilities."""

import pytest
import torch

from lab.sampling import sample
from lab.transformer import Transformer, llama_like


def model() -> Transformer:
    transformer = Transformer(llama_like(12, 32, 2), seed=0)
    for parameter in transformer.parameters():
        parameter.data += 0.1 * torch.randn(
            parameter.shape, generator=torch.Generator().manual_seed(1)
        )
    return transformer


def test_greedy_sampling_equals_reading_everything_anew() -> None:
    transformer, text = model(), torch.tensor([[1, 2, 3], [4, 5, 6]])
    drawn = sample(transformer, text, 10, temperature=0, seed=0)
    for _ in range(10):
        with torch.no_grad():
            text = torch.cat([text, transformer(text)[:, -1:].argmax(-1)], dim=1)
    assert torch.equal(drawn, text[:, 3:])


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_tokens_are_drawn_as_often_as_they_are_likely(temperature: float) -> None:
    transformer, n = model(), 20_000
    prompt = torch.tensor([[1, 2, 3]])
    drawn = sample(transformer, prompt.expand(n, -1), 1, temperature=temperature, seed=0)
    with torch.no_grad():
        expected = (transformer(prompt)[0, -1] / temperature).softmax(-1)
    shares = torch.bincount(drawn.flatten(), minlength=12) / n
    deviation = (expected * (1 - expected) / n).sqrt()
    assert ((shares - expected).abs() < 5 * deviation + 1e-4).all()


def test_one_seed_gives_one_text() -> None:
    prompt = torch.tensor([[1]])
    texts = [sample(model(), prompt, 20, seed=seed) for seed in (0, 0, 1)]
    assert torch.equal(texts[0], texts[1]) and not torch.equal(texts[0], texts[2])


def test_a_negative_temperature_is_refused() -> None:
    with pytest.raises(ValueError, match="must be 0"):
        sample(model(), torch.tensor([[1]]), 1, temperature=-1, seed=0)
