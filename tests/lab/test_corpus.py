"""The text: real, clean, and with three plays that no model trains on."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab import corpus
from lab.assets import AssetError
from lab.corpus import HELD_OUT, load_corpus, load_milton, works
from lab.tokenizer import CharTokenizer


def test_the_held_out_plays_are_not_in_the_training_text() -> None:
    loaded = load_corpus()
    train = loaded.tokenizer.decode(loaded.train.tolist())
    val = loaded.tokenizer.decode(loaded.val.tolist())
    assert "Is this a dagger which I see before me" in val
    assert "Is this a dagger which I see before me" not in train
    assert "To be, or not to be" in train
    assert len(HELD_OUT) == 3 and len(train) + len(val) == sum(map(len, works().values()))


def test_miltons_last_book_is_held_out() -> None:
    milton = load_milton()
    train, val = (milton.tokenizer.decode(part.tolist()) for part in (milton.train, milton.val))
    assert "Of Mans First Disobedience" in train and "BOOK IX." in train
    assert "hand in hand with wandring steps" in val and val.startswith("BOOK X.")
    assert " \n" not in train + val


def test_no_licence_text_of_the_package_is_learned_as_english() -> None:
    everything = "".join(works().values()).lower()
    everything += works("miltondata")["paradise_lost_(no_introduction)"].lower()
    assert "gutenberg" not in everything and "copyright" not in everything


def test_a_missing_text_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Path:
        raise AssetError(f"{name} is missing")

    works.cache_clear()
    load_corpus.cache_clear()
    monkeypatch.setattr(corpus, "fetch", missing)
    with pytest.raises(AssetError, match="corpus is missing"):
        load_corpus()
    works.cache_clear()
    load_corpus.cache_clear()


@given(st.text(alphabet="abc xyz\n"))
def test_decoding_undoes_encoding(text: str) -> None:
    tokenizer = CharTokenizer("abc xyz\n")
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_an_unknown_character_is_named() -> None:
    with pytest.raises(ValueError, match="no character 'é'; it knows 'abc'"):
        CharTokenizer("abc").encode("abé")
