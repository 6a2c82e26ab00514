"""The widget of the review lab, and that what it shows is what was verified."""

import json

import pytest

from lab.review import load_patch, patches
from lab.reviewing import Reviewing, exhibit


def test_the_exhibit_is_plain_and_holds_every_patch():
    shown = exhibit()
    assert json.loads(json.dumps(shown)) == shown
    assert [patch["name"] for patch in shown["patches"]] == [patch.name for patch in patches()]
    for patch in shown["patches"]:
        assert set(patch["tools"]) == set(shown["tools"])
        assert (patch["kind"] is None) == ("repair" not in patch)


def test_planted_lines_are_lines_that_can_be_chosen():
    for patch in exhibit()["patches"]:
        lines = {
            f"{file['file']}:{number}"
            for file in patch["files"]
            for mark, number, _ in file["lines"]
            if mark != "-"
        }
        assert set(patch.get("planted", [])) <= lines


def test_a_repair_leads_to_the_repaired_code():
    (shown,) = (patch for patch in exhibit()["patches"] if patch["name"] == "hashtags")
    after, repaired = (load_patch("hashtags").source(v).splitlines() for v in ("after", "repaired"))
    for mark, text in shown["repair"]:
        assert (text in after, text in repaired) == (mark == "-", mark == "+")


def test_reviews_stay_with_the_widget(tmp_path):
    (tmp_path / "reviewing.js").write_text("export default {}; // ü", "utf-8")
    widget = Reviewing(tmp_path)
    assert widget._esm == "export default {}; // ü"
    review = {"lru": {"verdict": "sound", "sure": 90}}
    widget.set_state({"kept": review})  # as the browser does
    assert widget.kept == review
    assert Reviewing(tmp_path, kept=widget.kept).get_state()["kept"] == review


def test_without_the_packed_lab_it_says_what_to_make(tmp_path):
    with pytest.raises(FileNotFoundError, match="make it with: make book"):
        Reviewing(tmp_path)
