"""The learner's way through an exercise, and what happens with odd input."""

import functools
import re
import subprocess
import sys

import numpy as np
import pytest

from struggle import catalog, exercise

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
    assert "10 minutes" in repr(e) and "Next: Begin with `e.start()`." in repr(e)
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
    assert "e.review()" in repr(e)
    assert "fit_exponent" in repr(e.review())
    assert "It does not hold." in repr(e.claim("twice is always one", "1 + 1 == 1"))
    assert "Kept" in repr(e.reflect("I forgot the sign", rating="good"))
    assert "comes back on" in repr(e)
    events = [event["event"] for event in e.log.of(ID)]
    assert events == [
        "start",
        "predict",
        "check",
        "hint",
        "check",
        "reveal",
        "review",
        "claim",
        "reflect",
    ]


def test_a_hint_opens_after_an_attempt_only(e):
    assert not any(hint in repr(e.hint()) for hint in e.exercise.hints)
    for hint in e.exercise.hints:
        e.check(returns(0.0))
        assert repr(e.hint()) == hint
        again = repr(e.hint())
        assert hint in again and "after an attempt" in again
    e.check(returns(0.0))
    assert "reveal" in repr(e.hint())


def test_the_ai_comes_after_a_pass_or_the_solution(e):
    assert "comes last" in repr(e.review())
    e.check(returns(0.0))
    assert "comes last" in repr(e.review())
    e.reveal("everything")
    assert e.exercise.title in repr(e.review())


def test_the_prompt_can_be_saved(e, tmp_path):
    e.check(fit_exponent)
    e.review(save=tmp_path / "prompt.md")
    assert "def fit_exponent" in (tmp_path / "prompt.md").read_text(encoding="utf-8")


def test_a_claim_needs_a_test_that_says_something(e):
    for test in ("undefined_name > 1", "1 +", "'fast'", lambda: 3):
        assert "True or False" in repr(e.claim("it is fast", test))
    assert "It holds." in repr(e.claim("two is two", lambda: 2 == 2))
    assert [event["held"] for event in e.log.of(ID)] == [True]


def test_a_reflection_needs_words_and_a_rating(e):
    assert "First pass the check" in repr(e.reflect("words", rating="good"))
    e.check(fit_exponent)
    for given in ({"text": ""}, {"text": "words"}, {"text": "words", "rating": "superb"}):
        assert "What did I believe" in repr(e.reflect(**given))
    assert [event["event"] for event in e.log.of(ID)] == ["check"]


@pytest.mark.parametrize("id", catalog.ids())
def test_no_markup_of_the_book_reaches_the_learner(e, id):
    e = exercise(id)
    e.log.append(id, "check", passed=False, message="value", done=0, total=1, code=None)
    said = repr(e.start()) + repr(e.hint()) + repr(e.reveal("all"))
    assert not re.search(r"\{[a-z:]+\}`", said)


def test_an_exercise_opens_by_the_end_of_its_name(e):
    assert exercise("fit-exponent").exercise.id == ID
    for odd in (3, None, "", "nothing-like-it"):
        with pytest.raises(LookupError):
            exercise(odd)


def test_after_a_reflection_a_new_round_begins(e):
    e.check(returns(0.0))
    e.hint()
    e.reveal("all")
    e.reflect("I see", rating="again")
    assert e.state.next == "wait" and e.state.hints == 0


def test_check_finds_the_function_in_the_notebook(e, monkeypatch):
    import __main__

    assert "no `fit_exponent` in this notebook" in e.check().message
    monkeypatch.setattr(__main__, "fit_exponent", fit_exponent, raising=False)
    assert e.check().passed


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
    assert "raised ZeroDivisionError on line 3 of your code" in message


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


def test_importing_is_light():
    heavy = "{'torch', 'IPython', 'scipy', 'matplotlib', 'openai', 'ipywidgets', 'rich'}"
    code = f"import struggle.session, sys; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
