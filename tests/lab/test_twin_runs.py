"""What is measured of the twins: gaps, guesses and seams against models whose answers are known."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from lab import text_quality, twin_runs
from lab.corpus import load_corpus
from lab.results import load
from lab.text_quality import distinct_trigrams, judged, known_words, real_words, surprise, words
from lab.transformer import Transformer, llama_like
from lab.twin_runs import MIDDLE, gap_logits, left_logits, likeliest, seam, spread
from lab.twins import EXTRA, LENGTH, PIECES, plays, windows


@pytest.fixture
def knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge to whom all characters are alike."""
    model = Transformer(llama_like(load_corpus().tokenizer.vocab_size, 16, 1), 0)
    model.embedding.weight.data.zero_()
    monkeypatch.setattr(text_quality, "judge", lambda: model)


class Doubles(nn.Module):
    """Gives nearly all probability to the token that is one above the last, modulo ten."""

    config = llama_like(PIECES + 1, 16, 1)

    def forward(self, tokens: Tensor) -> Tensor:
        return 10.0 * nn.functional.one_hot((tokens + 1) % 10, PIECES + 1)


def test_words_keep_their_apostrophes() -> None:
    assert words("O'er the HILL, 'tis\nlov'd -- ") == ["o'er", "the", "hill", "tis", "lov'd"]


def test_a_word_is_real_if_the_plays_have_it() -> None:
    assert {"macduff", "o'er", "lov'd"} <= set(words(plays(held_out=True)))
    assert "the" in known_words() and "thwibble" not in known_words()
    assert real_words(["the king thwibble is dead", "xx love yy"]) == pytest.approx(3 / 4)
    with pytest.raises(ValueError, match="no text has words"):
        real_words(["one two", ""])


def test_a_text_that_repeats_itself_has_few_trigrams() -> None:
    assert distinct_trigrams(["a b c d e"]) == 1
    assert distinct_trigrams(["a b c a b c a b c"]) == pytest.approx(3 / 7)
    assert distinct_trigrams(["a b c", "a b c"]) == 0.5


def test_the_judge_is_asked_about_every_character_once(knows_nothing: None) -> None:
    nats = surprise(["abcd", "ab"])
    even = torch.tensor(load_corpus().tokenizer.vocab_size).log()
    assert torch.allclose(nats[0], even) and nats.shape == (2, 3)
    assert torch.isnan(nats[1]).tolist() == [False, True, True]
    assert judged(["x" * 60, "y" * 40]) == pytest.approx(even.item())


def test_a_gap_and_its_seam_lie_where_the_judge_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    marked = {"g": 1.0, "s": 10.0}

    def by_letter(texts: list[str]) -> Tensor:
        rows = [[marked.get(letter, 100.0) for letter in text[1:]] for text in texts]
        longest = max(map(len, rows))
        return torch.tensor([row + [torch.nan] * (longest - len(row)) for row in rows])

    monkeypatch.setattr(twin_runs, "surprise", by_letter)
    texts = {0: "left " * 80, 1: "g", 2: "ggg", 3: "s" * 40}
    monkeypatch.setattr(twin_runs, "decoded", lambda t: [texts[int(row[0])] for row in t])
    left, right = torch.tensor([[0], [0]]), torch.tensor([[3], [3]])
    assert seam(left, torch.tensor([[1], [2]]), right) == (1.0, 10.0)


def test_the_left_side_alone_and_the_whole_text() -> None:
    model, texts = Doubles(), torch.arange(2 * LENGTH).view(2, LENGTH) % 10
    right = texts[:, MIDDLE].clone()
    assert left_logits(model, texts, MIDDLE).argmax(-1).tolist() == right.tolist()  # type: ignore[arg-type]
    texts[:, MIDDLE - 1] = 5  # the left side misleads, and only the right side can tell
    candidates = torch.arange(10).expand(2, 10)
    found = likeliest(model, texts, MIDDLE, candidates)  # type: ignore[arg-type]
    assert found.tolist() == right.tolist()


@pytest.mark.slow
def test_a_gap_is_masked_before_it_is_guessed() -> None:
    model = Transformer(replace(llama_like(PIECES + 1, 16, 1), causal=False), 0)
    for block in model.blocks:
        nn.init.normal_(block.attention.out.weight)  # type: ignore[union-attr]
    texts = windows().val[:2]
    other = texts.clone()
    other[:, MIDDLE] = 7
    assert torch.equal(gap_logits(model, texts, MIDDLE), gap_logits(model, other, MIDDLE))
    other[:, MIDDLE + 1] = EXTRA - 1
    assert not torch.equal(gap_logits(model, texts, MIDDLE), gap_logits(model, other, MIDDLE))


def test_windows_are_spread_over_the_whole() -> None:
    assert spread(torch.arange(100), 4).tolist() == [0, 25, 50, 75]
    assert len(spread(torch.arange(1125), 256)) == 256


def test_the_results_bear_what_the_page_says() -> None:
    found = {
        (row["size"], row["seed"], row["source"], row["passes"], row["measure"]): row["value"]
        for row in load("twins")
    }
    pairs = {key[:2] for key in found}
    assert pairs == {("small", 0), ("small", 1), ("small", 2), ("large", 0)}
    for pair in pairs:
        exact = found[*pair, "autoregression", 1, "nats"]
        assert exact < found[*pair, "diffusion", 1, "nats"], "diffusion stays behind on text"
        blind = found[*pair, "pieces drawn blindly", 0, "real words"]
        assert blind < found[*pair, "autoregression", 128, "real words"]
        seams = {
            way: found[*pair, way, 16, "seam"]
            for way in ("autoregression, left side", "diffusion, random", "diffusion, confident")
        }
        assert max(seams, key=seams.__getitem__) == "autoregression, left side"
