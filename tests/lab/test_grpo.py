"""GRPO against a case worked by hand, an autograd of our own, and what must always hold."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lab.grpo import (
    GRPO,
    Settings,
    advantages,
    grpo_loss,
    kl_estimate,
    log_probs,
    rollouts,
    surrogate,
    token_weights,
)
from lab.tasks import END, TOKENIZER, problems
from lab.transformer import Transformer, llama_like


class Bigram(nn.Module):
    """Logits of the next token that depend on the last one only: small enough to do by hand."""

    def __init__(self, table):
        super().__init__()
        self.table = nn.Parameter(torch.tensor(table))

    def forward(self, tokens):
        return self.table[tokens]


class Value:
    """A number that remembers how it was made: reverse-mode differentiation in a few lines."""

    def __init__(self, data, parents=()):
        self.data, self.parents, self.grad = data, parents, 0.0

    @staticmethod
    def of(x):
        return x if isinstance(x, Value) else Value(float(x))

    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + Value.of(other) * -1.0

    def exp(self):
        return Value(math.exp(self.data), ((self, math.exp(self.data)),))

    def log(self):
        return Value(math.log(self.data), ((self, 1 / self.data),))

    def least(self, other):
        return self if self.data <= other.data else other

    def between(self, low, high):
        return self if low <= self.data <= high else Value(min(max(self.data, low), high))

    def backward(self):
        order, seen = [], set()

        def visit(value):
            if id(value) not in seen:
                seen.add(id(value))
                for parent, _ in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in value.parents:
                parent.grad += slope * value.grad


def oracle(table, old_table, reference_table, texts, rewards, settings):
    """The loss and its gradient on the bigram's table, in scalars, from the formulas of the paper."""
    weights = [[Value(x) for x in row] for row in table]

    def log_prob(logits, token):
        total = sum((Value.of(x).exp() for x in logits), Value(0.0))
        return Value.of(logits[token]) - total.log()

    scaled = []
    for group in rewards:
        mean = sum(group) / len(group)
        spread = math.sqrt(sum((r - mean) ** 2 for r in group) / len(group))
        scaled += [(r - mean) / (spread + 1e-6) if settings.scaled else r - mean for r in group]

    longest, n_tokens = max(len(t) - 1 for t in texts), sum(len(t) - 1 for t in texts)
    loss = Value(0.0)
    for text, advantage in zip(texts, scaled, strict=True):
        share = {
            "responses": 1 / (len(text) - 1) / len(texts),
            "tokens": 1 / n_tokens,
            "constant": 1 / (longest * len(texts)),
        }[settings.divisor]
        for last, token in pairwise(text):
            new = log_prob(weights[last], token)
            ratio = (new - log_prob(old_table[last], token).data).exp()
            clipped = ratio.between(1 - settings.clip, 1 + settings.clip)
            gain = (ratio * advantage).least(clipped * advantage)
            d = Value(log_prob(reference_table[last], token).data) - new
            gain = gain - settings.kl * (d.exp() - d - 1.0)
            loss = loss - share * gain
    loss.backward()
    return loss.data, [[w.grad for w in row] for row in weights]


@pytest.mark.parametrize("divisor", ["responses", "tokens", "constant"])
@pytest.mark.parametrize(("kl", "scaled"), [(0.0, True), (0.3, False)])
def test_the_gradient_is_that_of_an_autograd_of_our_own(divisor, kl, scaled):
    generator = torch.Generator().manual_seed(0)
    tables = torch.randn(3, 3, 3, generator=generator).tolist()
    # One prompt token, then responses of one to three tokens; two groups of three.
    texts = [[0, 1, 2], [0, 2], [0, 1, 1, 2], [1, 2], [1, 0, 2], [1, 1, 0, 2]]
    rewards = [[1.0, 0.0, 0.25], [0.0, 1.0, 1.0]]
    settings = Settings(divisor=divisor, kl=kl, scaled=scaled, clip=0.2)

    policy, old, reference = (Bigram(table) for table in tables)
    longest = max(map(len, texts))
    tokens = torch.tensor([text + [2] * (longest - len(text)) for text in texts])
    mask = torch.tensor([[i < len(text) - 1 for i in range(longest - 1)] for text in texts])
    with torch.no_grad():
        before, fixed = (log_probs(model, tokens, longest - 1) for model in (old, reference))
    loss = grpo_loss(
        log_probs(policy, tokens, longest - 1),
        before,
        advantages(torch.tensor(rewards), scaled).flatten(),
        token_weights(mask, divisor),
        settings,
        fixed,
    )
    loss.backward()

    expected, gradient = oracle(*tables, texts, rewards, settings)
    assert loss.item() == pytest.approx(expected, abs=1e-6)
    torch.testing.assert_close(policy.table.grad, torch.tensor(gradient), atol=1e-6, rtol=1e-5)


def test_a_case_worked_by_hand():
    # Two tokens, even odds.  Token 0 earns 1, token 1 nothing: advantages 1 and -1.  The gradient of
    # ln p(0) in logit 0 is 1/2 and of ln p(1) is -1/2, so the loss falls by (1/2 + 1/2) / 2.
    policy = Bigram([[0.0, 0.0], [0.0, 0.0]])
    new = log_probs(policy, torch.tensor([[0, 0], [0, 1]]), 1)
    advantage = advantages(torch.tensor([[1.0, 0.0]])).flatten()
    weights = token_weights(torch.ones(2, 1, dtype=torch.bool), "tokens")
    loss = grpo_loss(new, new.detach(), advantage, weights, Settings())
    loss.backward()
    torch.testing.assert_close(advantage, torch.tensor([1.0, -1.0]), atol=1e-5, rtol=0)
    expected = torch.tensor([[-0.5, 0.5], [0, 0]])
    torch.testing.assert_close(policy.table.grad, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("ratio", "advantage", "gain", "slope"),
    [
        (1.5, 1.0, 1.2, 0.0),  # already likelier: no more to be had
        (0.5, 1.0, 0.5, 0.5),  # moved the wrong way: not cut off
        (0.5, -1.0, -0.8, 0.0),
        (1.5, -1.0, -1.5, -1.5),
    ],
)
def test_the_clip_is_one_sided(ratio, advantage, gain, slope):
    new = torch.tensor([[math.log(ratio)]], requires_grad=True)
    value = surrogate(new, torch.zeros(1, 1), torch.tensor([advantage]), clip=0.2)
    value.sum().backward()
    assert value.item() == pytest.approx(gain, abs=1e-6)
    assert new.grad.item() == pytest.approx(slope, abs=1e-6)


groups = st.lists(
    st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4), min_size=1, max_size=5
)


@given(groups)
def test_advantages_sum_to_zero_and_vanish_where_a_group_agrees(rewards):
    result = advantages(torch.tensor(rewards))
    assert result.isfinite().all()
    torch.testing.assert_close(result.sum(1), torch.zeros(len(rewards)), atol=1e-3, rtol=0)
    for group, row in zip(rewards, result, strict=True):
        if len(set(group)) == 1:
            assert not row.any()


@given(groups, st.floats(0.5, 4), st.floats(-2, 2))
def test_scaled_advantages_know_no_unit_and_no_offset(rewards, scale, offset):
    raw = torch.tensor(rewards, dtype=torch.float64)
    if (raw.std(1, correction=0) < 1e-2).any():
        return
    same = advantages(scale * raw + offset)
    torch.testing.assert_close(same, advantages(raw), atol=1e-3, rtol=1e-3)


def test_token_weights_add_up_to_one_and_pads_weigh_nothing():
    mask = torch.arange(5) < torch.tensor([[1], [3], [5]])
    for divisor in ("responses", "tokens"):
        weights = token_weights(mask, divisor)
        assert weights.sum().item() == pytest.approx(1)
        assert not weights[~mask].any()


def test_the_kl_estimate_has_the_exact_mean_and_is_never_negative():
    logits = torch.randn(2, 7, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    new, reference = logits.log_softmax(-1)
    exact_kl = (new.exp() * (new - reference)).sum()
    estimate = kl_estimate(new, reference)
    assert (estimate >= 0).all()
    torch.testing.assert_close((new.exp() * estimate).sum(), exact_kl)


@pytest.fixture
def policy():
    return Transformer(llama_like(TOKENIZER.vocab_size, d_model=16, n_layers=1), seed=0)


def test_rollouts_stop_at_the_end_mark_and_repeat_with_the_seed(policy):
    prompts = [problem.prompt for problem in problems(3, 0, out=False)]
    batch = rollouts(policy, TOKENIZER, prompts, 8, end=END, max_tokens=20, seed=5)
    again = rollouts(policy, TOKENIZER, prompts, 8, end=END, max_tokens=20, seed=5)
    assert batch.texts == again.texts
    assert any(text.endswith(END) for text in batch.texts)
    for i, text in enumerate(batch.texts):
        assert END not in text[:-1]
        assert len(text) == batch.lengths[i]
        assert text.endswith(END) or len(text) == 20
        assert TOKENIZER.decode(batch.tokens[i, :9].tolist()) == prompts[i // 8]


def tasks(step):
    return problems(12, step, out=False)


def test_a_step_that_teaches_nothing_changes_nothing(policy):
    before = [p.clone() for p in policy.parameters()]
    run = GRPO(policy, TOKENIZER, tasks, lambda p, text: 1.0, Settings(), end=END, seed=0)
    run.advance(2)
    assert all(torch.equal(a, b) for a, b in zip(before, policy.parameters(), strict=True))
    assert [step.informative for step in run.history] == [0, 0]


def test_leaving_out_the_rows_of_no_advantage_leaves_the_gradient_alone(policy):
    def reward(problem, text):
        return float(text[0] in "012")

    # The run with a vanishing KL penalty keeps all rows, the other drops what cannot teach.
    gradients = []
    for kl in (0.0, 1e-12):
        start = Transformer(policy.config, seed=0)
        settings = Settings(kl=kl, group=6, max_tokens=4, max_grad_norm=1e9)
        run = GRPO(start, TOKENIZER, tasks, reward, settings, end=END, seed=0)
        run.advance(1)
        assert 0 < run.history[0].informative < 1
        gradients.append(torch.cat([p.grad.flatten() for p in start.parameters()]))
    assert gradients[0].abs().max() > 1e-3
    torch.testing.assert_close(*gradients, atol=1e-6, rtol=1e-4)


def test_differentiating_in_pieces_changes_nothing(policy, monkeypatch):
    def reward(problem, text):
        return float(text[0] in "012")

    # Several updates, so that each piece must be weighed against its own old log-probabilities.
    trained = []
    for piece in (1_000, 7):
        monkeypatch.setattr("lab.grpo.PIECE", piece)
        start = Transformer(policy.config, seed=0)
        settings = Settings(updates=3, kl=0.1, group=6, max_tokens=12, clip=0.02)
        run = GRPO(start, TOKENIZER, tasks, reward, settings, end=END, seed=0)
        run.optimizer = torch.optim.SGD(start.parameters(), lr=1.0)
        run.advance(1)
        trained.append(torch.cat([p.detach().flatten() for p in start.parameters()]))
    assert not torch.allclose(trained[0], torch.cat([p.flatten() for p in policy.parameters()]))
    torch.testing.assert_close(*trained, atol=1e-5, rtol=1e-4)


def test_practice_on_a_simple_reward_succeeds(policy):
    """From almost never to nearly always: end at once."""

    def reward(problem, text):
        return float(text == END)

    run = GRPO(policy, TOKENIZER, tasks, reward, Settings(lr=1e-2, max_tokens=6), end=END, seed=0)
    run.advance(40)
    assert run.history[0].reward < 0.2
    assert run.history[-1].reward > 0.9
