"""The toy language does what it says, nothing held out is shown, and the judge can tell."""

import numpy as np
import pytest
import torch

from lab import dialects
from lab.dialects import (
    COMMANDS,
    DIALECTS,
    EQUALS,
    FIRST_COMMAND,
    FIRST_DIALECT,
    LENGTH,
    PROMPT,
    RECIPE,
    STEPS,
    VARIANTS,
    ProgramTrainer,
    accuracy,
    corpus,
    counts,
    lists,
    meanings,
    needed,
    results,
    shown,
    written,
)
from lab.results import load
from lab.transformer import Transformer


def as_numbers(digits):
    return np.asarray(digits) @ 10 ** np.arange(LENGTH)


def test_operations_differ_and_lose_nothing():
    every = np.arange(10**LENGTH)[:, None] // 10 ** np.arange(LENGTH) % 10
    made = as_numbers(results(every))
    assert all(len(np.unique(row)) == len(row) for row in made)
    assert len(np.unique(made[:, 12345])) == COMMANDS


def test_operations_by_hand():
    given = np.array([[4, 1, 7, 0, 9]])
    expected = "90714 94170 17094 91704 14079 52810 30698 58290"
    assert ["".join(map(str, row[0])) for row in results(given)] == expected.split()


def test_nothing_held_out_is_shown():
    train = lists(50_000, np.random.default_rng(0), held_out=False)
    test = lists(50_000, np.random.default_rng(0), held_out=True)
    assert not set(as_numbers(train)) & set(as_numbers(test))
    assert len(set(as_numbers(test))) > 9_900
    rows, _ = corpus(3000, seed=0)
    assert not set(as_numbers(rows[:, 2 : 2 + LENGTH])) & set(as_numbers(test))


def test_a_program_says_its_result_in_its_dialect():
    names = meanings(3)
    assert (np.sort(names, axis=1) == np.arange(COMMANDS)).all()
    given = np.array([[1, 2, 3, 4, 5]])
    row = written(np.array([7]), np.array([2]), given, names)[0].tolist()
    assert row[:PROMPT] == [FIRST_DIALECT + 7, FIRST_COMMAND + 2, 1, 2, 3, 4, 5, EQUALS]
    assert row[PROMPT:] == results(given)[names[7, 2], 0].tolist()


def test_counts_fall_as_a_power_law():
    each = counts(20_000)
    assert each.sum() == pytest.approx(20_000, abs=DIALECTS)
    assert each[0] / each[3] == pytest.approx(4**1.5, rel=0.01)
    assert np.bincount(corpus(20_000, 0)[1]).tolist() == each.tolist()


@pytest.mark.parametrize("power", [0.0, 0.5])
def test_a_draw_follows_the_counts_to_the_power(power):
    rows = shown(5000, power, seed=0)
    wanted = counts(5000) ** power / (counts(5000) ** power).sum()
    assert len(rows) == STEPS * RECIPE.batch_size
    seen = np.bincount(rows[:, 0] - FIRST_DIALECT, minlength=DIALECTS) / len(rows)
    assert np.abs(seen - wanted).max() < 5 * np.sqrt(wanted.max() / len(rows))
    exist = {tuple(row) for row in corpus(5000, 0)[0].tolist()}
    assert {tuple(row) for row in rows[:500].tolist()} <= exist


def test_only_results_are_learned_from():
    rows = shown(2000, 0.0, seed=0)
    tokens = torch.cat([rows.flatten(), rows[0, :1]])
    trainer = ProgramTrainer(Transformer(dialects.CONFIG, 0), tokens, RECIPE, 0)
    inputs, targets = trainer.batch(0)
    expected = trainer.model(inputs).log_softmax(-1).gather(-1, targets[..., None])
    digits = expected[:, PROMPT - 1 : PROMPT + LENGTH - 1]
    assert (targets[:, PROMPT - 1 : PROMPT + LENGTH - 1] < 10).all()
    assert trainer.loss().item() == pytest.approx(-digits.mean().item(), rel=1e-5)


class Knows(torch.nn.Module):
    """Answers by the words of some seed, whatever it has read of the result."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.names = meanings(seed)

    def forward(self, tokens):
        rows = tokens.numpy()
        dialect, command = rows[:, 0] - FIRST_DIALECT, rows[:, 1] - FIRST_COMMAND
        made = written(dialect, command, rows[:, 2 : 2 + LENGTH], self.names)
        logits = torch.zeros(*tokens.shape, dialects.VOCABULARY)
        index = made[:, PROMPT:, None]
        logits[:, PROMPT - 1 :].scatter_(2, index, 1.0)
        return logits


def test_the_judge_knows_right_from_lucky():
    assert (accuracy(Knows(0), seed=0) == 1).all()
    # Whoever knows the operations and not the words is right about once in eight.
    assert accuracy(Knows(1), seed=0).mean() == pytest.approx(1 / COMMANDS, abs=0.05)


def test_how_many_examples_it_takes():
    examples, right = [10, 1000, 100, 30], [0.2, 1.0, 0.7, 0.8]
    assert needed(examples, right, 0.7) == 30  # 0.8 and 0.7 are made equal
    assert needed(examples, right, 0.8) == 1000
    assert needed(examples, [0.1, 0.2, 0.2, 0.1], 0.9) == np.inf


def test_stored_runs_are_complete():
    rows = load("dialects")
    assert len(rows) == 3 * len(VARIANTS) * DIALECTS
    for name, (programs, _) in VARIANTS.items():
        for seed in range(3):
            mine = [r for r in rows if (r["variant"], r["seed"]) == (name, seed)]
            assert [r["examples"] for r in mine] == counts(programs).tolist()
