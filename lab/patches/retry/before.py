"""Calls that may fail for a moment."""

from collections.abc import Callable
from time import sleep


def retry(call: Callable[[], str], tries: int, wait: Callable[[int], None] = sleep) -> str:
    """What `call` returns; after an OSError again, up to `tries` times in all."""
    for _ in range(tries - 1):
        try:
            return call()
        except OSError:
            wait(1)
    return call()
