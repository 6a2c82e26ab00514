"""The learner's log: append-only JSON Lines, one event a line, on the learner's machine only.

Every event holds `v` (version of this format), `t` (UTC time), `ex` (exercise id) and `event`;
beside them stand:
    start    nothing
    predict  guess, confidence (0 to 100 or null)
    check    passed, message (its id), done, total, code (the source, or null)
    hint     number (from 1)
    reveal   missing (the learner's sentence)
"""

import json
import os
import sys
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

VERSION = 1
Event = dict[str, Any]


def home() -> Path:
    """The learner's data folder; the environment variable STRUGGLE_HOME overrides it."""
    if given := os.environ.get("STRUGGLE_HOME"):
        return Path(given).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "struggle-first"


@dataclass(frozen=True)
class History:
    """What a log holds: its events in order, and the lines set aside with number and reason."""

    events: list[Event]
    damaged: list[tuple[int, str]]


class Log:
    """The log in `folder`; several processes may append to it at the same time."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or home()) / "log.jsonl"

    def append(self, exercise: str, event: str, **details: object) -> None:
        """Add one event with the present time and force it to the disk.

        Raises `OSError` if the folder cannot be written.
        """
        time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        entry = {"v": VERSION, "t": time, "ex": exercise, "event": event, **details}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # A line cut short by a crash must not swallow this one: a blank line costs nothing.
        line = ("\n" if self._is_cut() else "") + json.dumps(entry) + "\n"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        file = os.open(self.path, flags, 0o600)
        try:
            data = line.encode()
            if os.write(file, data) != len(data):
                raise OSError(
                    f"{self.path}: only a part of the event was written; is the disk full?"
                )
            os.fsync(file)
        finally:
            os.close(file)

    def read(self) -> History:
        """All events; a damaged line is set aside with a warning, and the rest is kept."""
        events: list[Event] = []
        damaged: list[tuple[int, str]] = []
        lines = self.path.read_bytes().split(b"\n") if self.path.exists() else []
        for number, line in enumerate(lines, start=1):
            try:
                if line.strip():
                    events.append(_event(line))
            except (ValueError, RecursionError) as error:
                damaged.append((number, str(error)))
        if damaged:
            where = "; ".join(f"line {number}: {reason}" for number, reason in damaged[:3])
            warnings.warn(
                f"{self.path}: set aside {len(damaged)} damaged of {len(damaged) + len(events)} "
                f"lines ({where}); the others are kept.",
                stacklevel=2,
            )
        return History(events, damaged)

    def of(self, exercise: str) -> list[Event]:
        """The events of one exercise."""
        return [event for event in self.read().events if event["ex"] == exercise]

    def _is_cut(self) -> bool:
        try:
            with self.path.open("rb") as file:
                file.seek(-1, os.SEEK_END)
                return file.read(1) != b"\n"
        except OSError:  # no file yet, or an empty one
            return False


def _event(line: bytes) -> Event:
    """Decode one line, or raise `ValueError` with the reason in a few words."""
    try:
        event = json.loads(line)
    except ValueError:
        raise ValueError("not JSON") from None
    if not isinstance(event, dict):
        raise ValueError("not an event")
    if type(event.get("v")) is int and event["v"] > VERSION:
        raise ValueError("written by a newer version; update to read it")
    texts = (event.get(key) for key in ("t", "ex", "event"))
    if event.get("v") != VERSION or not all(isinstance(text, str) for text in texts):
        raise ValueError("v, t, ex or event is missing")
    return event
