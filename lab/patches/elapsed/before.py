"""How long jobs have been running."""

from datetime import datetime


def hours_between(start: datetime, end: datetime) -> float:
    """Hours from `start` to `end`, times with their zones."""
    return (end.timestamp() - start.timestamp()) / 3600


def late(jobs: dict[str, datetime], now: datetime, limit: float) -> list[str]:
    """The jobs that started more than `limit` hours ago."""
    return [job for job, start in jobs.items() if hours_between(start, now) > limit]
