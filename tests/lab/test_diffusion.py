"""Masked diffusion against enumeration: three symbols and three positions leave 27 texts, 64 states."""

from dataclasses import replace
from itertools import combinations, pairwise, permutations, product
from math import log, prod

import numpy as np
import pytest
import torch
from scipy.special import beta
from scipy.stats import chisquare
from torch import Tensor

from lab.diffusion import (
    DiffusionTrainer,
    Order,
    blank,
    denoise,
    diffusion_loss,
    nelbo,
    sample,
    stratified_times,
)
from lab.training import Recipe
from lab.transformer import KVCache, Transformer, llama_like

SYMBOLS, LENGTH, MASK = 3, 3, 3
TEXTS = list(product(range(SYMBOLS), repeat=LENGTH))
CONFIG = replace(llama_like(SYMBOLS + 1, 16, 1), causal=False)
RECIPE = Recipe(lr=1e-2, batch_size=32, context=LENGTH, warmup=5)

State = tuple[int, ...]


def stream(n: int) -> Tensor:
    """Texts in which each symbol depends on the one before, end to end."""
    rng = np.random.default_rng(0)
    texts = rng.choice(SYMBOLS, (n, LENGTH), p=[0.6, 0.3, 0.1])
    texts[:, 1:] = (texts[:, 1:] + 2 * texts[:, :-1]) % SYMBOLS
    return torch.from_numpy(texts).flatten()


@pytest.fixture(scope="module")
def model() -> Transformer:
    """Trained for a moment only, so that its conditionals contradict each other."""
    trainer = DiffusionTrainer(Transformer(CONFIG, 0), stream(6000), RECIPE, 0)
    trainer.advance(150)
    assert isinstance(trainer.model, Transformer)
    return trainer.model


Table = dict[State, np.ndarray]


def table(model: Transformer, temperature: float = 1.0) -> Table:
    """The model's probabilities (LENGTH, SYMBOLS) in every state; `MASK` marks what is hidden."""
    states = list(product(range(SYMBOLS + 1), repeat=LENGTH))
    with torch.no_grad():
        weights = (model(torch.tensor(states)).double() / temperature).exp()[..., :SYMBOLS]
    return dict(zip(states, (weights / weights.sum(-1, keepdim=True)).numpy(), strict=True))


def hide(text: State, positions: tuple[int, ...]) -> State:
    return tuple(MASK if i in positions else symbol for i, symbol in enumerate(text))


def by_blocks(of: Table, text: State, sizes: tuple[int, ...]) -> np.ndarray:
    """For each order, the probability of `text` where blocks of these sizes are revealed at once."""
    chances = []
    for order in permutations(range(LENGTH)):
        chance, done = 1.0, 0
        for size in sizes:
            given = of[hide(text, order[done:])]
            chance *= prod(given[i][text[i]] for i in order[done : done + size])
            done += size
        chances.append(chance)
    return np.array(chances)


def by_confidence(of: Table, state: State) -> dict[State, float]:
    """Where one-at-a-time unmasking leads in order of confidence: every draw, ties shared evenly."""
    hidden = [i for i in range(LENGTH) if state[i] == MASK]
    if not hidden:
        return {state: 1.0}
    given, found = of[state], dict.fromkeys(TEXTS, 0.0)
    for draws in product(range(SYMBOLS), repeat=len(hidden)):
        odds = [given[i][symbol] for i, symbol in zip(hidden, draws, strict=True)]
        best = [i for i, chance in enumerate(odds) if chance > max(odds) - 1e-5]
        for i in best:
            opened = (*state[: hidden[i]], draws[i], *state[hidden[i] + 1 :])
            for text, chance in by_confidence(of, opened).items():
                found[text] += prod(odds) / len(best) * chance
    return found


def exact_nelbo(of: Table, text: State) -> float:
    """The integral over t, term by term: each set of masks has t^n (1 - t)^(L - n), weighted 1/t."""
    total = 0.0
    for n in range(1, LENGTH + 1):
        for masked in combinations(range(LENGTH), n):
            given = of[hide(text, masked)]
            total -= beta(n, LENGTH - n + 1) * sum(log(given[i][text[i]]) for i in masked)
    return total


def counts(drawn: Tensor) -> np.ndarray:
    found = [tuple(row) for row in drawn.tolist()]
    assert set(found) <= set(TEXTS), "a mask is left, or was drawn"
    return np.array([found.count(text) for text in TEXTS])


def p_value(drawn: Tensor, chances: list[float]) -> float:
    return float(chisquare(counts(drawn), len(drawn) * np.array(chances)).pvalue)


def test_the_bound_is_one_and_is_not_tight(model: Transformer) -> None:
    of = table(model)
    likelihood = {text: by_blocks(of, text, (1, 1, 1)).mean() for text in TEXTS}
    assert sum(likelihood.values()) == pytest.approx(1)
    gaps = [exact_nelbo(of, text) + log(likelihood[text]) for text in TEXTS]
    assert min(gaps) >= 0 and max(gaps) > 1e-3


def test_the_bound_is_the_mean_over_orders(model: Transformer) -> None:
    of = table(model)
    for text in TEXTS:
        over_orders = -np.log(by_blocks(of, text, (1, 1, 1))).mean()
        assert exact_nelbo(of, text) == pytest.approx(over_orders)


@pytest.mark.parametrize("text", [(0, 0, 0), (0, 2, 1), (2, 2, 2)])
def test_the_estimate_agrees_with_enumeration_within_its_error(
    model: Transformer, text: State
) -> None:
    of = table(model)
    found = nelbo(model, torch.tensor([text]).expand(3000, -1), seed=0)
    assert abs(found.nats - exact_nelbo(of, text) / LENGTH) < 4 * found.error
    assert found.error < 0.05 * found.nats
    assert found.by_masks.mean().item() == pytest.approx(found.nats)
    all_masked = -np.mean([log(of[(MASK,) * LENGTH][i][text[i]]) for i in range(LENGTH)])
    assert found.by_masks[-1].item() == pytest.approx(all_masked, rel=1e-5)


def test_the_error_is_the_spread_of_repeated_estimates(model: Transformer) -> None:
    texts = torch.tensor([(0, 2, 1)]).expand(100, -1)
    estimates = [nelbo(model, texts, seed) for seed in range(200)]
    spread = np.std([e.nats for e in estimates])
    assert spread == pytest.approx(np.mean([e.error for e in estimates]), rel=0.2)


def test_the_loss_is_the_bound_on_average(model: Transformer) -> None:
    """Every text once and in order, so that a time tied to a row's place would show."""
    of, texts = table(model), torch.tensor(TEXTS)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        losses = [diffusion_loss(model, texts, generator).item() for _ in range(4000)]
    expected = np.mean([exact_nelbo(of, text) for text in TEXTS]) / LENGTH
    assert abs(np.mean(losses) - expected) < 4 * np.std(losses) / len(losses) ** 0.5
    assert np.std(losses) / len(losses) ** 0.5 < 0.02 * expected


def test_stratified_times_leave_no_part_of_the_interval_out() -> None:
    times = stratified_times(50, torch.Generator().manual_seed(0))
    assert ((times > 0) & (times <= 1)).all()
    assert sorted((times * 50).ceil().tolist()) == list(range(1, 51))
    assert times.tolist() != sorted(times.tolist())


@pytest.mark.parametrize(("steps", "sizes"), [(3, (1, 1, 1)), (2, (2, 1)), (1, (3,))])
@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_random_order_draws_from_the_exact_distribution(
    model: Transformer, steps: int, sizes: tuple[int, ...], temperature: float
) -> None:
    of = table(model, temperature)
    drawn = sample(model, blank(model, 20_000, LENGTH), steps, temperature=temperature, seed=0)
    assert p_value(drawn, [by_blocks(of, text, sizes).mean() for text in TEXTS]) > 1e-3


def test_the_test_tells_one_step_from_three(model: Transformer) -> None:
    of = table(model)
    drawn = sample(model, blank(model, 20_000, LENGTH), 1, seed=0)
    assert p_value(drawn, [by_blocks(of, text, (1, 1, 1)).mean() for text in TEXTS]) < 1e-9


def test_confident_order_draws_from_another_exact_distribution(model: Transformer) -> None:
    of = table(model)
    reached = by_confidence(of, (MASK,) * LENGTH)
    drawn = sample(model, blank(model, 20_000, LENGTH), LENGTH, order="confident", seed=0)
    assert p_value(drawn, [reached[text] for text in TEXTS]) > 1e-3
    assert p_value(drawn, [by_blocks(of, text, (1, 1, 1)).mean() for text in TEXTS]) < 1e-9


def test_greedy_confident_order_opens_the_surest_position_first(model: Transformer) -> None:
    of = table(model)
    for state in ([2, MASK, MASK], [MASK, 1, MASK], [MASK, MASK, 0]):
        start = torch.tensor([state, state])
        first, *later = denoise(model, start, 2, order="confident", temperature=0, seed=0)
        assert torch.equal(first.tokens, start)
        for found in later:
            given = of[tuple(state)]
            hidden = [i for i in range(LENGTH) if state[i] == MASK]
            surest = max(hidden, key=lambda i: given[i].max())
            state[surest] = int(given[surest].argmax())
            assert found.tokens.tolist() == [state, state]


@pytest.mark.parametrize("order", ["random", "confident"])
def test_infilling_keeps_what_is_given(model: Transformer, order: Order) -> None:
    given = torch.tensor([[0, MASK, 2], [MASK, MASK, MASK], [1, 1, 1], [MASK, 0, MASK]])
    masked = given == MASK
    states = [s.tokens for s in denoise(model, given, 3, order=order, seed=0)]
    for before, after in pairwise(states):
        assert torch.equal(after[~masked], given[~masked])
        settled = before != MASK
        assert torch.equal(after[settled], before[settled])
    assert torch.equal(states[0], given) and (states[-1] != MASK).all()


def test_an_infilled_token_is_drawn_given_both_sides(model: Transformer) -> None:
    given = torch.tensor([[0, MASK, 2]]).expand(20_000, -1)
    drawn = sample(model, given, 1, seed=0)[:, 1]
    expected = 20_000 * table(model)[(0, MASK, 2)][1]
    assert chisquare(torch.bincount(drawn, minlength=SYMBOLS).numpy(), expected).pvalue > 1e-3


@pytest.mark.parametrize("steps", [1, 5, 12, 16])
def test_each_step_is_one_forward_pass_and_masks_go_down_evenly(steps: int) -> None:
    model, calls = Transformer(CONFIG, 0), []
    model.register_forward_hook(lambda *_: calls.append(1))
    states = list(denoise(model, blank(model, 4, 16), steps, seed=0))
    assert len(calls) == steps and [s.passes for s in states] == list(range(steps + 1))
    left = torch.stack([(s.tokens == MASK).sum(1) for s in states])
    assert (left[0] == 16).all() and (left[-1] == 0).all()
    opened = left[:-1] - left[1:]
    assert opened.max() - opened.min() <= 1


@pytest.mark.parametrize("order", ["random", "confident"])
def test_one_seed_gives_one_text(model: Transformer, order: Order) -> None:
    texts = [sample(model, blank(model, 30, LENGTH), 2, order=order, seed=s) for s in (0, 0, 1)]
    assert torch.equal(texts[0], texts[1]) and not torch.equal(texts[0], texts[2])


def test_training_repeats_and_a_branch_leaves_the_trunk_as_it_was() -> None:
    def run(seed: int) -> DiffusionTrainer:
        return DiffusionTrainer(Transformer(CONFIG, seed), stream(1000), RECIPE, seed)

    trunk, undisturbed, other = run(0), run(0), run(1)
    trunk.advance(10)
    branch = trunk.cooled(20)
    for trainer in (trunk, undisturbed, other):
        trainer.advance(20)
    assert trunk.losses == undisturbed.losses != other.losses
    assert branch.losses[:10] == trunk.losses[:10] and branch.losses[11:] != trunk.losses[11:]


def test_training_learns_what_can_be_learned() -> None:
    """One word for ever, and never the first token: masks alone do not say where they stand."""
    words = torch.tensor([0, 2, 1]).repeat(500)
    trainer = DiffusionTrainer(Transformer(CONFIG, 0), words, RECIPE, 0)
    trainer.advance(150)
    assert isinstance(trainer.model, Transformer)
    given_two, given_one, given_none = nelbo(trainer.model, words.view(-1, 3), seed=0).by_masks
    assert given_two < 0.01 and given_one < 0.01
    assert given_none == pytest.approx(log(3), abs=0.01)
    drawn = sample(trainer.model, torch.tensor([[0, MASK, MASK], [MASK, MASK, 1]]), 2, seed=0)
    assert drawn.tolist() == [[0, 2, 1], [0, 2, 1]]


def test_a_bidirectional_model_sees_both_sides() -> None:
    """In one layer the last position sees everything either way, and the others only here."""
    both, causal = Transformer(CONFIG, 0), Transformer(replace(CONFIG, causal=True), 0)
    for parameters in zip(both.parameters(), causal.parameters(), strict=True):
        noise = torch.randn(parameters[0].shape, generator=torch.Generator().manual_seed(1))
        for parameter in parameters:
            parameter.data += 0.2 * noise
    tokens = torch.tensor([[0, 2, 1, 3, 0, 1]])
    with torch.no_grad():
        seen, read = both(tokens)[0], causal(tokens)[0]
    torch.testing.assert_close(seen[-1], read[-1])
    assert not torch.isclose(seen[:-1], read[:-1]).all(1).any()
    with pytest.raises(ValueError, match="bidirectional model has no KV cache"):
        KVCache(CONFIG, 1, 4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": 0}, "steps is 0, but the fullest text has 3 masks"),
        ({"steps": 4}, "steps is 4, .* choose from 1 to 3"),
        ({"order": "left"}, "order is 'left'; choose 'random' or 'confident'"),
        ({"temperature": -1.0}, "it must be 0"),
        ({"tokens": torch.zeros(1, 3, dtype=torch.long)}, "no text has a mask to fill"),
    ],
)
def test_a_request_that_makes_no_sense_says_what_to_change(
    model: Transformer, change: dict[str, object], message: str
) -> None:
    request = {"tokens": blank(model, 1, LENGTH), "steps": 3, "seed": 0}
    with pytest.raises(ValueError, match=message):
        sample(model, **(request | change))


def test_a_causal_model_and_a_single_text_are_refused(model: Transformer) -> None:
    causal = Transformer(replace(CONFIG, causal=True), 0)
    with pytest.raises(ValueError, match=r"Config\(causal=False\)"):
        sample(causal, blank(causal, 1, 3), 3, seed=0)
    with pytest.raises(ValueError, match="shows no error of estimation"):
        nelbo(model, torch.tensor([[0, 1, 2]]), seed=0)
