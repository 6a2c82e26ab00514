"""Every statement about a patch is true: what it says, what it breaks, and what its repair mends."""

import pytest

from lab import review
from lab.review import KINDS, NAMES, Patch, load_patch, loaded, observe, patches, run_tests

FAULTY = [patch for patch in patches() if patch.fault]


def test_there_are_enough_of_both_and_every_kind():
    assert len(FAULTY) >= 8 and len(NAMES) - len(FAULTY) >= 3
    assert {patch.fault.kind for patch in FAULTY} == set(KINDS)
    assert set(NAMES) == {path.parent.name for path in review.FOLDER.glob("*/patch.toml")}


@pytest.mark.parametrize("patch", FAULTY, ids=lambda patch: patch.name)
def test_the_input_shows_the_fault(patch: Patch):
    assert observe(patch, "after") == patch.fault.gives
    assert observe(patch, "repaired") == patch.fault.should
    assert patch.fault.gives != patch.fault.should


@pytest.mark.parametrize("patch", FAULTY, ids=lambda patch: patch.name)
def test_the_fault_came_with_the_patch(patch: Patch):
    """Before, the input gave the right answer, except where the tests themselves are at fault."""
    files = {file for file, _ in patch.fault.lines}
    if files == {"code"}:
        assert observe(patch, "before") == patch.fault.should
    changed = {
        (file, line.number) for file in files for line in patch.diff[file] if line.mark == "+"
    }
    assert patch.fault.lines & changed


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("version", ["after", "repaired"])
def test_the_contributors_tests_pass(name: str, version: review.Version):
    _, tests = loaded(load_patch(name), version)
    assert sum(name.startswith("test_") for name in vars(tests)) >= 2
    assert run_tests(tests)


@pytest.mark.parametrize("name", NAMES)
def test_a_diff_leads_from_old_to_new(name: str):
    patch = load_patch(name)
    lines = patch.diff["code"]
    for gone, version in (("+", "before"), ("-", "after")):
        kept = [line.text for line in lines if line.mark != gone]
        assert "\n".join(kept) + "\n" == patch.source(version)
    assert 5 <= len(patch.source("after").splitlines()) <= 35
    assert max(len(line.text) for line in lines) <= 100


def test_a_line_that_is_not_there_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "lru"
    folder.mkdir()
    for path in (review.FOLDER / "unique").iterdir():
        (folder / path.name).write_text(
            path.read_text("utf-8").replace("if item not in", "if item in")
        )
    (folder / "patch.toml").write_text((review.FOLDER / "unique/patch.toml").read_text("utf-8"))
    monkeypatch.setattr(review, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="no line"):
        load_patch.__wrapped__("lru")


def test_modules_of_patches_do_not_stay():
    import sys

    loaded(load_patch("wallet"), "after")
    assert "wallet" not in sys.modules
