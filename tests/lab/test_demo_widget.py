"""The demo in a notebook: it takes the module of the folder, and sends the models when asked."""

import pytest

from lab import demo
from lab.demo import Denoising, gap


def text(pieces, ids):
    return "".join(pieces[str(i)] for i in ids)


def test_a_gap_is_the_text_in_three_parts():
    found = gap("If it be love indeed, [[tell me how much]]. / There's beggary")
    pieces = found["pieces"]
    assert text(pieces, found["before"]) == "If it be love indeed,"
    assert text(pieces, found["hidden"]) == " tell me how much"
    assert text(pieces, found["after"]) == ".\nThere's beggary"


@pytest.mark.parametrize("text", ["no gap", "an [[open one", "an [[]] empty one", "a ]] late [["])
def test_a_text_without_a_gap_is_refused(text):
    with pytest.raises(ValueError, match=r"has no \[\[words in brackets\]\]"):
        gap(text)


def test_a_character_without_a_piece_is_refused():
    with pytest.raises(ValueError, match="no character '語'"):
        gap("a [[語]]")


def test_a_text_fills_the_window_at_most(monkeypatch):
    text = "If it be love indeed, [[tell me how much]]. / There's beggary"
    found = gap(text)
    length = sum(len(found[part]) for part in ("before", "hidden", "after"))
    monkeypatch.setattr(demo, "LENGTH", length)
    assert gap(text) == found
    monkeypatch.setattr(demo, "LENGTH", length - 1)
    with pytest.raises(ValueError, match=f"{length} pieces long, .* read {length - 1} at most"):
        gap(text)


def test_the_models_go_to_the_browser_when_they_are_wanted(tmp_path):
    packed = {"denoising-worker.js": b"worker", "ort.wasm": b"\0" * 2_000_000}
    for name, content in packed.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "denoising.js").write_text("export default {}; // ü", "utf-8")
    (tmp_path / "version").write_text("of the build")
    widget = Denoising(tmp_path)
    assert widget._esm == "export default {}; // ü"
    assert widget.get_state()["size"] == "2 MB"
    assert widget.get_state()["files"] == {}
    widget.set_state({"wanted": True})  # as the browser does
    assert widget.get_state()["files"] == packed


def test_without_the_packed_demo_it_says_what_to_make(tmp_path):
    with pytest.raises(FileNotFoundError, match="make it with: make book"):
        Denoising(tmp_path)
