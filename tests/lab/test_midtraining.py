"""Mid-training: who is in a batch, that both orders read the same, and what judges it."""

import pytest
import torch

from lab.midtraining import (
    RECIPE,
    REPLAY,
    RUNS,
    STEPS,
    SWITCH,
    Texts,
    evenly,
    last,
    texts,
    texts_to_tune_on,
)

ZEROS, ONES = torch.zeros(200_000, dtype=torch.long), torch.ones(200_000, dtype=torch.long)
SYNTHETIC = Texts(general=ZEROS, domain=ONES, general_test=ZEROS, domain_test=ONES)


def test_a_batch_holds_the_share_that_is_replayed() -> None:
    for replay in (*REPLAY, 1.0):
        inputs, targets = last(SYNTHETIC, replay, seed=0)(SWITCH)
        assert inputs.shape == targets.shape == (RECIPE.batch_size, RECIPE.context)
        assert (inputs == 0).float().mean() == replay


def test_both_orders_read_as_much_of_each_text() -> None:
    for replay in RUNS["evenly"]:
        phase = last(SYNTHETIC, replay, seed=0)(0)[0].sum() * (STEPS - SWITCH)
        spread = evenly(SYNTHETIC, replay, seed=0)(0)[0].sum() * STEPS
        assert phase == spread > 0


def test_a_share_that_no_batch_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[3.5, 12.5\] windows in a batch of 16"):
        evenly(SYNTHETIC, 0.125, seed=0)


def test_the_targets_are_the_next_characters_and_a_seed_repeats_itself() -> None:
    counting = Texts(torch.arange(90_000), -torch.arange(90_000), ZEROS, ONES)
    inputs, targets = last(counting, 0.25, seed=3)(7)
    assert ((targets - inputs).abs() == 1).all()
    assert torch.equal(inputs, last(counting, 0.25, seed=3)(7)[0])
    assert not torch.equal(inputs, last(counting, 0.25, seed=4)(7)[0])


def test_choices_are_judged_on_text_that_neither_trains_nor_tests() -> None:
    full, tuning = texts(), texts_to_tune_on()
    for whole, part, aside in (
        (full.general, tuning.general, tuning.general_test),
        (full.domain, tuning.domain, tuning.domain_test),
    ):
        assert torch.equal(torch.cat([part, aside]), whole)


def test_scarce_text_is_the_beginning_of_the_whole() -> None:
    full, scarce = texts(), texts(domain_characters=5000)
    assert torch.equal(scarce.domain, full.domain[:5000])
    assert torch.equal(scarce.domain_test, full.domain_test)
