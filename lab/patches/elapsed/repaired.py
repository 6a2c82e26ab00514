"""How long jobs have been running."""

from datetime import UTC, datetime, timedelta


def hours_between(start: datetime, end: datetime) -> float:
    """Hours from `start` to `end`, times with their zones."""
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("a time without its zone")
    return (end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(hours=1)


def late(jobs: dict[str, datetime], now: datetime, limit: float) -> list[str]:
    """The jobs that started more than `limit` hours ago."""
    return [job for job, start in jobs.items() if hours_between(start, now) > limit]
