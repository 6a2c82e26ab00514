"""The learner's side of one exercise: start, predict, check, hint, reveal, review, reflect.

Each method returns something that a notebook or a shell displays.
Nothing is locked for good; the log only remembers what the learner did.
"""

import dataclasses
import inspect
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from struggle import catalog, guide, review
from struggle.compare import describe
from struggle.display import Note, Text, code_block, without_roles
from struggle.judge import judge, truth
from struggle.log import Event, Log
from struggle.progress import RATINGS, State, round_of, state
from struggle.submission import Function, by_name
from struggle.verdict import NotYet, Verdict, not_yet


def exercise(id: str) -> "Session":
    """Open the exercise `id`, for instance `exercise("scaling/fit-exponent")`.

    Raises `LookupError` with the nearest ids if there is none.
    """
    return Session(catalog.load(catalog.find(id)), Log())


class Session:
    """One learner at one exercise; what happened before is read from the log."""

    def __init__(
        self,
        exercise: catalog.Exercise,
        log: Log,
        commands: Callable[[catalog.Exercise], guide.Commands] = guide.in_notebook,
    ) -> None:
        self.exercise, self.log = exercise, log
        self._commands = commands(exercise)
        self.watchers: list[Callable[[], None]] = []  # called after every event

    def __repr__(self) -> str:
        return repr(self.overview())

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from struggle.panel import view_of

        overview = self.overview()
        plain = {"text/plain": repr(overview), "text/html": overview._repr_html_()}
        return plain | view_of(self)

    @property
    def state(self) -> State:
        """Where the learner stands."""
        return state(self._events(), datetime.now(UTC))

    @property
    def next_step(self) -> str:
        """The one obvious next step, in words."""
        return guide.next_step(self.state, self._commands)

    def overview(self) -> Note:
        """The exercise in three lines, and what to do now."""
        ex = self.exercise
        needs = f" It needs {', '.join(ex.needs)}." if ex.needs else ""
        return Note(
            f"{ex.title} ({ex.id})",
            ex.goal,
            f"About {ex.minutes} minutes, difficulty {ex.difficulty} of 5.{needs}",
            f"Next: {self.next_step}",
        )

    def start(self) -> Text:
        """Begin: the statement, the starter, and the question to answer before writing code."""
        self._record("start")
        return Text(self.task().markdown, self.next_step)

    def task(self) -> Text:
        """The statement, the starter, and the question to answer before writing code."""
        ex = self.exercise
        return Text(
            f"### {ex.title}",
            without_roles(ex.statement),
            code_block(ex.starter),
            f"Work offline and with paper, for about {ex.minutes} minutes; that number is a "
            "suggestion, for nobody knows the best one.",
            f"**Predict first.** {ex.predict}",
        )

    def predict(self, guess: object = None, *, confidence: int | None = None) -> Note:
        """Keep a guess, and if you like how sure you are (0 to 100), to be shown after a pass."""
        if guess is None or not str(guess).strip():
            return Note(self.exercise.predict, f"Answer with {self._commands['predict']}.")
        if not (confidence is None or (type(confidence) is int and 0 <= confidence <= 100)):
            return Note("Not kept yet.", "`confidence` is a whole number from 0 to 100.")
        self._record("predict", guess=str(guess), confidence=confidence)
        return Note("Kept.", "You will see it again when your answer passes.", self.next_step)

    def check(self, *functions: object) -> Verdict:
        """Check your functions, given by themselves: `e.check(f)` or `e.check(f, g)`.

        Without any, those of the exercise's names are taken from the notebook.
        """
        try:
            given = by_name(map(self._function, functions)) if functions else self._of_notebook()
        except NotYet as failure:
            return not_yet(failure)
        return self.record_check(judge(self.exercise.id, given), _source(given.values()))

    def record_check(self, verdict: Verdict, code: str | None) -> Verdict:
        """Keep the verdict of an attempt; returns it, after a pass together with the prediction."""
        self._record(
            "check",
            passed=verdict.passed,
            message=verdict.id,
            done=verdict.done,
            total=verdict.total,
            code=code,
        )
        guess = self.state.guess
        if verdict.passed and guess is not None:
            return dataclasses.replace(verdict, next=f"You predicted: {guess}")
        return verdict

    def hint(self) -> Text | Note:
        """The next hint, once there was an attempt since the last one; else that one again."""
        known, hints = self.state, [without_roles(hint) for hint in self.exercise.hints]
        if not known.may_hint and known.hints == len(hints) and known.tries:
            compare = f"Take a walk and try once more, or compare with {self._commands['reveal']}."
            return Note("You have seen every hint.", compare)
        if not known.may_hint:
            wait = (
                f"The next hint opens after an attempt: a first or changed idea, and "
                f"{self._commands['check']}. The unchanged starter is none."
            )
            return Text(wait, *hints[max(known.hints - 1, 0) : known.hints])
        self._record("hint", number=known.hints + 1)
        return Text(hints[known.hints])

    def reveal(self, missing: str = "") -> Text | Note:
        """The reference and one alternative, after one sentence on what is missing in yours."""
        if not isinstance(missing, str) or not missing.strip():
            return Note(
                "First one sentence: what is missing in mine?",
                f"Write it as {self._commands['reveal']}; if yours passed, say how it may differ.",
            )
        self._record("reveal", missing=missing)
        ex = self.exercise
        return Text(
            "**The reference**",
            code_block(ex.solution),
            "**Another way**",
            code_block(ex.alternative),
            without_roles(ex.teaches),
        )

    def review(self, *, save: str | Path | None = None, send: bool = False) -> Text | Note:
        """The prompt for an AI reviewer, to copy; or saved to a file, or sent while you wait.

        Raises `EndpointError` where sending fails, with what to do; the prompt is not lost.
        """
        known = self.state
        if not (known.passed or known.revealed):
            return Note("The AI comes last.", "First pass the check, or look at the solution.")
        prompt = self.prompt()
        if send:
            return self._send(prompt)
        if save is not None:
            Path(save).write_text(prompt, encoding="utf-8")
            self._record("review", how="saved")
            return Text(f"The prompt is in `{save}`.", review.VERIFY, self.next_step)
        self._record("review", how="shown")
        return Text("Give this to a model:", code_block(prompt, "text"), review.VERIFY)

    def prompt(self) -> str:
        """What to ask the reviewer: the exercise, your code, its verdicts and your prediction."""
        history = review.history(round_of(self._events()))
        return review.prompt(self.exercise, self.code, history, self.state.guess)

    @property
    def code(self) -> str | None:
        """The learner's latest attempt of this round, where the log has its code."""
        events = round_of(self._events())
        return next((event["code"] for event in reversed(events) if event.get("code")), None)

    def claim(self, claim: str, test: object) -> Note:
        """Put one thing that the AI said to a test: an expression as text, or a function.

        The test is true if the claim holds: `e.claim("breaks for one point", "f([1]) is None")`.
        """
        if callable(test):
            held, said = truth("test()", {"test": test})
            test = _source([test]) or repr(test)
        else:
            held, said = truth(str(test), dict(vars(sys.modules["__main__"])))
        return self.record_claim(claim, str(test), held, said)

    def record_claim(self, claim: str, test: str, held: bool | None, said: str) -> Note:
        """Keep what became of a claim, unless its test did not say."""
        if held is not None:
            self._record("claim", claim=claim, test=test, held=held)
        return Note(f"Claim: {claim}", said)

    def reflect(self, text: str = "", *, rating: str = "") -> Note:
        """Close the round: what did I believe before, what now; and how hard it was to recall."""
        known = self.state
        if not (known.passed or known.revealed):
            return Note(
                "Not yet.", "First pass the check, or look at the solution.", self.next_step
            )
        if not str(text).strip() or rating not in RATINGS:
            return Note(
                "What did I believe before, and what do I believe now?",
                f"Answer with {self._commands['reflect']}; rating is one of {', '.join(RATINGS)}.",
            )
        self._record("reflect", text=str(text), rating=rating)
        return Note("Kept.", self.next_step)

    def _send(self, prompt: str) -> Text:
        from struggle import endpoint

        for piece in endpoint.load().ask(prompt):
            print(piece, end="", flush=True)
        print()
        self._record("review", how="sent")
        return Text(review.VERIFY, self.next_step)

    def _events(self) -> list[Event]:
        return self.log.of(self.exercise.id)

    def _record(self, event: str, **details: object) -> None:
        if self.state.next == "again" and event != "start":
            self.log.append(self.exercise.id, "start")  # what is due begins again with any step
        self.log.append(self.exercise.id, event, **details)
        for tell in self.watchers:
            tell()

    def _of_notebook(self) -> dict[str, Function]:
        there = vars(sys.modules["__main__"])
        names = [name for name in self.exercise.functions if name in there]
        if not names:
            missing = " and ".join(f"`{name}`" for name in self.exercise.functions)
            raise self._usage(f"There is no {missing} in this notebook yet.")
        return {name: self._function(there[name]) for name in names}

    def _function(self, given: object) -> Function:
        """`given` if it is a function, else the message that says what to do instead."""
        if callable(given):
            return given
        match given:
            case None:
                cause = "You gave None, perhaps because you called the function and it returned nothing."
            case str():
                cause = "You gave text."
            case _:
                cause = f"You gave {describe(given)}, perhaps what the function returned."
        raise self._usage(cause)

    def _usage(self, cause: str) -> NotYet:
        check = self._commands["check"]
        step = f"Give the function itself, without quotes or brackets: {check}."
        return NotYet("not-a-function", cause=cause, next=step)


def _source(functions: Iterable[Function]) -> str | None:
    """The source of `functions`, where Python still knows it."""
    try:
        return "\n\n".join(inspect.getsource(function) for function in functions)
    except (OSError, TypeError):
        return None
