"""The mixture against Mixtral's layer, a loop over tokens, its dense limits and closed forms."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from transformers import MixtralConfig
from transformers.models.mixtral.modeling_mixtral import (
    MixtralSparseMoeBlock,
    load_balancing_loss_func,
)

from lab.accounting import forward_flops
from lab.experts import (
    BalancedTrainer,
    MixtureOfExperts,
    MixtureTransformer,
    Routing,
    active_parameters,
    balance_loss,
    expert_choices,
    mixture_flops,
    router_logits,
    shares,
    total_parameters,
)
from lab.training import Recipe, Trainer
from lab.transformer import Config, FeedForward, Transformer, rotations

CONFIG = Config(vocab_size=20, d_model=16, n_layers=2, n_heads=2, n_kv_heads=2, d_ff=24)
TEXT = torch.randint(20, (2000,), generator=torch.Generator().manual_seed(0))
RECIPE = Recipe(lr=1e-2, batch_size=4, context=8, warmup=5)


def layer(n: int, k: int, normalise: bool = True) -> MixtureOfExperts:
    """A layer whose experts all say something: `down` does not start at zero."""
    generator = torch.Generator().manual_seed(1)
    mixture = MixtureOfExperts(CONFIG, Routing(n, k, normalise), generator)
    torch.nn.init.normal_(mixture.down, std=0.3, generator=generator)
    return mixture


def inputs(*shape: int) -> Tensor:
    return torch.randn(*shape, CONFIG.d_model, generator=torch.Generator().manual_seed(2))


def expert(mixture: MixtureOfExperts, i: int, x: Tensor) -> Tensor:
    """Expert `i` as the dense layer of the course."""
    dense = FeedForward(CONFIG)
    dense.load_state_dict(
        {"gate_up.weight": mixture.gate_up[i], "down.weight": mixture.down[i]}, assign=True
    )
    return dense(x)


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 9),
    data=st.data(),
    normalise=st.booleans(),
    n_tokens=st.sampled_from([1, 2, 37]),
)
def test_equals_a_loop_over_tokens(
    n: int, data: st.DataObject, normalise: bool, n_tokens: int
) -> None:
    mixture = layer(n, data.draw(st.integers(1, n)), normalise)
    x = inputs(n_tokens)
    with torch.no_grad():
        expected = torch.zeros_like(x)
        for t, token in enumerate(x):
            odds = (mixture.router.weight @ token).exp()
            best = odds.sort(descending=True).indices[: mixture.routing.top_k].tolist()
            whole = sum(odds[i] for i in best) if normalise else odds.sum()
            for i in best:
                expected[t] += odds[i] / whole * expert(mixture, i, token)
        torch.testing.assert_close(mixture(x), expected, atol=1e-5, rtol=1e-4)


def test_equals_mixtrals_layer() -> None:
    mixture = layer(8, 2)
    theirs = MixtralSparseMoeBlock(
        MixtralConfig(
            hidden_size=CONFIG.d_model,
            intermediate_size=CONFIG.d_ff,
            num_local_experts=8,
            num_experts_per_tok=2,
            experts_implementation="eager",
        )
    )
    names = {
        "gate.weight": mixture.router.weight,
        "experts.gate_up_proj": mixture.gate_up,
        "experts.down_proj": mixture.down,
    }
    theirs.load_state_dict(names)
    x = inputs(3, 11)
    with torch.no_grad():
        torch.testing.assert_close(mixture(x), theirs(x), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("normalise", [True, False])
def test_one_expert_is_the_dense_layer_exactly(normalise: bool) -> None:
    mixture = layer(1, 1, normalise)
    x = inputs(2, 9)
    assert torch.equal(mixture(x), expert(mixture, 0, x))


def test_all_experts_chosen_is_their_weighted_mean() -> None:
    mixture = layer(5, 5)
    x = inputs(40)
    everyone = torch.stack([expert(mixture, i, x) for i in range(5)], dim=1)
    expected = (mixture.router(x).softmax(-1)[..., None] * everyone).sum(1)
    torch.testing.assert_close(mixture(x), expected, atol=1e-5, rtol=1e-4)


def test_gradients_reach_the_chosen_experts_and_no_other() -> None:
    mixture = layer(6, 2)
    token = inputs(1)
    mixture(token).square().sum().backward()
    chosen = set(mixture.routing(mixture.router(token))[1].flatten().tolist())
    for weight in (mixture.gate_up, mixture.down):
        assert weight.grad is not None
        reached = weight.grad.flatten(1).abs().sum(1).nonzero().flatten().tolist()
        assert set(reached) == chosen


@pytest.mark.parametrize(("normalise", "learns"), [(True, False), (False, True)])
def test_one_normalised_choice_teaches_the_router_nothing(normalise: bool, learns: bool) -> None:
    mixture = layer(6, 1, normalise)
    mixture(inputs(30)).square().sum().backward()
    assert mixture.router.weight.grad is not None
    assert (mixture.router.weight.grad.abs().max().item() > 1e-3) == learns


@pytest.mark.parametrize("routing", [Routing(8), Routing(8, 2), Routing(4, 3, normalise=True)])
def test_even_routing_has_a_balance_loss_of_one(routing: Routing) -> None:
    n = routing.n_experts
    each = 1e-6 * torch.stack([torch.roll(torch.arange(n, 0, -1.0), s) for s in range(n)])
    assert balance_loss(each, routing).item() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_collapsed_router_has_a_balance_loss_of_n_over_k(k: int) -> None:
    logits = torch.zeros(50, 6)
    logits[:, :k] = 60.0
    assert balance_loss(logits, Routing(6, k)).item() == pytest.approx(6 / k)


def test_balance_loss_equals_that_of_transformers_for_each_choice() -> None:
    logits = torch.randn(64, 8, generator=torch.Generator().manual_seed(3))
    theirs = load_balancing_loss_func((logits,), num_experts=8, top_k=2)
    assert isinstance(theirs, Tensor)
    torch.testing.assert_close(balance_loss(logits, Routing(8, 2)), theirs / 2)


def test_descending_the_balance_loss_spreads_the_tokens() -> None:
    generator = torch.Generator().manual_seed(4)
    logits = torch.randn(400, 6, generator=generator) + torch.tensor([2.0, 1, 0, 0, 0, -2])
    shift, routing = torch.zeros(6, requires_grad=True), Routing(6, 2)
    before = shares(routing(logits)[1], 6)
    for _ in range(60):
        loss = balance_loss(logits + shift, routing)
        (step,) = torch.autograd.grad(loss, shift)
        shift.data -= step
    after = shares(routing(logits + shift)[1], 6)
    assert before.max() > 0.3 and before.min() < 0.02
    assert after.max() < 0.22 and after.min() > 0.1


def test_the_logits_that_are_seen_are_the_routers_and_nothing_stays_behind() -> None:
    model = MixtureTransformer(CONFIG, Routing(4, 2), seed=0)
    tokens = TEXT[:24].view(3, 8)
    with router_logits(model) as layers:
        model(tokens)
    model(tokens)
    assert [each.shape for each in layers] == [(24, 4)] * CONFIG.n_layers
    x = model.embedding(tokens)
    block = model.blocks[0]
    x = x + block.attention(block.attention_norm(x), rotations(CONFIG, 0, 8), None)
    expected = F.linear(block.feed_forward_norm(x), block.feed_forward.router.weight)
    torch.testing.assert_close(layers[0], expected.flatten(0, 1))
    assert not any(module._forward_hooks for module in model.modules())
    choices = expert_choices(model, tokens)
    assert torch.equal(choices[0], layers[0].topk(2).indices)


def test_training_adds_the_balance_loss_and_branches_from_a_trunk() -> None:
    model = MixtureTransformer(CONFIG, Routing(4, 2, True), seed=0)
    plain = Trainer(model, TEXT, RECIPE, seed=0).loss()
    run = BalancedTrainer(model, TEXT, RECIPE, seed=0, balance=0.5)
    with router_logits(model) as layers:
        model(run.batch(0)[0])
    extra = sum(balance_loss(each, model.routing) for each in layers)
    torch.testing.assert_close(run.loss(), plain + 0.5 * extra)
    run.advance(5)
    assert len(run.cooled(8).losses) == 8 and len(run.losses) == 5


def test_one_expert_counts_as_a_dense_model_and_idle_ones_do_not_work() -> None:
    dense = Transformer(CONFIG, seed=0)
    router = CONFIG.n_layers * CONFIG.d_model
    one = MixtureTransformer(CONFIG, Routing(1), seed=0)
    assert total_parameters(one) == active_parameters(one) == total_parameters(dense) + router
    assert mixture_flops(CONFIG, Routing(1), 8) == forward_flops(CONFIG, 8) + 2 * router
    many = MixtureTransformer(CONFIG, Routing(8, 2), seed=0)
    used = {f"feed_forward.{name}": n for name, n in (("gate_up", 2 / 8), ("down", 2 / 8))}
    visited = sum(
        weight.numel() * next((n for end, n in used.items() if name.endswith(end)), 1.0)
        for name, weight in many.named_parameters()
    )
    assert active_parameters(many) == visited
    assert total_parameters(many) > 2 * active_parameters(many)


def test_more_choices_than_experts_are_refused() -> None:
    with pytest.raises(ValueError, match="top_k is 5; it must lie between 1 and 4"):
        Routing(4, 5)
