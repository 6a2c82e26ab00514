"""The properties say what they should of both versions, and the linter's findings are its own."""

import pytest

from lab.patch_tools import EXAMPLES, Search, changed, generic, hits, lint, own, tells_apart
from lab.review import NAMES, load_patch, module, outcome, patches, properties
from lab.review_runs import Tried

FEW = Search(examples=50, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_patchs_own_property_fails_exactly_where_something_is_planted(name: str):
    patch = load_patch(name)
    assert bool(own(patch, "after", FEW)) == bool(patch.fault)
    assert patch.fault is None or own(patch, "repaired", FEW) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_generic_properties_hold_for_sound_code(name: str):
    assert generic(load_patch(name), "repaired", FEW) == []


def test_without_hidden_names_the_old_code_would_have_shown_the_fault_of_storage():
    patch = load_patch("storage")  # the page says so; it compares other patches with their old code

    def answer(version, name):
        return outcome(
            lambda: properties(patch).run(module(patch.source(version), "storage"), name)
        )

    for name in ("keys", "../data", "../data/keys", "..", "../data-old", "../data-old/keys"):
        same = answer("after", name) == answer("before", name)
        assert same == (not name.startswith("../data-old")), name
        assert answer("repaired", name) == answer("before", name)


@pytest.mark.slow
def test_a_counterexample_is_small_and_the_same_again():
    (found,) = generic(load_patch("intervals"), search=FEW)
    assert found.name == "leaves its input alone"
    (spans,) = found.example
    assert len(spans) == 2
    assert generic(load_patch("intervals"), search=FEW) == [found]


@pytest.mark.parametrize(
    "name, line, changed, apart",
    [
        ("sampler", "totals[-1]", "totals[0]", True),
        ("sampler", "len(items) - 1", "len(items)", True),  # where all weights are zero
        ("limiter", "self.left == 0", "self.left <= 0", False),  # it never falls below
    ],
)
def test_a_mutant_is_told_apart_by_its_answers(name, line, changed, apart):
    patch = load_patch(name)
    source = patch.source("after")
    assert line in source
    assert tells_apart(patch, source.replace(line, changed), FEW) == apart


def test_the_linter_is_heard_on_changed_lines_only():
    warned = lint(patches())
    assert [each.rule for each in warned["hashtags"]] == ["B006"]
    assert hits(load_patch("hashtags"), warned["hashtags"])
    assert {each.rule for each in warned["wallet"]} >= {"BLE001", "S110"}
    for name, found in warned.items():
        assert {each.place for each in found} <= changed(load_patch(name))
    before = load_patch("sampler").source("before")
    assert (
        "random.Random(seed)" in before
    )  # the rule fires there too, for the request moved that line


def test_the_stored_examples_are_as_many_as_the_page_tries():
    from lab.results import load

    stored = load("review-examples")
    assert max(row["examples"] for row in stored) == EXAMPLES  # as many as the page's own run
    assert len({Tried(**row) for row in stored}) == len(stored)
