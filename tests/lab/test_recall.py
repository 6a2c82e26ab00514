"""Associative recall: its answers against a dictionary, its tests, and what is trained."""

from collections import Counter

import pytest
import torch
from torch import Tensor, nn

from lab.recall import (
    FIRST_FILLER,
    FIRST_NEEDLE,
    FIRST_QUERY,
    KEYS,
    LENGTHS,
    LESSONS,
    PARTS,
    TESTED,
    TESTS,
    TRAINED,
    VALUES,
    VOCABULARY,
    Lesson,
    RecallTrainer,
    answered,
    commonest_value,
    config,
    examination,
    examine,
    last_needle,
    texts,
)
from lab.results import load
from lab.transformer import Transformer


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def dictionary(tokens: list[int]) -> dict[int, int]:
    """Key to value, read off the needles of a text."""
    needles = [divmod(t - FIRST_NEEDLE, VALUES) for t in tokens if FIRST_NEEDLE <= t < FIRST_FILLER]
    assert len({key for key, _ in needles}) == len(needles)
    return dict(needles)


class Dictionary(nn.Module):
    """A model that answers every query by looking it up."""

    def forward(self, tokens: Tensor) -> Tensor:
        logits = torch.zeros(*tokens.shape, VOCABULARY)
        for row, line in enumerate(tokens.tolist()):
            known = dictionary(line)
            for position, token in enumerate(line):
                if FIRST_QUERY <= token < FIRST_NEEDLE:
                    logits[row, position, known[token - FIRST_QUERY]] = 20
        return logits


@pytest.mark.parametrize("alike", [False, True])
@pytest.mark.parametrize(("needles", "queries"), [(1, 1), (1, 8), (5, 1), (8, 8)])
def test_answers_and_places_are_those_of_a_dictionary(
    needles: int, queries: int, alike: bool
) -> None:
    made = texts(50, 40, needles, alike, queries, generator())
    assert made.tokens.shape == (50, 40 + queries)
    columns = (made.tokens.tolist(), made.answers.tolist(), made.places.tolist())
    for line, answers, places in zip(*columns, strict=True):
        known = dictionary(line[:40])
        assert len(known) == needles
        assert sum(token >= FIRST_FILLER for token in line[:40]) == 40 - needles
        for query, answer, place in zip(line[40:], answers, places, strict=True):
            assert known[query - FIRST_QUERY] == answer
            assert line[place] == FIRST_NEEDLE + (query - FIRST_QUERY) * VALUES + answer


def test_keys_that_are_alike_share_one_part_with_the_one_asked_for() -> None:
    for line in texts(50, 40, 8, True, 1, generator()).tokens.tolist():
        asked = divmod(line[-1] - FIRST_QUERY, PARTS)
        others = [divmod(key, PARTS) for key in dictionary(line[:40])]
        others.remove(asked)
        shared = [(a == asked[0]) + (b == asked[1]) for a, b in others]
        assert shared == [1] * 7
        assert sum(a == asked[0] for a, _ in others) == 4


def test_a_needle_is_as_likely_anywhere() -> None:
    places = examination("7 distractors", 32, seed=0, n=4000).places
    assert torch.bincount(places.flatten(), minlength=32).float().std() < 2 * 125**0.5


def test_the_last_needle_is_found_by_hand() -> None:
    tokens = examination("7 distractors", 64, seed=1, n=50).tokens
    for line, found in zip(tokens.tolist(), last_needle(tokens).tolist(), strict=True):
        last = [t for t in line[:-1] if FIRST_NEEDLE <= t < FIRST_FILLER][-1]
        assert found == (last - FIRST_NEEDLE) % VALUES


def test_who_looks_up_is_right_everywhere() -> None:
    scores = examine(Dictionary(), 0, "oracle")
    assert all(score.right == score.n for score in scores)
    assert sum(score.n for score in scores) == TESTED * len(TESTS) * len(LENGTHS)


def test_an_untrained_model_guesses() -> None:
    asked = examination("7 distractors", 32, seed=0)
    right = answered(Transformer(config(), seed=0), asked.tokens) == asked.answers[:, 0]
    assert abs(right.float().mean() - 1 / VALUES) < 0.08


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_training_asks_for_answers_alone_and_meets_new_texts(lesson: Lesson) -> None:
    model = Transformer(config(), seed=0)
    first, again = (RecallTrainer(model, lesson, seed=0) for _ in range(2))
    assert first.loss().item() == again.loss().item()
    first.losses.append(0.0)  # a step on
    assert first.loss().item() != again.loss().item()


def test_a_model_that_knows_the_answers_has_no_loss() -> None:
    trainer = RecallTrainer(Transformer(config(), seed=0), LESSONS["many needles"], seed=0)
    trainer.model = Dictionary()
    assert trainer.loss().item() < 1e-5


def test_stored_scores_are_complete() -> None:
    rows = load("recall")
    assert sum(int(row["n"]) for row in rows) == 5 * len(LESSONS) * len(TESTS) * 3 * TESTED
    assert KEYS * VALUES + KEYS + VALUES + 16 == VOCABULARY and TRAINED == LENGTHS[0]


def test_the_commonest_value_is_found_by_hand() -> None:
    tokens = examination("7 distractors", TRAINED, seed=0, n=50).tokens
    for line, found in zip(tokens.tolist(), commonest_value(tokens).tolist(), strict=True):
        values = [(t - FIRST_NEEDLE) % VALUES for t in line if FIRST_NEEDLE <= t < FIRST_FILLER]
        times = Counter(values)
        assert found == min(v for v, n in times.items() if n == max(times.values()))
