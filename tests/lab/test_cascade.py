"""The cascade: what a router sees, and that it sees nothing of the answers."""

import numpy as np
import torch

from lab.cascade import Guesses, ask, expected_gain, halves, letters_so_far, rules, savings
from lab.corpus import load_corpus
from lab.ladder import N_LAYERS
from lab.transformer import Transformer, llama_like


def made_up(n: int, seed: int) -> Guesses:
    """Questions that are the harder the more doubt there is, and hopeless at the end."""
    rng = np.random.default_rng(seed)
    doubt = rng.random(n)
    small = (rng.random(n) < 1 - doubt).astype(float)
    large = (rng.random(n) < np.where(doubt < 0.8, 1.0, 0.1)).astype(float)
    return Guesses(small, large, doubt, rng.integers(0, 5, n).astype(float))


def test_letters_are_counted_within_a_word() -> None:
    text = "To be, I say"
    windows = torch.from_numpy(load_corpus().tokenizer.encode(text))[None]
    assert letters_so_far(windows)[0].tolist() == [1, 2, 0, 1, 2, 0, 0, 1, 0, 1, 2]


def test_the_halves_are_disjoint_and_of_the_unseen_plays() -> None:
    first, second = halves()
    unseen = load_corpus().val
    length = first.shape[1]
    windows = unseen[: len(unseen) // length * length].view(-1, length)
    assert first.shape == second.shape
    assert torch.equal(first[0], windows[0]) and torch.equal(
        second[0], windows[-(-len(windows) // 2)]
    )


def test_a_model_asked_twice_adds_nothing_to_itself() -> None:
    corpus = load_corpus()
    model = Transformer(llama_like(corpus.tokenizer.vocab_size, 16, N_LAYERS), seed=0)
    guesses = ask(model, model, halves()[0][:4])
    assert (guesses.small == guesses.large).all()
    assert ((guesses.doubt >= 0) & (guesses.doubt < 1)).all()


def test_expected_gain_finds_where_the_large_model_helps() -> None:
    practice = made_up(20_000, 0)
    gain = expected_gain(np.array([0.1, 0.7, 0.95]), practice)
    np.testing.assert_allclose(gain, [0.1, 0.7, 0.05], atol=0.05)


def test_a_rule_by_gain_saves_more_than_one_by_doubt_where_some_is_hopeless() -> None:
    cost = {s.rule: s.cost for s in savings(made_up(20_000, 1), made_up(20_000, 2), 0.1, seed=0)}
    assert cost["expected gain"] < cost["doubt"] < cost["late in the word"]


def test_a_cascade_pays_for_both_models() -> None:
    guesses = made_up(100, 3)
    found = rules(guesses, guesses, 0.1)
    assert (
        found["doubt"][1].strong_cost[0] == 1.1 and found["late in the word"][1].strong_cost[0] == 1
    )
