"""What a benchmark returns, and how two pieces of work are timed in turns."""

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
Work = Callable[[], object]


@dataclass(frozen=True)
class Measurement:
    """A measured number, its unit, and the budget it has to keep, if it has one."""

    what: str
    value: float
    unit: str = "x"
    at_least: float = -math.inf
    at_most: float = math.inf

    @property
    def budget(self) -> str:
        """The budget in words; empty where the number is only reported."""
        if math.isfinite(self.at_least):
            return f"{self.at_least:g} {self.unit} or more"
        return f"{self.at_most:g} {self.unit} or less" if math.isfinite(self.at_most) else ""

    @property
    def verdict(self) -> str:
        """`ok`, `over`, or nothing where there is no budget."""
        if not self.budget:
            return ""
        return "ok" if self.at_least <= self.value <= self.at_most else "over"


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What `work` returns, and the CPU seconds of this process, all threads together, that it takes."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def speed_ratio(ours: Work, theirs: Work, rounds: int = 9) -> float:
    """How many times as fast `ours` is: the median of `rounds`, each of which times both in turn."""
    ours(), theirs()  # the first call allocates
    return statistics.median(timed(theirs)[1] / timed(ours)[1] for _ in range(rounds))
