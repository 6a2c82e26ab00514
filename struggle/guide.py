"""The one obvious next step in words, as the notebook and the shell call it."""

from datetime import datetime

from struggle.catalog import Exercise
from struggle.progress import State

Commands = dict[str, str]

_NEXT = {
    "start": "Begin with {start}.",
    "predict": "Predict before you write code: {predict}.",
    "check": "Write or change your answer, then {check}.",
    "hint": "Change one thing and {check}, or take the next hint with {hint}.",
    "reveal": "You have seen every hint: take a walk and try once more, or compare with {reveal}.",
    "review": "Now, and only now, an AI may review it: {review}. Or go straight to {reflect}.",
    "reflect": "Test what the AI said with {claim}, then close with {reflect}.",
    "wait": "Done for now; it comes back on {date}.",
    "again": "It is due again: begin from an empty cell with {start}.",
}


def in_notebook(exercise: Exercise) -> Commands:
    """How the steps are called on `e = exercise(...)`."""
    return {
        "start": "`e.start()`",
        "predict": '`e.predict("...")`',
        "check": f"`e.check({', '.join(exercise.functions)})`",
        "hint": "`e.hint()`",
        "reveal": '`e.reveal("what is missing in mine")`',
        "review": "`e.review()`",
        "claim": '`e.claim("...", "a test")`',
        "reflect": '`e.reflect("...", rating="good")`',
    }


def in_shell(exercise: Exercise) -> Commands:
    """How the steps are called as commands."""
    steps = ("start", "predict", "check", "hint", "reveal", "review", "claim", "reflect")
    return {step: f"`struggle {step} {exercise.id}`" for step in steps}


def next_step(known: State, commands: Commands) -> str:
    """What to do now."""
    date = day(known.due) if known.due else ""
    step = _NEXT[known.next].format(date=date, **commands)
    return f"{step} A hint is open too: {commands['hint']}." if _hint_waits(known) else step


def _hint_waits(known: State) -> bool:
    return known.next == "check" and known.may_hint


def day(time: datetime) -> str:
    """The learner's own day of `time`: `26 November 2026`."""
    local = time.astimezone()
    return f"{local.day} {local:%B %Y}"
