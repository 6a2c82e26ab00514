"""`{exercise}` shows an exercise as a card: statement, starter, folded hints and solution.

Everything is in the page and folds without JavaScript; `book/web/exercise.js` makes the workflow of
it from the data that the card carries.  `_static/exercises.json` tells which page holds which exercises.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from book._ext.folds import fold
from struggle.catalog import Exercise, load
from struggle.display import without_roles
from struggle.review import TEMPLATE, VERIFY

logger = logging.getLogger(__name__)

_HINTS = ("a direction", "a principle", "a worked step")
_TRY_FIRST = (
    "Try first. Struggling is the part that teaches; "
    "open the solution when yours passes, or when you have tried and are stuck."
)
_DIFFICULTY = ("very easy", "easy", "moderate", "hard", "very hard")


def anchor(exercise_id: str) -> str:
    """The id of an exercise's card on its page."""
    return "exercise-" + exercise_id.replace("/", "-")


def placed(env: BuildEnvironment) -> dict[str, str]:
    """Exercise id to the page that it stands on."""
    pages: dict[str, str] = vars(env).setdefault("exercises_placed", {})
    return pages


class ExerciseDirective(SphinxDirective):
    """`{exercise} chapter/name` places one exercise on the page."""

    required_arguments = 1
    has_content = False
    option_spec: ClassVar[dict[str, object]] = {}

    def run(self) -> list[nodes.Node]:
        """Return the card, or a warning that says what is wrong with the exercise."""
        name = self.arguments[0]
        try:
            exercise = load(name)
        except (OSError, ValueError, LookupError) as error:
            logger.warning(f"exercise {name!r}: {error}", location=self.get_location())
            return []
        self._remember(exercise)
        return [self._card(exercise)]

    def _remember(self, exercise: Exercise) -> None:
        for file in ("exercise.md", "answers.py"):
            self.env.note_dependency(str(exercise.folder / file))
        other = placed(self.env).setdefault(exercise.id, self.env.docname)
        if other != self.env.docname:
            message = f"exercise {exercise.id!r} stands on {other} already; place it once"
            logger.warning(message, location=self.get_location())

    def _card(self, exercise: Exercise) -> nodes.container:
        card = nodes.container(classes=["exercise"], ids=[anchor(exercise.id)])
        title = nodes.rubric("", exercise.title, classes=["exercise-title"])
        title["level"] = 3  # MyST shows it as a heading
        card += [title, _facts(exercise), *_elsewhere(exercise)]
        card += self._parse(exercise.statement)
        prediction = self._parse(f"**Predict first.** {exercise.predict}")
        card += nodes.container("", *prediction, classes=["exercise-predict"])
        card += _code(exercise.starter, classes=["exercise-starter"])
        card += self._hints(exercise.hints)
        card += self._solution(exercise)
        card += _data(exercise)
        return card

    def _hints(self, hints: Sequence[str], number: int = 1) -> fold:
        """Hint `number`, with those after it folded inside."""
        summary = f"Hint {number} of {len(hints)}: {_HINTS[number - 1]}"
        hint = fold(summary=summary, classes=["exercise-hint"])
        hint += self._parse(hints[number - 1])
        if number < len(hints):
            hint += self._hints(hints, number + 1)
        return hint

    def _solution(self, exercise: Exercise) -> list[nodes.Node]:
        solution = fold(summary="Solution", classes=["exercise-solution"])
        solution += _code(exercise.solution)
        solution += nodes.paragraph("", "Another way:")
        solution += _code(exercise.alternative)
        solution += self._parse(exercise.teaches)
        return [nodes.paragraph("", _TRY_FIRST, classes=["exercise-try-first"]), solution]

    def _parse(self, text: str) -> list[nodes.Node]:
        return self.parse_text_to_nodes(text.strip() + "\n")


def _code(text: str, classes: Sequence[str] = ()) -> nodes.literal_block:
    return nodes.literal_block(text, text, language="python", classes=list(classes))


def _elsewhere(exercise: Exercise) -> list[nodes.Node]:
    """Where to work on an exercise that the page's Python is too small for."""
    if not exercise.needs:
        return []
    shell = f"struggle start {exercise.id}"
    text = f"It needs {', '.join(exercise.needs)}: work on it in a notebook, or in a shell with "
    line = nodes.paragraph("", text, classes=["exercise-elsewhere"])
    line += [nodes.literal(shell, shell), nodes.Text(".")]
    return [line]


def _data(exercise: Exercise) -> nodes.raw:
    """What the page's scripts know of the exercise, as JSON that cannot end its element."""
    known = {
        "id": exercise.id,
        "title": exercise.title,
        "names": exercise.functions,
        "starter": exercise.starter,
        "statement": without_roles(exercise.statement),
        "needs": exercise.needs,
        "prompt": TEMPLATE,
        "verify": VERIFY,
    }
    text = json.dumps(known, ensure_ascii=False).replace("<", "\\u003c")
    html = f'<script type="application/json" class="exercise-data">{text}</script>'
    return nodes.raw("", html, format="html")


def _facts(exercise: Exercise) -> nodes.paragraph:
    difficulty = f"{_DIFFICULTY[exercise.difficulty - 1]} ({exercise.difficulty} of 5)"
    facts = [f"about {exercise.minutes} minutes", difficulty, ", ".join(exercise.skills)]
    text = " · ".join(fact for fact in facts if fact)
    line = nodes.paragraph("", text, classes=["exercise-facts"])
    line += [nodes.Text(" · "), nodes.literal(exercise.id, exercise.id)]
    return line


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    for exercise_id in [name for name, page in placed(env).items() if page == docname]:
        del placed(env)[exercise_id]


def _write_places(app: Sphinx, exception: Exception | None) -> None:
    """Tell the pages' scripts which page holds which exercises, for the marks beside the links."""
    if app.builder.format != "html" or exception:
        return
    pages = defaultdict(list)
    for exercise_id, page in placed(app.env).items():
        pages[page].append(exercise_id)
    file = Path(app.outdir) / "_static" / "exercises.json"
    file.write_text(json.dumps(pages, sort_keys=True), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.setup_extension("book._ext.folds")
    app.add_directive("exercise", ExerciseDirective)
    app.connect("env-purge-doc", _purge)
    app.connect("build-finished", _write_places)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
