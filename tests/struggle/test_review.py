"""The prompt of the AI stage carries everything and lets nothing of the learner's break it."""

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from struggle import catalog, review
from struggle.display import without_roles

EXERCISE = catalog.load("scaling/fit-exponent")
CODE = "def fit_exponent(N, L):\n    return 0.5"


def check(message, *, passed=False, done=0, total=0):
    return {
        "event": "check",
        "passed": passed,
        "message": message,
        "done": done,
        "total": total,
        "code": None,
    }


def test_the_prompt_carries_all_five():
    text = review.prompt(EXERCISE, CODE, "attempt 1: passed (3 of 3)", "about a fifth")
    for part in (EXERCISE.title, EXERCISE.statement, CODE, "attempt 1: passed", "about a fifth"):
        assert part in text
    assert "{{" not in text


@pytest.mark.parametrize("id", catalog.ids())
def test_every_exercise_fills_the_prompt(id):
    exercise = catalog.load(id)
    text = review.prompt(exercise, exercise.starter, "", None)
    assert without_roles(exercise.statement) in text and exercise.starter in text
    assert "{cite}" not in text and "{term}" not in text and "{claim}" not in text
    assert exercise.solution not in text and exercise.alternative not in text


def test_it_asks_for_the_opposite_of_help():
    text = review.TEMPLATE
    for demand in (
        "Two questions",
        "One weakness",
        "One input",
        "Do not rewrite",
        "unsure, say so",
    ):
        assert demand in text
    assert text.isascii() and len(text.split()) < 200


def test_what_is_missing_is_said():
    text = review.prompt(EXERCISE, None, "", None)
    assert "(no code kept)" in text and text.count("(none)") == 2
    assert "```" not in text.partition("# My code")[2]


def test_placeholders_in_the_learners_words_stay():
    code = 'print("{{guess}} {{statement}} {{other}}")'
    text = review.prompt(EXERCISE, code, "{{code}}", "{{title}} \\1 \\g<0>")
    assert code in text and "\n{{code}}\n" in text and "{{title}} \\1 \\g<0>" in text


def test_placeholders_in_the_statement_stay():
    exercise = dataclasses.replace(EXERCISE, statement="write {{code}} in braces")
    assert "write {{code}} in braces" in review.prompt(exercise, CODE, "", None)


def closed_block(text):
    """The first fenced block of `text` and what follows, by the rule of CommonMark."""
    lines = re.split(r"\r\n|\n|\r", text)
    start, fence = next((n, line) for n, line in enumerate(lines) if line.startswith("```"))
    ticks = len(fence) - len(fence.lstrip("`"))
    closing = re.compile(rf" {{0,3}}`{{{ticks},}}[ \t]*")
    end = next(n for n in range(start + 1, len(lines)) if closing.fullmatch(lines[n]))
    return lines[start + 1 : end], lines[end + 1 :]


@given(st.text(alphabet="`~ \t\r\nab#", min_size=1))
def test_no_code_breaks_out_of_its_fence(code):
    text = review.prompt(EXERCISE, code, "", None)
    inside, after = closed_block(text.partition("# My code\n")[2])
    assert "".join(inside) == re.sub(r"[\r\n]", "", code)
    assert after[:2] == ["", "# What the check said"]


def test_the_history_counts_attempts():
    events = [
        {"event": "start"},
        check("not-started", total=3),
        {"event": "predict", "guess": "x", "confidence": None},
        check("one-axis", done=2, total=3),
        {"event": "hint", "number": 1},
        check("raised"),
        check("passed", passed=True, done=3, total=3),
    ]
    assert review.history(events).splitlines() == [
        "attempt 1: not yet, one-axis (2 of 3)",
        "attempt 2: not yet, raised",
        "attempt 3: passed (3 of 3)",
    ]
    assert review.history([]) == ""


def test_what_follows_asks_for_a_test_of_each_claim():
    for word in ("questions", "one thing at a time", "claim", "expression", "run it"):
        assert word in review.VERIFY
