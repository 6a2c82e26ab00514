"""The learner's log: append-only JSON Lines, one event a line, on the learner's machine only.

`log.schema.json` beside this file says what an event holds.  A write is whole or is none: several
processes take turns by a lock, and a line that a crash cut short is set aside by the next write.
"""

import contextlib
import functools
import json
import os
import secrets
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

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
        with self._locked() as file:
            entry = {"v": VERSION, "id": secrets.token_hex(8), "t": self._now(), "ex": exercise}
            _write(file, [_schema()(entry | {"event": event, **details})])

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
        with self._locked() as file:
            known = {event["id"] for event in self.read().events}
            fresh = [event for event in found.events if event["id"] not in known]
            _write(file, fresh)
        return Merged(len(fresh), len(found.events) - len(fresh), found.damaged)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """The file, open at its end and for this process alone, its last line whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        with FileLock(self.path.with_suffix(".lock")):
            file = os.open(self.path, flags, 0o600)
            try:
                self._mend_last_line()
                yield file
                os.fsync(file)
            finally:
                os.close(file)

    def _mend_last_line(self) -> None:
        """End a line that a crash left without its end; move what is no event to another file."""
        with self.path.open("r+b") as file:
            last = _last_line(file)
            if last.endswith(b"\n") or not last:
                return
            if not read_lines(last).damaged:
                file.write(b"\n")
                return
            with self.path.with_name("set-aside.jsonl").open("ab") as aside:
                aside.write(last + b"\n")
            file.truncate(file.tell() - len(last))

    def _now(self) -> str:
        """The present, or just after the last event, so that the order is that of the times."""
        now = datetime.now(UTC)
        with self.path.open("rb") as file:
            for event in read_lines(_last_line(file)).events:
                now = max(now, datetime.fromisoformat(event["t"]) + timedelta(milliseconds=1))
        return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _last_line(file: BinaryIO) -> bytes:
    """The last line of `file`, which is at its end afterwards."""
    size, step = file.seek(0, os.SEEK_END), 1 << 16
    while True:
        file.seek(max(size - step, 0))
        tail = file.read()
        start = tail.rfind(b"\n", 0, -1) + 1
        if start or step >= size:
            return tail[start:]
        step *= 4


def _write(file: int, events: Iterable[Event]) -> None:
    """Write each event as one line; a crash can cut the last one only."""
    for event in events:
        data = _line(event).encode()
        if os.write(file, data) != len(data):
            raise OSError("The log took a part of an event only; is the disk full?")


def read_lines(text: bytes) -> History:
    """The events of a log or an export; what is no event is named by its line and a reason."""
    events: dict[str, Event] = {}
    damaged: list[tuple[int, str]] = []
    for number, line in enumerate(text.split(b"\n"), start=1):
        try:
            if line.strip():
                event = _event(line)
                events.setdefault(event["id"], event)
        except (ValueError, RecursionError) as error:
            damaged.append((number, str(error)))
    in_order = sorted(events.values(), key=lambda event: (event["t"], event["id"]))
    return History(in_order, damaged)


def told(damaged: list[tuple[int, str]]) -> str:
    """The first damaged lines and what is the matter with each."""
    return "; ".join(f"line {number}: {reason}" for number, reason in damaged[:3])


def _line(event: Event) -> str:
    return json.dumps(event) + "\n"


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
