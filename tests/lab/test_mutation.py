"""Mutants are real changes, endless ones are stopped, and Cosmic Ray's own runner agrees."""

import sys
from pathlib import Path

import numpy as np
import pytest

from lab.mutation import Endless, judge, limited, mutants
from lab.review import load_patch, module, suite


def test_the_mutants_of_a_comparison():
    found = {m.after for m in mutants("def f(a, b):\n    return a < b\n")}
    others = ("==", "!=", "<=", ">", ">=", "is", "is not")
    assert found == {f"return a {sign} b" for sign in others}


def test_annotations_and_texts_are_left_alone():
    source = 'def f(a: int | None = None) -> "int | None":\n    """2 < 3."""\n    return a\n'
    assert mutants(source) == []


def test_every_mutant_is_another_program_with_one_changed_line():
    source = load_patch("paging").source("after")
    found = mutants(source)
    assert len({m.source for m in found}) == len(found) > 40
    for m in found:
        old, new = source.splitlines(), m.source.splitlines()
        changed = [i for i, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b]
        assert changed == [m.line]
        assert (m.before, m.after) == (old[m.line - 1].strip(), new[m.line - 1].strip())


def test_what_does_not_end_is_stopped_though_it_catches_everything():
    body = (
        "while True:\n        try:\n            pass\n        except Exception:\n            pass"
    )
    code = module(f"def f():\n    {body}\n", "loop")
    trace = sys.gettrace()
    with pytest.raises(Endless), limited("<loop>", steps=1000):
        code.f()
    assert sys.gettrace() is trace


def test_only_the_code_under_test_is_counted():
    code = module(
        "def f(n):\n    return sum(g(i) for i in range(n))\n\ndef g(i):\n    return i\n", "short"
    )
    with limited("<other>", steps=3):
        assert code.f(1000) == 499500


def test_a_test_that_cannot_fail_kills_nothing():
    judged = judge(load_patch("wallet"))
    kills = dict(zip(judged.tests, judged.kills.sum(1), strict=True))
    assert kills.pop("test_an_overdraft_is_refused") == 0
    assert min(kills.values()) > 10
    assert judged.score == 1 - len(judged.live) / len(judged.mutants)


def test_the_repaired_test_kills():
    patch = load_patch("wallet")
    gone = patch.source("after").replace("amount > balance", "amount < balance")
    tests = suite(patch.tests("repaired"), module(gone, patch.name))
    with pytest.raises(AssertionError, match="was not refused"):
        tests.test_an_overdraft_is_refused()


@pytest.mark.slow
def test_cosmic_rays_own_runner_leaves_the_same_mutants_alive(tmp_path: Path):
    from cosmic_ray.mutating import mutate_and_test
    from cosmic_ray.plugins import operator_names
    from cosmic_ray.work_item import MutationSpec, TestOutcome

    patch = load_patch("wallet")
    path = tmp_path / "wallet.py"
    path.write_text(patch.source("after"))
    calls = "".join(f"{name}()\n" for name in judge(patch).tests)
    (tmp_path / "run.py").write_text(patch.tests("after") + "\n\n" + calls)
    command = f"{sys.executable} -B {tmp_path / 'run.py'}"
    alive = []
    for name in operator_names():
        if "Compar" not in name and "Number" not in name:
            continue
        for place in range(99):
            spec = MutationSpec(path, name, place, (1, 0), (2, 0))
            result = mutate_and_test([spec], command, timeout=20)
            if result.test_outcome is None:  # no such place
                break
            if result.test_outcome == TestOutcome.SURVIVED:
                alive += [line[1:].strip() for line in result.diff.splitlines() if line[:2] == "+ "]
    assert sorted(set(alive)) == sorted(m.after for m in judge(patch).live)


def test_kills_are_those_of_a_hand_made_case():
    judged = judge(load_patch("unique"))
    assert judged.kills.dtype == np.bool_ and judged.kills.shape == (3, len(judged.mutants))
    assert not judged.kills[2].any()  # the empty feed
    assert judged.live == []
