"""Pieces of words: nothing is lost, frequent words are whole, and merges are those of BPE."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.tokenizer import PieceTokenizer

ALPHABET = "abcdeorw'., \n"
TEXT = "a bear, a bore. bread or bead. we dare a bear\n" * 20 + "o'er a rod\n"


@pytest.fixture(scope="module")
def tokenizer() -> PieceTokenizer:
    return PieceTokenizer.train(TEXT, ALPHABET, vocab_size=len(ALPHABET) + 12)


@given(st.text(ALPHABET))
def test_a_text_is_its_pieces_end_to_end(text: str) -> None:
    tokenizer = PieceTokenizer.train(TEXT, ALPHABET, vocab_size=len(ALPHABET) + 12)
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text == "".join(tokenizer.pieces[i] for i in ids)


def test_it_merges_the_most_frequent_neighbours_first(tokenizer: PieceTokenizer) -> None:
    words = [" a", " bear", "a", " bear", " a", " bore", " bread", " or", " bead", "we", " dare"]
    words += [" o'er", " rod"]
    weights = [20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 1, 1]
    pairs = Counter[str]()
    for word, weight in zip(words, weights, strict=True):
        for pair in pairwise(word):
            pairs["".join(pair)] += weight
    first = tokenizer.pieces[len(ALPHABET)]
    assert pairs[first] == max(pairs.values())


def test_frequent_words_are_one_piece_and_pieces_stay_within_a_word(
    tokenizer: PieceTokenizer,
) -> None:
    assert len(tokenizer.encode(" bear")) == 1 and len(tokenizer.encode(" rod")) > 1
    assert tokenizer.vocab_size == len(tokenizer.pieces) == len(ALPHABET) + 12
    for piece in tokenizer.pieces:
        assert not set(piece[1:]) & set(" .,\n")


def test_it_comes_back_from_json_as_it_was(tokenizer: PieceTokenizer) -> None:
    again = PieceTokenizer.from_json(tokenizer.to_json())
    assert again.pieces == tokenizer.pieces
    assert again.encode(TEXT).tolist() == tokenizer.encode(TEXT).tolist()


def test_a_character_that_it_lacks_is_named(tokenizer: PieceTokenizer) -> None:
    with pytest.raises(ValueError, match="'é'"):
        tokenizer.encode("bé")
