"""The learner's log: append-only JSON Lines, one event a line, on the learner's machine only.

`log.schema.json` beside this file says what an event holds.  A write is whole or is none: several
processes take turns by a lock, and a line that a crash cut short is set aside by the next write.
"""

import contextlib
import functools
import json
import os
import secrets
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fastjsonschema
import platformdirs
from filelock import FileLock

VERSION = 1
Event = dict[str, Any]


def home() -> Path:
    """The learner's data folder; the environment variable STRUGGLE_HOME overrides it."""
    if given := os.environ.get("STRUGGLE_HOME"):
        return Path(given).expanduser()
    return Path(platformdirs.user_data_dir("struggle-first", appauthor=False))


@dataclass(frozen=True)
class History:
    """What a log holds: its events in order, and the lines set aside with number and reason."""

    events: list[Event]
    damaged: list[tuple[int, str]]


@dataclass(frozen=True)
class Merged:
    """What became of the lines of an import."""

    added: int
    known: int
    damaged: list[tuple[int, str]]


class Log:
    """The log in `folder`; several processes may append to it at the same time."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or home()) / "log.jsonl"

    def append(self, exercise: str, event: str, **details: object) -> None:
        """Add one event with the present time and force it to the disk.

        Raises `OSError` if the folder cannot be written, `ValueError` for an event that the schema
        does not allow.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        entry = {"v": VERSION, "id": secrets.token_hex(8), "t": now, "ex": exercise}
        entry |= {"event": event, **details}
        _schema()(entry)
        self._write([entry])
        time.sleep(0.001)  # so that the next event has a later time, and their order is told by it

    def read(self) -> History:
        """All events in the order of their times; a damaged line is told in a warning."""
        history = read_lines(self.path.read_bytes() if self.path.exists() else b"")
        if history.damaged:
            total = len(history.damaged) + len(history.events)
            warnings.warn(
                f"{self.path}: left out {len(history.damaged)} damaged of {total} lines "
                f"({told(history.damaged)}); the others are kept.",
                stacklevel=2,
            )
        return history

    def of(self, exercise: str) -> list[Event]:
        """The events of one exercise."""
        return [event for event in self.read().events if event["ex"] == exercise]

    def export(self, *, attempts: bool = False) -> str:
        """The log as text for another machine or the page; `attempts` says whether code goes too."""
        events = self.read().events
        if not attempts:
            events = [event | {"code": None} if "code" in event else event for event in events]
        return "".join(_line(event) for event in events)

    def merge(self, exported: bytes) -> Merged:
        """Add the events of an export that this log does not have yet; damaged lines are told."""
        found = read_lines(exported)
        known = {event["id"] for event in self.read().events}
        fresh = {event["id"]: event for event in found.events if event["id"] not in known}
        self._write(fresh.values())
        return Merged(len(fresh), len(found.events) - len(fresh), found.damaged)

    def _write(self, events: Iterable[Event]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_suffix(".lock")), self._open() as file:
            self._set_aside_cut_line()
            # One line at a time: the kernel may be stopped between the pages of a large write.
            for event in events:
                data = _line(event).encode()
                if os.write(file, data) != len(data):
                    raise OSError(f"{self.path}: an event was cut short; is the disk full?")
            os.fsync(file)

    @contextlib.contextmanager
    def _open(self) -> Iterator[int]:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        file = os.open(self.path, flags, 0o600)
        try:
            yield file
        finally:
            os.close(file)

    def _set_aside_cut_line(self) -> None:
        """Move what a crash left of an unfinished line to a file of its own."""
        with self.path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 1, 0))
            if file.read() in (b"", b"\n"):
                return
            file.seek(0)
            content = file.read()
            whole = content.rfind(b"\n") + 1
            with self.path.with_name("set-aside.jsonl").open("ab") as aside:
                aside.write(content[whole:] + b"\n")
            file.truncate(whole)


def read_lines(text: bytes) -> History:
    """The events of a log or an export; what is no event is named by its line and a reason."""
    events: list[Event] = []
    damaged: list[tuple[int, str]] = []
    for number, line in enumerate(text.split(b"\n"), start=1):
        try:
            if line.strip():
                events.append(_event(line))
        except (ValueError, RecursionError) as error:
            damaged.append((number, str(error)))
    return History(sorted(events, key=lambda event: (event["t"], event["id"])), damaged)


def told(damaged: list[tuple[int, str]]) -> str:
    """The first damaged lines and what is the matter with each."""
    return "; ".join(f"line {number}: {reason}" for number, reason in damaged[:3])


def _line(event: Event) -> str:
    return json.dumps(event, ensure_ascii=False) + "\n"


def _event(line: bytes) -> Event:
    """Decode one line, or raise `ValueError` with the reason in a few words."""
    try:
        event = json.loads(line)
    except ValueError:
        raise ValueError("not JSON") from None
    if isinstance(event, dict) and type(event.get("v")) is int and event["v"] > VERSION:
        raise ValueError("written by a newer version; update to read it")
    try:
        checked: Event = _schema()(event)
    except fastjsonschema.JsonSchemaValueException as error:
        raise ValueError(error.message.replace("data", "the event", 1)) from None
    datetime.fromisoformat(checked["t"])  # raises for a month 13, which has the right form
    return checked


@functools.cache
def _schema() -> Callable[[object], Event]:
    text = Path(__file__).with_name("log.schema.json").read_text(encoding="utf-8")
    validate: Callable[[object], Event] = fastjsonschema.compile(json.loads(text))
    return validate
