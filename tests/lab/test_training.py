"""Training: every window once an epoch, one seed one result, branches that leave the trunk alone."""

import pytest
import torch

from lab.training import Recipe, Trainer, cooldown, cross_entropy, held_out_loss, windows
from lab.transformer import Transformer, llama_like

RECIPE = Recipe(lr=1e-2, batch_size=4, context=8, warmup=5)
TEXT = torch.randint(20, (2000,), generator=torch.Generator().manual_seed(0))


def trainer(seed: int = 0) -> Trainer:
    return Trainer(Transformer(llama_like(20, 16, 1), seed), TEXT, RECIPE, seed)


def test_an_epoch_shows_every_window_once_and_targets_are_one_ahead() -> None:
    text = torch.arange(4 * 8 * 10 + 1)
    batch = windows(text, RECIPE, seed=3)
    inputs, targets = zip(*(batch(step) for step in range(10)), strict=True)
    assert sorted(torch.cat(inputs).flatten().tolist()) == list(range(4 * 8 * 10))
    assert torch.equal(torch.cat(targets), torch.cat(inputs) + 1)
    assert not torch.equal(batch(0)[0], batch(10)[0]), "the second epoch has an order of its own"


def test_a_text_too_short_for_a_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fill one batch"):
        windows(torch.arange(20), RECIPE, seed=0)


def test_one_seed_gives_one_run_and_another_another() -> None:
    runs = [trainer(seed) for seed in (0, 0, 1)]
    for run in runs:
        run.advance(10)
    assert runs[0].losses == runs[1].losses != runs[2].losses


def test_a_branch_leaves_the_trunk_as_it_was() -> None:
    run, undisturbed = trainer(), trainer()
    run.advance(10)
    branch = run.cooled(20)
    run.advance(30)
    undisturbed.advance(30)
    assert run.losses == undisturbed.losses
    assert branch.losses[:10] == run.losses[:10] and branch.losses[11:] != run.losses[11:20]


def test_training_learns_what_can_be_learned() -> None:
    """A text that repeats one word of six letters has no entropy left."""
    text = torch.arange(6).repeat(500)
    run = Trainer(Transformer(llama_like(20, 16, 1), 0), text, RECIPE, 0)
    run.advance(150)
    assert held_out_loss(run.model, text, context=8, n_windows=64) < 0.05 < run.losses[0]


def test_the_cooldown_ends_at_zero_and_the_warmup_starts_low() -> None:
    lr = cooldown(RECIPE, start=100, stop=200)
    assert lr(100) == RECIPE.lr and lr(150) == pytest.approx(RECIPE.lr / 2) and lr(200) == 0
    assert cooldown(RECIPE, start=0, stop=100)(0) == pytest.approx(RECIPE.lr / RECIPE.warmup)


def test_cross_entropy_of_even_odds_is_log_of_the_alphabet() -> None:
    logits, targets = torch.zeros(2, 3, 20), torch.zeros(2, 3, dtype=torch.long)
    assert cross_entropy(logits, targets).item() == pytest.approx(torch.tensor(20.0).log().item())
