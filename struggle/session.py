"""The learner's side of one exercise: start, predict, check, hint, reveal.

Each method returns something that a notebook or a shell displays as a cell's last value.
Nothing is locked for good; the log only remembers what the learner did.
"""

import dataclasses
import inspect
import zlib

import numpy as np

from struggle import catalog
from struggle.compare import describe
from struggle.display import Note, Text, code_block
from struggle.log import Event, Log
from struggle.submission import Function, Submission
from struggle.verdict import NotYet, Verdict, not_yet


def exercise(id: str) -> "Session":
    """Open the exercise `id`, for instance `exercise("scaling/fit-exponent")`.

    Raises `LookupError` with the nearest ids if there is none.
    """
    return Session(catalog.load(id), Log())


class Session:
    """One learner at one exercise; what happened before is read from the log."""

    def __init__(self, exercise: catalog.Exercise, log: Log) -> None:
        self.exercise, self.log = exercise, log

    def __repr__(self) -> str:
        return repr(self._overview())

    def _repr_html_(self) -> str:
        return self._overview()._repr_html_()

    def _overview(self) -> Note:
        ex = self.exercise
        needs = f" It needs {', '.join(ex.needs)}." if ex.needs else ""
        return Note(
            f"{ex.title} ({ex.id})",
            ex.goal,
            f"About {ex.minutes} minutes, difficulty {ex.difficulty} of 5.{needs}",
            "Next: `e.start()`" if not self._events() else "Next: `e.check(...)`",
        )

    def start(self) -> Text:
        """Begin: the statement, the starter, and the question to answer before writing code."""
        self._record("start")
        ex = self.exercise
        return Text(
            f"### {ex.title}",
            ex.statement,
            code_block(ex.starter),
            f'**Predict first:** {ex.predict} Answer with `e.predict("...")`.',
            f"Work offline, with paper and this notebook, for about {ex.minutes} minutes; that "
            "number is a suggestion, for nobody knows the best one. "
            f"Then `e.check({', '.join(ex.functions)})`.",
        )

    def predict(self, guess: object = None, *, confidence: int | None = None) -> Note:
        """Keep a guess, and if you like how sure you are (0 to 100), to be shown after a pass."""
        if guess is None or not str(guess).strip():
            return Note("Your prediction", self.exercise.predict, 'Answer with `e.predict("...")`.')
        if confidence is not None and not 0 <= confidence <= 100:
            return Note("Your prediction", "`confidence` is a number from 0 to 100.")
        self._record("predict", guess=str(guess), confidence=confidence)
        return Note("Kept.", "You will see it again when your answer passes.")

    def check(self, *functions: object) -> Verdict:
        """Check your functions, given by themselves: `e.check(f)` or `e.check(f, g)`."""
        try:
            given = [_function(each, self.exercise.functions) for each in functions]
            if not given:
                raise _usage("You gave no function.", self.exercise.functions)
        except NotYet as failure:
            return not_yet(failure)
        rng = np.random.default_rng(zlib.crc32(self.exercise.id.encode()))  # same message twice
        verdict = catalog.check_of(self.exercise)(Submission(given), rng)
        self._record(
            "check",
            passed=verdict.passed,
            message=verdict.id,
            done=verdict.done,
            total=verdict.total,
            code=_source(given),
        )
        return self._with_prediction(verdict)

    def hint(self) -> Text | Note:
        """The next hint, once there was an attempt since the last one; else that one again."""
        events = self._events()
        opened = sum(event["event"] == "hint" for event in events)
        if not _attempted_since_hint(events):
            wait = "The next hint opens after an attempt: run `e.check(...)` on a first or changed idea."
            return Text(wait, *self.exercise.hints[opened - 1 : opened])
        if opened == len(self.exercise.hints):
            return Note(
                "You have seen every hint.",
                'Take a walk and try once more, or see the reference with `e.reveal("...")`.',
            )
        self._record("hint", number=opened + 1)
        return Text(self.exercise.hints[opened])

    def reveal(self, missing: str = "") -> Text | Note:
        """The reference and one alternative, after one sentence on what is missing in yours."""
        if not isinstance(missing, str) or not missing.strip():
            return Note(
                "First one sentence: what is missing in mine?",
                'Write it as `e.reveal("...")`; if yours passed, say how it may differ.',
            )
        self._record("reveal", missing=missing)
        ex = self.exercise
        return Text(
            "**The reference**",
            code_block(ex.solution),
            "**Another way**",
            code_block(ex.alternative),
            ex.teaches,
        )

    def _events(self) -> list[Event]:
        return self.log.of(self.exercise.id)

    def _record(self, event: str, **details: object) -> None:
        self.log.append(self.exercise.id, event, **details)

    def _with_prediction(self, verdict: Verdict) -> Verdict:
        guesses = [event["guess"] for event in self._events() if event["event"] == "predict"]
        if not verdict.passed or not guesses:
            return verdict
        return dataclasses.replace(verdict, next=f"You predicted: {guesses[-1]}")


def _attempted_since_hint(events: list[Event]) -> bool:
    kinds = [event["event"] for event in events]
    last = len(kinds) - kinds[::-1].index("hint") if "hint" in kinds else 0
    return any(
        event["event"] == "check" and event.get("message") != "not-started"
        for event in events[last:]
    )


def _function(given: object, names: tuple[str, ...]) -> Function:
    """`given` if it is a function, else the message that says what to do instead."""
    if callable(given):
        return given
    match given:
        case None:
            cause = (
                "You gave None, perhaps because you called the function and it returned nothing."
            )
        case str():
            cause = "You gave text."
        case _:
            cause = f"You gave {describe(given)}, perhaps what the function returned."
    raise _usage(cause, names)


def _usage(cause: str, names: tuple[str, ...]) -> NotYet:
    return NotYet(
        "not-a-function",
        cause=cause,
        next=f"Give the function itself, without quotes or brackets: `e.check({', '.join(names)})`.",
    )


def _source(functions: list[Function]) -> str | None:
    """The source of `functions`, where Python still knows it."""
    try:
        return "\n\n".join(inspect.getsource(function) for function in functions)
    except (OSError, TypeError):
        return None
