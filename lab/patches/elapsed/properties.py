"""Hours are hours, on nights when clocks change too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

BERLIN = ZoneInfo("Europe/Berlin")
FROM, TO = datetime(2000, 1, 1), datetime(2040, 1, 1)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo", "UTC")
# Whole seconds: of the parts of a second the floats of the old code lose some.
TIMES = st.datetimes(FROM, TO, timezones=st.sampled_from([ZoneInfo(zone) for zone in ZONES])).map(
    lambda time: time.replace(microsecond=0)
)
CALLS = st.tuples(TIMES, TIMES)


def berlin(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def run(code, start, end):
    return code.hours_between(start, end)


def good(code, tests, start, end):
    hours = timedelta(hours=code.hours_between(start, end))
    apart = start.astimezone(UTC) + hours - end.astimezone(UTC)
    assert abs(apart) < timedelta(seconds=1)
