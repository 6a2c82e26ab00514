"""Hours are hours, on the two nights when clocks change too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

BERLIN = ZoneInfo("Europe/Berlin")
FROM, TO = datetime(2026, 1, 1), datetime(2026, 12, 31)
TIMES = st.datetimes(FROM, TO, timezones=st.just(BERLIN)).map(lambda t: t.replace(microsecond=0))
CALLS = st.tuples(TIMES, TIMES)


def berlin(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def run(code, start, end):
    return code.hours_between(start, end)


def good(code, tests, start, end):
    hours = timedelta(hours=code.hours_between(start, end))
    apart = start.astimezone(UTC) + hours - end.astimezone(UTC)
    assert abs(apart) < timedelta(seconds=1)
