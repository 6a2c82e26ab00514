"""The twins see the same text, and the plays they are judged on stay out of it."""

import math

import pytest
import torch

from lab import twins
from lab.corpus import HELD_OUT, works
from lab.diffusion import DiffusionTrainer
from lab.results import load
from lab.training import Recipe
from lab.transformer import Transformer, llama_like
from lab.twins import (
    EXTRA,
    LENGTH,
    PIECES,
    Kind,
    after_extra,
    loss,
    plays,
    tokenizer,
    trainer,
    windows,
)

TINY = llama_like(PIECES + 1, d_model=16, n_layers=1)
RECIPE = Recipe(lr=1e-3, context=LENGTH)


@pytest.mark.slow
def test_the_stored_tokenizer_is_that_of_the_training_plays() -> None:
    assert twins.train_tokenizer().pieces == tokenizer().pieces
    assert tokenizer().vocab_size == PIECES


@pytest.mark.slow
def test_no_window_to_learn_from_is_of_a_play_held_out() -> None:
    text = tokenizer().decode(windows().train.flatten().tolist())
    aside = tokenizer().decode(windows().aside.flatten().tolist())
    for title in HELD_OUT:
        middle = works()[title][10_000:10_200]
        assert middle not in text and middle not in aside and middle in plays(held_out=True)
    assert plays(held_out=False).startswith(text) and aside[-500:] in plays(held_out=False)[-1500:]


def test_the_twins_learn_from_the_same_windows() -> None:
    autoregression, diffusion = (trainer(kind, TINY, RECIPE, seed=0) for kind in twins.KINDS)
    assert isinstance(diffusion, DiffusionTrainer)
    inputs, targets = autoregression.batch(0)
    texts, _ = diffusion.batch(0)
    known = {tuple(window.tolist()) for window in windows().train}
    assert all(tuple(text.tolist()) in known for text in texts)
    assert (inputs[:, 0] == EXTRA).all() and (targets[:, -1] == EXTRA).all()
    assert all(tuple(text.tolist()) in known for text in targets[:, :-1])
    assert torch.equal(inputs[:, 1:], targets[:, :-1])


def test_twins_are_of_one_size_and_only_one_looks_ahead() -> None:
    models = [trainer(kind, TINY, RECIPE, seed=3).model for kind in twins.KINDS]
    weights = [torch.cat([p.flatten() for p in model.parameters()]) for model in models]
    assert torch.equal(*weights)
    assert [model.config.causal for model in models] == [True, False]  # type: ignore[union-attr]


@pytest.mark.parametrize("causal", [True, False])
def test_a_model_that_knows_nothing_loses_the_logarithm_of_its_choices(causal: bool) -> None:
    config = llama_like(PIECES + 1, d_model=16, n_layers=1)
    model = Transformer(config.__class__(**(vars(config) | {"causal": causal})), 0)
    model.embedding.weight.data.zero_()
    choices = PIECES + causal  # autoregression may also choose the extra token
    found = loss(model, windows().aside[:2], seed=0)
    assert found.nats == pytest.approx(math.log(choices), rel=1e-5)
    assert found.error == pytest.approx(0, abs=1e-5)


def test_autoregression_is_scored_on_the_window_from_its_first_piece() -> None:
    model = Transformer(TINY, 1)
    for block in model.blocks:
        torch.nn.init.normal_(block.attention.out.weight, std=0.3)  # type: ignore[union-attr]
    text = windows().aside[:2]
    logits = model(after_extra(text)).detach()
    by_hand = [
        -sum(float(row[i].log_softmax(-1)[token]) for i, token in enumerate(window)) / LENGTH
        for row, window in zip(logits, text, strict=True)
    ]
    assert loss(model, text, seed=0).nats == pytest.approx(sum(by_hand) / 2, rel=1e-5)


@pytest.mark.parametrize("kind", twins.KINDS)
def test_the_rate_was_the_best_of_those_tried_and_on_no_seed_of_the_results(kind: Kind) -> None:
    rows = [row for row in load("twin-rates") if row["kind"] == kind]
    assert {row["seed"] for row in rows}.isdisjoint(twins.SEEDS)
    assert {row["lr"] for row in rows} == set(twins.RATES)
    assert min(rows, key=lambda row: row["nats"])["lr"] == twins.LR[kind]


@pytest.mark.parametrize("kind", twins.KINDS)
def test_a_stored_model_is_small_enough_for_the_page(kind: str) -> None:
    assert (twins.FOLDER / f"twin-{kind}.safetensors").stat().st_size <= 4e6
