"""Calls that may fail for a moment."""

from collections.abc import Callable
from time import sleep

LONGEST = 60  # seconds


def retry(call: Callable[[], str], tries: int, wait: Callable[[int], None] = sleep) -> str:
    """What `call` returns; after an OSError again, up to `tries` times in all.

    The pauses double, up to a minute.
    """
    for attempt in range(tries):
        try:
            return call()
        except OSError:
            wait(min(2**attempt, LONGEST))
