from datetime import UTC, datetime, timedelta

from elapsed import hours_between, late

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_hours_have_fractions() -> None:
    assert hours_between(NOON, NOON + timedelta(minutes=90)) == 1.5


def test_a_time_without_its_zone_is_refused() -> None:
    try:
        hours_between(NOON.replace(tzinfo=None), NOON)
    except ValueError:
        return
    raise AssertionError("no zone, and no error")


def test_a_job_is_late_after_the_limit() -> None:
    jobs = {"slow": NOON - timedelta(hours=5), "new": NOON}
    assert late(jobs, NOON, 5) == []
    assert late(jobs, NOON, 4) == ["slow"]
