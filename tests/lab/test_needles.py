"""Needles: that they lie where the trial says, that nothing else gives them away, and the judge."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lab.corpus import works
from lab.needles import (
    CAPITALS,
    DEPTHS,
    KINDS,
    PLAYS,
    TRIALS,
    VERDICTS,
    numbers,
    place,
    play,
    replies,
    trial,
    verdict,
)
from lab.results import load
from lab.smollm2 import ChatTokenizer, load_tokenizer
from lab.transformer import Transformer, llama_like

SENTENCES = st.lists(st.text("ab", min_size=1, max_size=9), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def tokenizer() -> ChatTokenizer:
    return load_tokenizer()


@given(SENTENCES, st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_every_needle_lies_within_half_a_sentence_of_its_depth(
    sentences: list[str], depths: list[float]
) -> None:
    needles = [f"needle {i}" for i in range(len(depths))]
    placed = place(sentences, needles, depths)
    assert [each for each in placed if each not in needles] == sentences
    total, longest = len("".join(sentences)), max(map(len, sentences))
    for needle, depth in zip(needles, depths, strict=True):
        assert placed.count(needle) == 1
        before = placed[: placed.index(needle)]
        hay = sum(len(each) for each in before if each not in needles)
        assert abs(hay - depth * total) <= longest / 2 + 1e-9


@given(SENTENCES)
def test_the_ends_of_the_haystack_are_depths_too(sentences: list[str]) -> None:
    assert place(sentences, ["N"], [0.0])[0] == "N" == place(sentences, ["N"], [1.0])[-1]


def test_a_city_is_one_token_and_nowhere_in_the_plays(tokenizer: ChatTokenizer) -> None:
    text = " ".join(works()[title] for title in PLAYS)
    for city in CAPITALS:
        assert len(tokenizer.encode(f" {city}")) == 1 and city not in text
    # Some editions number their speakers; no number there can be taken for a needle's.
    assert max(numbers(text), default=0) < 1000


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [400, 512])
def test_a_trial_hides_what_it_says(kind: str, length: int, tokenizer: ChatTokenizer) -> None:
    for number in range(5):
        posed, what = trial(kind, length, number), KINDS[kind]
        text = tokenizer.decode(posed.prompt)
        assert len(posed.prompt) == length and posed.depth == DEPTHS[number]
        assert tuple(tokenizer.encode(text).tolist()) == posed.prompt  # no seam in the middle
        told = [*posed.wanted, *posed.others]
        assert len(set(told)) == len(told) == what.asked + what.distractors
        assert sorted(numbers(text)) == sorted(told if what.hidden else posed.others)
        assert text.count("What") - text.count("What", 0, text.rindex("\n\n")) == 1
        assert text.endswith(" is" if what.begun else "<|im_start|>assistant\n")


@pytest.mark.parametrize("kind", ["plain", "16 distractors", "described"])
def test_the_needle_is_at_its_depth_in_the_prompt(kind: str, tokenizer: ChatTokenizer) -> None:
    longest = max(len(sentence) for title in PLAYS for sentence in play(title))
    for number in range(10):
        posed = trial(kind, 1024, number)
        text = tokenizer.decode(posed.prompt)
        body = text[text.index("user\n") : text.rindex("\n\nWhat")]
        before, after = body.split(f" {posed.wanted[0]}.")
        share = len(before) / (len(before) + len(after))
        assert abs(share - posed.depth) < 0.5 * longest / 700 + 0.1
        if posed.depth in (0, 1):
            assert "secret" not in (after if posed.depth else before.split(" The secret")[0])


def test_the_same_number_is_the_same_trial_in_every_kind(tokenizer: ChatTokenizer) -> None:
    for number in range(3):
        firsts = {trial(kind, 512, number).wanted[0] for kind in KINDS}
        assert len(firsts) == 1
    assert len({trial("plain", 512, number).prompt for number in range(40)}) == 40


def test_a_haystack_that_has_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        trial("16 distractors", 128, 0)


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("The secret number of Oslo is 4821.", "right"),
        ("4,821", "right"),
        ("It is 4821, and that of Lima is 1234.", "right"),
        ("That of Lima is 1234, that of Oslo 4821.", "another's"),
        ("48211", "made up"),
        ("In 1599 it was 4821.", "made up"),
        ("482", "made up"),
        ("It is unknown.", "no number"),
        ("", "no number"),
    ],
)
def test_the_first_number_decides(reply: str, found: str) -> None:
    assert verdict(reply, 4821, [1234, 5678]) == found and found in VERDICTS


def test_replies_are_the_likeliest_tokens_and_leave_the_model_as_it_was(
    tokenizer: ChatTokenizer,
) -> None:
    model = Transformer(llama_like(tokenizer.vocab_size, 16, 1), seed=0).eval()
    posed = [trial("plain", 128, number) for number in range(3)]
    found = replies(model, posed, 4)
    text = torch.tensor([each.prompt for each in posed])
    with torch.no_grad():
        for _ in range(4):
            text = torch.cat([text, model(text)[:, -1:].argmax(-1)], dim=1)
        assert model(text).shape[1] == text.shape[1]
    assert found == [tokenizer.decode(row[128:]).strip() for row in text]


def test_the_stored_answers_are_to_these_trials() -> None:
    rows = load("needles")
    assert len(rows) == sum(TRIALS.values())
    for row in rows:
        posed = trial(str(row["kind"]), int(row["length"]), int(row["number"]))
        assert str(row["wanted"]) == " ".join(map(str, posed.wanted))
        others = posed.others + posed.wanted[1:]
        assert row["verdict"] == verdict(str(row["reply"]), posed.wanted[0], others)
        assert row["found"] == len(set(posed.wanted) & set(numbers(str(row["reply"]))))
