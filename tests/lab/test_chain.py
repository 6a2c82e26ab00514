"""The chain: its law, what counts as valid and as distorted, and the claims that its results bear."""

import math
from collections import defaultdict
from itertools import pairwise

import pytest
import torch
from scipy.stats import chisquare

from lab import chain
from lab.chain import (
    CONFIG,
    DIGITS,
    ENTROPY,
    EXTRA,
    LENGTH,
    autoregression,
    describe,
    distance,
    fits,
    loss,
    masked_diffusion,
    run,
    sample_autoregression,
    texts,
)
from lab.results import load
from lab.transformer import Transformer


def test_texts_follow_the_law_of_the_chain() -> None:
    drawn = texts(5000, seed=0).tolist()
    followers = defaultdict(lambda: [0] * DIGITS)
    for text in drawn:
        for a, b in pairwise(text):
            followers[a][b] += 1
    for a, counts in followers.items():
        pair = [counts[(3 * a + 1) % 10], counts[(3 * a + 2) % 10]]
        assert sum(pair) == sum(counts) and chisquare(pair).pvalue > 1e-4
    firsts = [text[0] for text in drawn]
    assert chisquare([firsts.count(digit) for digit in range(DIGITS)]).pvalue > 1e-4
    assert len(texts(5000, seed=0).unique(dim=0)) > 4900


def test_the_entropy_is_that_of_all_texts() -> None:
    assert ENTROPY * LENGTH == pytest.approx(math.log(10 * 2**15))


def test_a_transition_fits_or_does_not() -> None:
    tokens = torch.tensor([[4, 3, 0, 1, 4, 4, EXTRA, 1, EXTRA]])
    # 4 may be followed by 3 or 4, 3 by 0 or 1, 0 by 1 or 2, 1 by 4 or 5.  EXTRA is no digit.
    assert fits(tokens).tolist() == [[True, True, True, True, True, False, False, False]]


def test_distance_is_none_for_the_chain_and_half_for_one_coin() -> None:
    assert distance(texts(20_000, seed=1)) < 0.01
    digits = torch.arange(DIGITS)
    one_coin = torch.stack([digits, (3 * digits + 2) % DIGITS], dim=1)
    assert distance(one_coin) == pytest.approx(0.5)
    all_pairs = torch.cartesian_prod(digits, digits)
    assert distance(all_pairs) == pytest.approx(0), "transitions that do not fit are left out"


def test_a_description_counts_texts() -> None:
    good, bad = [4, 3, 0, 1], [4, 3, 0, 5]
    found = describe(0, "made up", 4, torch.tensor([good, good, bad, [3, 0, 2, 7]]), 0.8)
    assert (found.valid, found.distinct) == (0.75, 0.75)


def test_an_untrained_model_of_the_one_size_serves_both_ways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chain, "STEPS", 4)
    models = autoregression(0), masked_diffusion(0)
    sizes = {sum(p.numel() for p in model.parameters()) for model in models}
    assert len(sizes) == 1 and [m.config.causal for m in models] == [True, False]


def test_the_loss_of_autoregression_counts_the_digits_alone() -> None:
    model = Transformer(CONFIG, 0)
    model.embedding.weight.data.zero_()
    assert loss(model, 0) == pytest.approx(math.log(DIGITS + 1)), "even odds, eleven tokens"
    drawn = sample_autoregression(model, 7, seed=0)
    assert drawn.shape == (7, LENGTH)


@pytest.mark.slow
def test_a_run_draws_in_every_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"STEPS": 4, "N_SAMPLES": 300, "N_JUDGED": 10}.items():
        monkeypatch.setattr(chain, name, value)
    rows = run(0)
    assert rows == run(0)
    assert [row.passes for row in rows] == [0, 16, *(1, 2, 4, 8, 12, 16) * 2]
    assert rows[0].valid == 1 and rows[0].nats == ENTROPY
    assert len({row.source for row in rows}) == 4


def test_the_results_bear_the_claims_of_the_page() -> None:
    rows = load("chain")
    found = {(row["seed"], row["source"], row["passes"]): row for row in rows}
    for seed in (0, 1, 2):
        assert found[seed, "autoregression", 16]["valid"] >= 0.9
        assert found[seed, "diffusion, random order", 4]["valid"] <= 0.15
        surest = found[seed, "diffusion, confident order", 16]
        assert surest["valid"] >= 0.9
        assert surest["distance"] > 3 * found[seed, "the chain itself", 0]["distance"]
        assert surest["distinct"] < found[seed, "autoregression", 16]["distinct"]


def test_the_rate_was_the_best_of_those_tried() -> None:
    rows = load("chain-rates")
    assert {row["seed"] for row in rows}.isdisjoint({0, 1, 2})
    for model in ("autoregression", "diffusion"):
        assert min(rows, key=lambda row: row[model])["lr"] == chain.RECIPE.lr
