"""Where a learner stands with an exercise, derived from the log's events and from nothing else.

The page derives the same in `book/web/progress.js`.  When an exercise comes back is FSRS's to say
(the free spaced repetition scheduler, version 6), from the ratings that the learner gave.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fsrs import Card, Rating, Scheduler

from struggle.log import Event

HINTS = 3
# An exercise comes back after a day at the earliest: steps of minutes are made for vocabulary.
_SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
RATINGS = {rating.name.lower(): rating for rating in Rating}


@dataclass(frozen=True)
class State:
    """One exercise; all but the last three fields tell of the round since the last reflection."""

    started: bool
    guess: str | None
    attempts: int
    tries: int
    hints: int
    passed: bool
    revealed: bool
    reviewed: bool
    ever_passed: bool
    due: datetime | None
    is_due: bool

    @property
    def may_hint(self) -> bool:
        """Whether there was an attempt since the last hint, and there is a next one."""
        return self.hints < HINTS and self.tries > 0

    @property
    def next(self) -> str:
        """The one obvious next step."""
        if not self.started:
            return "start" if self.due is None else "again" if self.is_due else "wait"
        if self.passed or self.revealed:
            return "reflect" if self.reviewed else "review"
        if self.guess is None and not self.attempts:
            return "predict"
        if self.tries < 2:
            return "check"
        return "hint" if self.hints < HINTS else "reveal"

    @property
    def mark(self) -> str:
        """One word for lists: due, passed, started or new."""
        if self.next == "again":
            return "due"
        if self.ever_passed:
            return "passed"
        return "new" if self.next == "start" else "started"


def state(events: list[Event], now: datetime) -> State:
    """The state after the `events` of one exercise, in their order, as of `now`."""
    this_round = round_of(events)
    hints, guesses = _of("hint", this_round), _of("predict", this_round)
    since_hint = this_round[this_round.index(hints[-1]) if hints else 0 :]
    due = _due(_of("reflect", events))
    return State(
        started=bool(this_round),
        guess=guesses[-1]["guess"] if guesses else None,
        attempts=_attempts(this_round),
        tries=_attempts(since_hint),
        hints=max((hint["number"] for hint in hints), default=0),
        passed=_passed(this_round),
        revealed=bool(_of("reveal", this_round)),
        reviewed=bool(_of("review", this_round)),
        ever_passed=_passed(events),
        due=due,
        is_due=due is not None and due <= now,
    )


def round_of(events: list[Event]) -> list[Event]:
    """The events since the last reflection; a later round begins with a `start`."""
    kinds = [event["event"] for event in events]
    if "reflect" not in kinds:
        return events
    later = events[len(kinds) - kinds[::-1].index("reflect") :]
    return list(itertools.dropwhile(lambda event: event["event"] != "start", later))


def _of(kind: str, events: Iterable[Event]) -> list[Event]:
    return [event for event in events if event["event"] == kind]


def _attempts(events: Iterable[Event]) -> int:
    return sum(event["message"] != "not-started" for event in _of("check", events))


def _passed(events: Iterable[Event]) -> bool:
    return any(event["passed"] for event in _of("check", events))


def _due(reflections: Iterable[Event]) -> datetime | None:
    card, due = Card(), None
    for event in reflections:
        time = datetime.fromisoformat(event["t"])
        card, _ = _SCHEDULER.review_card(card, RATINGS[event["rating"]], time)
        due = card.due
    return due
