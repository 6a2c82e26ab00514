"""What a check says: a verdict with its state, one cause, one case and one next step."""

from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Self

from struggle.display import card


class NotYet(Exception):
    """Raised inside a check where a case fails; `id` names the message for tests and the log."""

    def __init__(self, id: str, *, cause: str, next: str, case: str = "") -> None:
        super().__init__(cause)
        self.id, self.cause, self.case, self.next = id, cause, case, next


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check: `done` of `total` cases passed."""

    passed: bool
    id: str
    cause: str
    case: str = ""
    next: str = ""
    done: int = 0
    total: int = 0
    unit: str = "cases"

    @property
    def state(self) -> str:
        """For instance `Not yet (2 of 3 cases).`"""
        count = f" ({self.done} of {self.total} {self.unit})" if self.total else ""
        return ("Passed" if self.passed else "Not yet") + count + "."

    @property
    def message(self) -> str:
        """State, cause, case and next step in one paragraph."""
        case = f"Case: {self.case}." if self.case else ""
        return " ".join(filter(None, [self.state, self.cause, case, self.next]))

    def as_dict(self) -> dict[str, object]:
        """Its fields, the state and the message, for JSON."""
        return asdict(self) | {"state": self.state, "message": self.message}

    def __repr__(self) -> str:
        return self.message

    def _repr_html_(self) -> str:
        case = f"Case: {self.case}." if self.case else ""
        return card("passed" if self.passed else "not-yet", self.state, self.cause, case, self.next)


class Cases:
    """Counts cases, each under `with cases:`, and keeps the first failure for the verdict.

    A failed case does not stop the next one, so that a learner sees how far the answer carries.
    """

    def __init__(self, unit: str = "cases") -> None:
        self._unit = unit
        self._done = self._total = 0
        self._first: NotYet | None = None

    def __enter__(self) -> Self:
        self._total += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, NotYet):
            self._first = self._first or error
            return True
        self._done += error is None
        return False

    def verdict(self, praise: str) -> Verdict:
        """Pass with `praise` if every case passed, else the first failure's message."""
        if self._first is None:
            return Verdict(True, "passed", praise, "", "", self._done, self._total, self._unit)
        return not_yet(self._first, self._done, self._total, self._unit)


def not_yet(failure: NotYet, done: int = 0, total: int = 0, unit: str = "cases") -> Verdict:
    """The verdict that tells `failure`."""
    return Verdict(False, failure.id, failure.cause, failure.case, failure.next, done, total, unit)
