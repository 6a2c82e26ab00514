"""Choices counted by hand, against SciPy's entropies, and against draws that are even by design."""

import numpy as np
import pytest
import torch
from scipy.stats import contingency, entropy

from lab.expert_use import by_character, told_by_character, visited, visited_if_even


def test_choices_are_counted_by_character() -> None:
    tokens = torch.tensor([0, 2, 2, 0])
    chosen = torch.tensor([[1, 0], [2, 1], [2, 0], [1, 2]])
    table = by_character(tokens, chosen, vocab_size=3, n_experts=3)
    np.testing.assert_allclose(table[0], [1 / 4, 1 / 2, 1 / 4])
    np.testing.assert_allclose(table[2], [1 / 4, 1 / 4, 1 / 2])
    assert np.isnan(table[1]).all()


def test_what_a_character_tells_equals_scipys_entropies() -> None:
    rng = np.random.default_rng(0)
    tokens = rng.integers(1, 9, 3000)
    first = np.where(rng.random(3000) < 0.6, tokens % 5, rng.integers(0, 5, 3000))
    counts = contingency.crosstab(tokens, first).count
    rest = sum(row.sum() / 3000 * entropy(row) for row in counts)
    expected = 1 - rest / entropy(counts.sum(0))
    got = told_by_character(torch.from_numpy(tokens), torch.from_numpy(first), n_experts=5)
    assert got == pytest.approx(expected)


def test_a_router_by_character_is_told_everything_and_a_coin_nothing() -> None:
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randint(40, (20_000,), generator=generator)
    coin = torch.randint(8, (20_000,), generator=generator)
    assert told_by_character(tokens, tokens % 8, 8) == pytest.approx(1)
    assert told_by_character(tokens, coin, 8) < 0.01


@pytest.mark.parametrize(("n", "k", "batch"), [(16, 2, 1), (16, 2, 5), (8, 1, 20), (64, 8, 3)])
def test_readers_visit_as_many_experts_as_even_choices_say(n: int, k: int, batch: int) -> None:
    generator = torch.Generator().manual_seed(1)
    chosen = torch.rand(5000, n, generator=generator).topk(k).indices
    measured = visited(chosen, batch, n, draws=600, seed=2)
    assert measured == pytest.approx(visited_if_even(k, n, batch), rel=0.03)
    collapsed = torch.arange(k).expand(100, k)
    assert visited(collapsed, batch, n, draws=3, seed=0) == pytest.approx(k / n)
