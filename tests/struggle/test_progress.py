"""Where a learner stands, told by the events alone, and when an exercise comes back."""

from datetime import UTC, datetime, timedelta

import pytest

from struggle.progress import state

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def events(*kinds):
    """Events of one exercise, a minute apart: names, or pairs of a name and what it holds."""
    return [event(kind, NOW + timedelta(minutes=n)) for n, kind in enumerate(kinds)]


def event(kind, time):
    name, details = kind if isinstance(kind, tuple) else (kind, {})
    return {"event": name, "t": time.isoformat().replace("+00:00", "Z"), **details}


PREDICT = ("predict", {"guess": "a fifth"})
MISS = ("check", {"passed": False, "message": "sign"})
EMPTY = ("check", {"passed": False, "message": "not-started"})
PASS = ("check", {"passed": True, "message": "passed"})
HINT = [("hint", {"number": number}) for number in (1, 2, 3)]
GOOD, AGAIN = (("reflect", {"rating": rating}) for rating in ("good", "again"))


@pytest.mark.parametrize(
    ("kinds", "step"),
    [
        ([], "start"),
        (["start"], "predict"),
        (["start", EMPTY], "predict"),
        (["start", PREDICT], "check"),
        (["start", PREDICT, EMPTY, EMPTY], "check"),
        ([MISS], "check"),
        ([MISS, MISS], "hint"),
        ([MISS, MISS, HINT[0]], "check"),
        ([MISS, HINT[0], MISS, MISS], "hint"),
        ([MISS, HINT[0], MISS, HINT[1], MISS, HINT[2], MISS], "check"),
        ([MISS, HINT[0], MISS, HINT[1], MISS, HINT[2], MISS, MISS], "reveal"),
        ([MISS, PASS], "review"),
        ([PASS, MISS], "review"),
        ([PASS, "review"], "reflect"),
        (["reveal"], "review"),
        ([PASS, "review", GOOD], "wait"),
        ([PASS, GOOD, "start"], "predict"),
        ([PASS, GOOD, MISS, "claim"], "wait"),  # a cell that ran again begins nothing
    ],
)
def test_there_is_one_next_step(kinds, step):
    assert state(events(*kinds), NOW + timedelta(hours=1)).next == step


def test_a_hint_needs_an_attempt_since_the_last():
    assert not state(events("start", EMPTY), NOW).may_hint
    assert state(events(MISS), NOW).may_hint
    assert not state(events(MISS, HINT[0]), NOW).may_hint
    assert state(events(MISS, HINT[0], MISS), NOW).may_hint
    assert not state(events(MISS, *HINT, MISS), NOW).may_hint


def test_a_reflection_closes_the_round_and_keeps_the_pass():
    known = state(events(PREDICT, MISS, HINT[0], PASS, GOOD), NOW)
    assert (known.guess, known.attempts, known.hints, known.passed) == (None, 0, 0, False)
    assert known.ever_passed and known.mark == "passed"


def test_recall_that_goes_well_comes_back_ever_later():
    """2, 11 and 46 days are what FSRS-6 gives with its published parameters."""
    history, time, days = [], NOW, []
    for _ in range(3):
        history.append(event(GOOD, time))
        due = state(history, time).due
        days.append((due - time).days)
        time = due
    assert days == [2, 11, 46]


def test_it_is_due_when_its_date_has_come():
    history = events(PASS, AGAIN)
    due = state(history, NOW).due
    assert due - NOW < timedelta(days=2)
    before, after = state(history, due - timedelta(seconds=1)), state(history, due)
    assert (before.next, before.mark) == ("wait", "passed")
    assert (after.next, after.mark) == ("again", "due")


def test_marks():
    assert state([], NOW).mark == "new"
    assert state(events("start"), NOW).mark == "started"
    assert state(events("reveal", GOOD), NOW).mark == "started"
