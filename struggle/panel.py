"""The stages of an exercise as buttons in a live notebook, made with ipywidgets.

Where no notebook is open before a reader (the book's own build, a terminal) there is no panel, and
the plain view says what to type.
"""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from struggle.display import inline
from struggle.progress import RATINGS

if TYPE_CHECKING:
    from struggle.session import Session

STATIC = "STRUGGLE_STATIC"  # set in the environment where notebooks run with nobody there


def view_of(session: "Session") -> dict[str, Any]:
    """The panel's entry for a cell's output, or nothing where nobody could press a button."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if STATIC in os.environ or not hasattr(shell, "kernel"):
        return {}
    bundle = Panel(session).box._repr_mimebundle_()
    return {key: value for key, value in bundle.items() if key not in ("text/plain", "text/html")}


class Panel:
    """One exercise: the next step in words, a row for each stage, and what the last one said."""

    def __init__(self, session: "Session") -> None:
        import ipywidgets as widgets

        self.session, self._widgets = session, widgets
        self.next = widgets.HTML()
        self.task, self.said = widgets.Output(), widgets.Output()
        self._task_shown = False
        self.buttons: dict[str, Any] = {}
        self.rows = {step: widgets.HBox(row) for step, row in self._rows().items()}
        self.title = widgets.HTML(f"<strong>{inline(session.exercise.title)}</strong>")
        self.box = widgets.VBox([self.title, self.task, self.next, *self.rows.values(), self.said])
        session.watchers.append(self._refresh)
        self._refresh()

    def _rows(self) -> dict[str, list[Any]]:
        session, button = self.session, self._button
        guess, missing = self._field("Your prediction"), self._field("What is missing in mine?")
        text = self._field("Before, and now")
        rating = self._widgets.Dropdown(options=list(RATINGS), value="good", description="It was")
        return {
            "start": [button("start", "Start", self._start)],
            "predict": [guess, button("predict", "Keep it", lambda: session.predict(guess.value))],
            "check": [
                button("check", "Check", session.check),
                button("hint", "Hint", session.hint),
            ],
            "reveal": [
                missing,
                button("reveal", "Solution", lambda: session.reveal(missing.value)),
            ],
            "review": [
                button("review", "Prompt for a review", session.review),
                button("send", "Send it", lambda: session.review(send=True)),
            ],
            "reflect": [
                text,
                rating,
                button(
                    "reflect", "Reflect", lambda: session.reflect(text.value, rating=rating.value)
                ),
            ],
        }

    def _field(self, label: str) -> Any:
        style, layout = {"description_width": "initial"}, {"width": "32em"}
        return self._widgets.Text(description=label, style=style, layout=layout)

    def _button(self, step: str, label: str, act: Callable[[], object]) -> Any:
        button = self._widgets.Button(description=label)
        button.on_click(lambda _: self._do(act))
        self.buttons[step] = button
        return button

    def _do(self, act: Callable[[], object]) -> None:
        """Do one step, show what it says in place of what the last one said."""
        from IPython.display import display

        self.said.clear_output()
        with self.said:
            try:
                if said := act():
                    display(said)
            except (OSError, RuntimeError) as error:  # a full disk, no network: told, not raised
                print(error)

    def _start(self) -> None:
        self.session.start()  # the task is shown above

    def _refresh(self) -> None:
        """Say what is next, and show the rows that are of use now."""
        known = self.session.state
        self.next.value = f"Next: {inline(self.session.next_step)}"
        finished = known.passed or known.revealed
        useful = {
            "start": not known.started,
            "predict": known.started and known.guess is None and not known.attempts,
            "check": known.started,
            "reveal": known.started and not known.revealed,
            "review": finished,
            "reflect": finished,
        }
        if known.started and not self._task_shown:
            self._task_shown = True
            self.title.layout.display = "none"  # the task has it
            self.task.append_display_data(self.session.task())
        for step, row in self.rows.items():
            row.layout.display = "flex" if useful[step] else "none"
        for step, button in self.buttons.items():
            button.button_style = "primary" if _leads_on(step, known.next) else ""
        self.buttons["hint"].disabled = not known.may_hint


def _leads_on(step: str, next_step: str) -> bool:
    """Whether the button of `step` is the next one to press."""
    return step == next_step or (step == "start" and next_step == "again")
