"""The learner's way through an exercise, and what happens with odd input."""

import functools
import json
import subprocess
import sys

import numpy as np
import pytest

from struggle import exercise
from struggle.log import Log

ID = "scaling/fit-exponent"


@pytest.fixture
def e(tmp_path, monkeypatch):
    monkeypatch.setenv("STRUGGLE_HOME", str(tmp_path))
    return exercise(ID)


def fit_exponent(N, L):
    return -np.polyfit(np.log(N), np.log(L), 1)[0]


def returns(value):
    def fit_exponent(N, L):
        return value

    return fit_exponent


def test_the_whole_way(e):
    assert "10 minutes" in repr(e) and "e.start()" in repr(e)
    assert "def fit_exponent(N, L)" in repr(e.start())
    assert "again" in repr(e.predict("a fifth <b>", confidence=70))
    assert not e.check(returns(1.0)).passed
    assert repr(e.hint()) == e.exercise.hints[0]
    verdict = e.check(fit_exponent)
    assert verdict.passed and "Passed (3 of 3 cases)." in verdict.message
    assert "You predicted: a fifth <b>" in verdict.message
    assert "a fifth &lt;b&gt;" in verdict._repr_html_() and "<b>" not in verdict._repr_html_()
    assert "one sentence" in repr(e.reveal())
    shown = repr(e.reveal("mine has no sign"))
    assert e.exercise.solution in shown and e.exercise.alternative in shown
    events = [event["event"] for event in e.log.of(ID)]
    assert events == ["start", "predict", "check", "hint", "check", "reveal"]


def test_a_hint_opens_after_an_attempt_only(e):
    assert not any(hint in repr(e.hint()) for hint in e.exercise.hints)
    for hint in e.exercise.hints:
        e.check(returns(0.0))
        assert repr(e.hint()) == hint
        again = repr(e.hint())
        assert hint in again and "after an attempt" in again
    e.check(returns(0.0))
    assert "reveal" in repr(e.hint())


def test_an_untouched_starter_is_no_attempt(e):
    names = {}
    exec(e.exercise.starter, names)
    assert e.check(names["fit_exponent"]).id == "not-started"
    assert e.exercise.hints[0] not in repr(e.hint())


def test_hints_stay_open_in_the_next_session(e):
    e.check(returns(0.0))
    e.hint()
    later = exercise(ID)
    later.check(returns(0.0))
    assert repr(later.hint()) == e.exercise.hints[1]


def test_the_log_keeps_the_attempt(e):
    e.check(fit_exponent)
    (event,) = e.log.of(ID)
    assert event["code"].startswith("def fit_exponent") and event["message"] == "passed"


@pytest.mark.parametrize("given", [3, None, "fit_exponent", 0.3, [1, 2], {}, np.ones(3), object()])
def test_what_is_no_function_gets_a_clear_message(e, given):
    verdict = e.check(given)
    assert verdict.id == "not-a-function" and "`e.check(fit_exponent)`" in verdict.message
    assert not e.log.of(ID)


def test_no_function_at_all(e):
    assert "`e.check(fit_exponent)`" in e.check().message


def test_another_name(e):
    for given in (lambda N, L: 0, functools.partial(fit_exponent), int):
        verdict = e.check(given)
        assert verdict.id == "missing-function" and "`fit_exponent`" in verdict.message


def test_an_exception_names_its_line(e):
    names = {}
    code = "def fit_exponent(N, L):\n    total = 0\n    return 1 / total\n"
    exec(compile(code, "<cell>", "exec"), names)
    message = e.check(names["fit_exponent"]).message
    assert "raised ZeroDivisionError on line 3 of your cell" in message


def test_exit_and_recursion_are_caught(e):
    def fit_exponent(N, L):
        sys.exit()

    assert "SystemExit" in e.check(fit_exponent).message

    def fit_exponent(N, L):
        return fit_exponent(N, L)

    assert "RecursionError" in e.check(fit_exponent).message


def test_other_arguments(e):
    def fit_exponent(N):
        return 0

    assert "`(N)`" in e.check(fit_exponent).message


def test_a_submission_cannot_change_the_checks_data(e):
    def spoil(N, L):
        answer = -np.polyfit(np.log(N), np.log(L), 1)[0]
        N[:], L[:] = 1, 1
        return answer

    spoil.__name__ = "fit_exponent"
    assert e.check(spoil).passed


def test_equal_scalars_of_other_types_pass(e):
    for kind in (float, np.float64, np.asarray):
        other = functools.wraps(fit_exponent)(lambda N, L, kind=kind: kind(fit_exponent(N, L)))
        assert e.check(other).passed


def test_html_in_an_error_is_escaped(e):
    def fit_exponent(N, L):
        raise ValueError("<script>alert(1)</script>")

    assert "<script>" not in e.check(fit_exponent)._repr_html_()


def test_odd_predictions(e):
    assert "e.predict" in repr(e.predict()) and "e.predict" in repr(e.predict("  "))
    assert "0 to 100" in repr(e.predict("x", confidence=101))
    assert not e.log.of(ID)


def test_a_damaged_line_is_set_aside(tmp_path):
    log = Log(tmp_path)
    log.append(ID, "start")
    with log.path.open("ab") as file:
        file.write(
            b'{"v": 1, "t": "2026\n[1]\n\xff\xfe\n{"v": 9}\n{"v": 1, "t": 1}\n' + b"[" * 9**6
        )
    log.append(ID, "hint", number=1)
    with pytest.warns(UserWarning, match=r"6 damaged of 8 lines .*line 2: not JSON"):
        history = log.read()
    assert [event["event"] for event in history.events] == ["start", "hint"]
    assert dict(history.damaged)[5].startswith("written by a newer version")


def test_events_carry_the_schema_version(tmp_path):
    log = Log(tmp_path)
    log.append(ID, "predict", guess="line\nbreak", confidence=None)
    (line,) = log.path.read_text(encoding="utf-8").splitlines()
    event = json.loads(line)
    assert event["v"] == 1 and event["t"].endswith("Z") and event["guess"] == "line\nbreak"


def test_two_processes_lose_nothing(tmp_path):
    code = (
        "import sys; from pathlib import Path; from struggle.log import Log\n"
        "for i in range(200): Log(Path(sys.argv[1])).append(sys.argv[2], 'check', number=i, "
        "code='x' * 3000)"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in ("a", "b")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    history = Log(tmp_path).read()
    assert not history.damaged
    for name in ("a", "b"):
        numbers = [event["number"] for event in history.events if event["ex"] == name]
        assert numbers == list(range(200))


def test_importing_is_light():
    heavy = "{'torch', 'IPython', 'scipy', 'matplotlib'}"
    code = f"import struggle, sys; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
