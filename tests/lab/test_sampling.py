"""Sampling: the cache against re-reading everything, and drawn shares against probabilities."""

import pytest
import torch
from scipy.stats import chi2

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


def test_equal_prompts_and_finished_rows_change_no_text() -> None:
    """Greedy, against a loop that reads everything anew and drops no row."""
    transformer = model()
    prompts = torch.randint(12, (40, 3), generator=torch.Generator().manual_seed(2))[
        torch.arange(120) % 40
    ]
    text = prompts
    for _ in range(15):
        with torch.no_grad():
            text = torch.cat([text, transformer(text)[:, -1:].argmax(-1)], dim=1)
    expected = text[:, 3:]
    for end in expected[:, 4].unique().tolist():
        drawn = sample(transformer, prompts, 15, temperature=0, end=end, seed=0)
        finished = (expected == end).cumsum(1) > 0
        filled = expected.masked_fill(finished, end)
        assert torch.equal(drawn, filled[:, : drawn.shape[1]])
        assert (filled[:, drawn.shape[1] :] == end).all()


def always(token: int) -> Transformer:
    """A model that thinks `token` certain after itself."""
    transformer = Transformer(llama_like(12, 32, 2), seed=0)
    transformer.embedding.weight.data.zero_()
    transformer.embedding.weight.data[token] = 100.0
    return transformer


def test_sampling_stops_when_every_row_has_ended() -> None:
    drawn = sample(always(3), torch.full((5, 2), 3), 9, end=3, seed=0)
    assert drawn.tolist() == [[3]] * 5


def test_a_token_of_no_probability_is_never_drawn() -> None:
    assert (sample(always(7), torch.full((1000, 1), 7), 20, seed=0) == 7).all()


@pytest.mark.parametrize("end", [None, 5])
def test_one_row_and_one_token_are_enough(end: int | None) -> None:
    assert sample(model(), torch.tensor([[1]]), 1, end=end, seed=0).shape == (1, 1)


def test_many_rows_are_drawn_in_pieces_but_not_alike() -> None:
    drawn = sample(model(), torch.full((1000, 1), 4), 12, end=5, seed=0)
    assert len(drawn) == 1000
    assert not torch.equal(drawn[:384], drawn[384:768])
    ended = (drawn == 5).cumsum(1) > 0
    assert (drawn[ended] == 5).all()


def test_draws_pass_a_chi_squared_test_in_every_row_of_a_batch() -> None:
    transformer, n = model(), 20_000
    prompts = torch.tensor([[1, 2], [8, 9]])
    drawn = sample(transformer, prompts.repeat_interleave(n, 0), 1, seed=1).view(2, n)
    with torch.no_grad():
        expected = n * transformer(prompts)[:, -1].softmax(-1)
    for row, counts in zip(drawn, expected, strict=True):
        large = counts > 5
        observed = torch.bincount(row, minlength=12)[large]
        statistic = ((observed - counts[large]) ** 2 / counts[large]).sum()
        assert chi2.sf(float(statistic), int(large.sum()) - 1) > 1e-4
