"""The models of the comparison are as large as it says, and tuning keeps off the test plays."""

from collections import defaultdict
from dataclasses import asdict
from typing import Any

import pytest
import torch
from torch import Tensor

from lab import expert_runs
from lab.corpus import Corpus
from lab.expert_runs import SPECS, learning_rate, run, trainer, tune
from lab.experts import MixtureTransformer, active_parameters, total_parameters
from lab.results import load
from lab.tokenizer import CharTokenizer

GENERATOR = torch.Generator().manual_seed(0)
TOKENS = torch.randint(4, (3000,), generator=GENERATOR)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A corpus of noise: four letters to learn from, and a fifth that only the test plays have."""
    test = torch.full((1500,), 4)
    corpus = Corpus(CharTokenizer("abcde"), TOKENS.repeat(3), test)
    monkeypatch.setattr(expert_runs, "load_corpus", lambda: corpus)


def sizes(name: str) -> tuple[int, int]:
    """Active and total parameters without the router's."""
    model = trainer(name, 0, TOKENS, lr=0.01).model
    if not isinstance(model, MixtureTransformer):
        return (total_parameters(model),) * 2
    router = sum(p.numel() for name, p in model.named_parameters() if "router" in name)
    return active_parameters(model) - router, total_parameters(model) - router


def test_all_mixtures_use_as_much_as_the_dense_model_and_own_as_much_as_the_large_one() -> None:
    assert {sizes(name)[0] for name in SPECS if name != "large"} == {sizes("dense")[0]}
    for name in ("mixture", "one of 8", "no balance", "frozen router"):
        assert sizes(name)[1] == sizes("large")[1], name
    assert sizes("4 experts")[1] < sizes("8 experts")[1] < sizes("mixture")[1]


def test_a_frozen_router_stays_and_another_moves() -> None:
    for name, moves in (("mixture", True), ("frozen router", False)):
        taught = trainer(name, 0, TOKENS, lr=0.01)
        router = taught.model.get_parameter("blocks.0.feed_forward.router.weight")
        before = router.detach().clone()
        taught.advance(3)
        assert torch.equal(router, before) != moves


def test_tuning_never_sees_the_test_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Tensor, Tensor]] = []

    def spy(model: str, steps: object, seed: int, train: Tensor, test: Tensor, lr: float) -> Any:
        seen.append((train, test))
        return [], None

    monkeypatch.setattr(expert_runs, "finish", spy)
    tune("dense", lr=0.01, seed=0)
    run("dense", (1,), 0)
    (train, aside), (everything, test) = seen
    assert torch.equal(torch.cat([train, aside]), everything) and len(aside) == len(test)
    assert (test == 4).all() and not (everything == 4).any()


def test_a_point_says_what_was_made() -> None:
    point = asdict(run("4 experts", (4,), 1)[0])
    assert point["tokens"] == 4 * 1024 and point["seed"] == 1
    assert point["active"] < point["total"] and 1 / 4 <= point["busiest"] <= 1 / 2


@pytest.mark.parametrize("model", SPECS)
def test_the_rate_was_the_best_of_those_tried(model: str) -> None:
    tried: dict[float, float] = defaultdict(float)
    for row in load("expert-rates"):
        if row["model"] == model:
            tried[row["lr"]] += row["loss"]
    assert len(tried) == 4 and learning_rate(model) == min(tried, key=tried.__getitem__)
