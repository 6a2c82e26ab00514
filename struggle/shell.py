"""The workflow as commands: `struggle next` says what to do now, the others do it."""

import contextlib
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pylatexenc.latex2text import LatexNodes2Text
from rich.console import Console, Group
from rich.markdown import Markdown
from rich.panel import Panel
from rich.prompt import Prompt
from rich.table import Column, Table
from rich.text import Text

from struggle import catalog, guide, workspace
from struggle.display import Note
from struggle.display import Text as SaidText
from struggle.log import Log, told
from struggle.progress import RATINGS, State, state
from struggle.session import Session
from struggle.verdict import Verdict

app = typer.Typer(
    help="Struggle first: predict, try, check; hints by degrees; an AI only afterwards.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console(markup=False, highlight=False, emoji=False)

Id = Annotated[str, typer.Argument(help="an exercise; without it the one you are at")]
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FORMULA = LatexNodes2Text(math_mode="text")
_RATINGS = """How hard was it?
  again  I could not do it without the solution.
  hard   I got there, with much effort or several hints.
  good   I got there with some effort.
  easy   It went almost by itself.
"""
_COLOUR = {"passed": "green", "due": "magenta", "started": "yellow", "new": "dim"}


@app.command("next")
def next_() -> None:
    """Say the one thing to do now."""
    with _told():
        session = _session(_current() or _upcoming())
        _show(session.overview())


@app.command("list")
def list_() -> None:
    """List all exercises with their state."""
    with _told():
        table = Table(Column("exercise", no_wrap=True), "minutes", "difficulty", "state", box=None)
        for id, known in _states().items():
            exercise, mark = catalog.load(id), known.mark
            facts = (str(exercise.minutes), f"{exercise.difficulty} of 5")
            table.add_row(id, *facts, Text(mark, _COLOUR[mark]))
        console.print(table)


@app.command()
def start(
    id: Id = "",
    notebook: Annotated[bool, typer.Option(help="write a notebook and no .py file")] = False,
) -> None:
    """Begin an exercise: its statement, your prediction, a file to write in."""
    with _told():
        session = _session(id or _current() or _upcoming())
        path = _fresh_or_own(session, notebook)
        session.start()
        _show(session.task())
        if session.state.guess is None and (guess := _ask("Your prediction:")):
            session.predict(guess)
            console.print("Kept; you will see it again when your answer passes.")
        console.print(f"Write your answer in {path}")
        _next_step(session)


@app.command()
def predict(
    id: Id = "",
    guess: Annotated[str, typer.Option(help="what you expect, in your words")] = "",
    confidence: Annotated[
        int | None, typer.Option(min=0, max=100, help="how sure you are, 0 to 100")
    ] = None,
) -> None:
    """Say what you expect, before you write code."""
    with _told():
        session = _session(id or _started())
        guess = guess or _ask(session.exercise.predict)
        _show(session.predict(guess, confidence=confidence))


@app.command()
def check(
    id: Id = "",
    file: Annotated[Path | None, typer.Argument(help="your .py file or notebook")] = None,
) -> None:
    """Check your answer in its file, or in another file or notebook of yours."""
    with _told():
        if id.endswith((".py", ".ipynb")) and file is None:
            id, file = "", Path(id)
        passed = _checked(_session(id or _started()), file)
    raise typer.Exit(0 if passed else 1)


@app.command()
def watch(id: Id = "") -> None:
    """Check again whenever you save; Ctrl-C ends it."""
    from watchfiles import run_process

    with _told():
        session = _session(id or _started())
        path = _file_of(session)
        console.print(f"Watching {path}; save it to check it, Ctrl-C to end.")
        logging.getLogger("watchfiles").setLevel(logging.CRITICAL)  # it tells of its own processes
        run_process(
            path.parent,
            target=_watched,
            args=(session.exercise.id,),
            watch_filter=lambda _, changed: Path(changed) == path,
            sigint_timeout=1,
        )


@app.command()
def hint(id: Id = "") -> None:
    """Open the next hint, once there was an attempt since the last one."""
    with _told():
        session = _session(id or _started())
        _show(session.hint())
        _next_step(session)


@app.command()
def reveal(
    id: Id = "",
    missing: Annotated[str, typer.Option(help="one sentence: what is missing in yours")] = "",
) -> None:
    """Show the solution, after one sentence on what is missing in yours."""
    with _told():
        session = _session(id or _started())
        _show(session.reveal(missing or _ask("One sentence: what is missing in mine?")))
        _next_step(session)


@app.command()
def review(
    id: Id = "",
    save: Annotated[Path | None, typer.Option(help="write the prompt to this file")] = None,
    send: Annotated[bool, typer.Option(help="send it to the endpoint of review.toml")] = False,
) -> None:
    """Make the prompt for an AI reviewer; afterwards test what it said."""
    with _told():
        session = _session(id or _started())
        _show(session.review(save=save, send=send))
        if session.state.reviewed:
            _test_claims(session)
            _next_step(session)


@app.command()
def claim(id: Id = "") -> None:
    """Put what the reviewer said to tests of yours, one thing at a time."""
    with _told():
        session = _session(id or _started())
        _test_claims(session)
        _next_step(session)


@app.command()
def reflect(
    id: Id = "",
    text: Annotated[str, typer.Option(help="what you believed before, and believe now")] = "",
    rating: Annotated[str, typer.Option(help=f"one of {', '.join(RATINGS)}")] = "",
) -> None:
    """Close the exercise, and have it come back when you may be forgetting it."""
    with _told():
        session = _session(id or _started())
        finished = session.state.passed or session.state.revealed
        if finished:
            text = text or _ask("What did I believe before, and what do I believe now?")
            rating = rating or _ask(_RATINGS, choices=list(RATINGS))
        _show(session.reflect(text, rating=rating))


@app.command()
def due() -> None:
    """Say what has come back, and when the rest will."""
    with _told():
        known = [(state.due, id) for id, state in _states().items() if state.due]
        if not known:
            console.print("Nothing yet: an exercise comes back after you have reflected on it.")
        for date, id in sorted(known):
            late = Text("  due", "magenta") if date <= datetime.now(UTC) else ""
            console.print(f"{guide.day(date)}  {id}", late, sep="")


@app.command()
def progress() -> None:
    """Show how far you are in each chapter."""
    with _told():
        known = _states()
        for chapter in dict.fromkeys(id.partition("/")[0] for id in known):
            ids = [id for id in known if id.startswith(chapter + "/")]
            done = sum(known[id].ever_passed for id in ids)
            bar = "■" * done + "□" * (len(ids) - done)
            console.print(f"{chapter:<14} {bar} {done} of {len(ids)}")


@app.command("export")
def export_(
    file: Annotated[Path, typer.Argument(help="where to write it")],
    attempts: Annotated[bool, typer.Option(help="with the code of your attempts")] = False,
) -> None:
    """Write your log to a file, for the page or another machine."""
    with _told():
        text = Log().export(attempts=attempts)
        file.write_text(text, encoding="utf-8")
        console.print(f"{text.count(chr(10))} events are in {file}.")


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="what the page or `export` wrote")]) -> None:
    """Add the events of an exported log to yours; what is there already is left alone."""
    with _told():
        done = Log().merge(file.read_bytes())
        console.print(f"Added {done.added} events; {done.known} were there already.")
        if done.damaged:
            console.print(f"Left out {len(done.damaged)} lines: {told(done.damaged)}.")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what can go amiss into one line and an exit status; warnings become lines as well."""
    with warnings.catch_warnings():
        warnings.simplefilter("once")  # the log is read more than once
        warnings.showwarning = lambda message, *_: console.print(str(message), style="yellow")
        try:
            yield
        except KeyboardInterrupt:
            console.print("Stopped. Your file is as it was.")
            raise typer.Exit(130) from None
        except (LookupError, OSError, RuntimeError, workspace.FileError) as error:
            text = error.args[0] if isinstance(error, LookupError) else error
            console.print(_plain(str(text), "red"))
            raise typer.Exit(2) from None


def _session(id: str) -> Session:
    return Session(catalog.load(catalog.find(id)), Log(), guide.in_shell)


def _states() -> dict[str, State]:
    """The state of every exercise, in the book's order."""
    events, now = Log().read().events, datetime.now(UTC)
    return {
        id: state([event for event in events if event["ex"] == id], now) for id in catalog.ids()
    }


def _current() -> str:
    """The exercise whose round is under way, the latest if there are several, else nothing."""
    events, known = Log().read().events, _states()
    under_way = [e["ex"] for e in events if e["ex"] in known and known[e["ex"]].started]
    return under_way[-1] if under_way else ""


def _started() -> str:
    """The exercise under way, else the one that was worked on last."""
    known = catalog.ids()
    worked_on = [event["ex"] for event in Log().read().events if event["ex"] in known]
    if not worked_on:
        raise LookupError("You are at no exercise: begin one with `struggle start`.")
    return _current() or worked_on[-1]


def _upcoming() -> str:
    """What to begin next: what is due, else the first that is new."""
    known = _states()
    for mark in ("due", "new"):
        if found := [id for id, each in known.items() if each.mark == mark]:
            return found[0]
    raise LookupError("Everything is done for now; `struggle due` says when it comes back.")


def _fresh_or_own(session: Session, notebook: bool) -> Path:
    """The file to write in: the learner's own, or for a new round a fresh one."""
    path = workspace.answer_file(session.exercise)
    other_kind = notebook and path is not None and path.suffix != ".ipynb"
    if path is not None and not other_kind and session.state.next not in ("again", "wait"):
        return path
    if path is not None:
        console.print("What you had written is kept beside the new file, under a number.")
    return workspace.new_file(session.exercise, notebook=notebook)


def _file_of(session: Session) -> Path:
    if path := workspace.answer_file(session.exercise):
        return path
    raise workspace.FileError(
        f"There is no file of yours for {session.exercise.id} yet: "
        f"`struggle start {session.exercise.id}` writes one, or name it after the exercise."
    )


def _checked(session: Session, file: Path | None) -> bool:
    answer = workspace.read_answer(file or _file_of(session))
    verdict = workspace.judged(session.exercise, answer)
    _show(session.record_check(verdict, answer.code))
    _next_step(session)
    return verdict.passed


def _watched(id: str) -> None:
    """One check of `watch`, in a process that the next save may end."""
    with contextlib.suppress(typer.Exit), _told():
        console.rule(f"{datetime.now():%H:%M:%S}")
        _checked(_session(id), None)


def _test_claims(session: Session) -> None:
    """Ask for what the reviewer said, and put each thing to a test."""
    path = workspace.answer_file(session.exercise)
    logged = workspace.Answer(workspace.folder(), [session.code or ""])  # of the page, say
    answer = workspace.read_answer(path) if path else logged
    while claim := _ask("One thing that it said (Enter to end)"):
        test = _ask("A Python expression that is true if it holds")
        if not test:
            console.print("Nothing tested, and nothing kept.")
            continue
        held, said = workspace.tested(session.exercise, answer, test)
        _show(session.record_claim(claim, test, held, said))


def _ask(question: str, choices: list[str] | None = None) -> str:
    """The learner's answer; nothing where nobody is there to give one."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return _Prompt.ask(question, choices=choices, default="", show_default=False, console=console)


class _Prompt(Prompt):
    prompt_suffix = " "


def _next_step(session: Session) -> None:
    console.print(_markdown(f"**Next:** {session.next_step}"))


def _markdown(text: str) -> Markdown:
    """`text` for a terminal, which sets no formulas: `$N^{-\\alpha}$` becomes N^-α."""
    return Markdown(
        re.sub(r"\${1,2}[^$`]+\${1,2}", lambda formula: _FORMULA.latex_to_text(formula[0]), text)
    )


def _show(said: SaidText | Note | Verdict) -> None:
    match said:
        case SaidText():
            console.print(_markdown(said.markdown))
        case Note():
            console.print(_plain(said.heading, "bold"), *map(_plain, said.paragraphs), sep="\n")
        case Verdict():
            case = f"Case: {said.case}." if said.case else ""
            lines = [_plain(line) for line in (said.cause, case, said.next) if line]
            colour = "green" if said.passed else "yellow"
            inside = Group(*lines)
            console.print(Panel(inside, title=said.state, title_align="left", border_style=colour))


def _plain(text: str, style: str = "") -> Text:
    """`text` as it stands, `code` set off; it may be the learner's, and steers no terminal."""
    shown = Text(style=style)
    for number, part in enumerate(_CONTROL.sub("", text).split("`")):
        shown.append(part, "bold cyan" if number % 2 else None)
    return shown


def main() -> None:
    """The command `struggle`."""
    app()
