"""The dates that the method's page names are those that the scheduler gives."""

import re
from datetime import UTC, datetime
from pathlib import Path

from struggle.progress import state

PAGE = Path(__file__).parents[2] / "book" / "how-to-study.md"
LINE = re.compile(r"^((?:\w+, )*\w+) +back after (.+) days$", re.M)


def days(ratings: list[str]) -> list[int]:
    """How long an exercise stays away each time, done on the day when it is due."""
    events: list[dict[str, object]] = []
    now, found = datetime(2026, 1, 1, tzinfo=UTC), []
    for rating in ratings:
        events.append({"event": "reflect", "t": now.isoformat(), "rating": rating})
        due = state(events, now).due
        assert due is not None
        found.append((due - now).days)
        now = due
    return found


def test_the_page_names_the_dates_that_come() -> None:
    lines = LINE.findall(PAGE.read_text("utf-8"))
    assert len(lines) == 2
    for ratings, told in lines:
        assert [int(number) for number in re.findall(r"\d+", told)] == days(ratings.split(", "))
