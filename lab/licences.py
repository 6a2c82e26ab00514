"""What the licence of an open-weight model asks of somebody who uses it in a given way.

A licence is a list of clauses; each names a duty, the cases in which it arises, and its own words.
The data stand in `licences.toml`, every clause with the source in which it was read; a licence read
only in part is never said to lack something (`asks` answers None).  None of this is legal advice.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("licences.toml")
DUTIES = {
    "no-rights": "you are granted no rights at all",
    "ask": "get a licence from the maker first",
    "show": "show the model's name",
    "name": "begin your model's name with theirs",
    "bind": "bind your own users to the restrictions",
    "policy": "keep to a list of forbidden uses",
    "pass-on": "hand on the licence and its notices",
    "mark": "mark the files that you changed",
}


@dataclass(frozen=True)
class Use:
    """What somebody does with a model; sums in dollars."""

    commercial: bool = False
    offers: bool = False  # a product or service for others is built on it
    hands_out: bool = False  # weights are given to others, changed or not
    modifies: bool = False  # the weights are fine-tuned or otherwise changed
    teaches: bool = False  # another model is trained on its answers and released
    model_service: bool = False  # others pay for access to the model itself
    in_eu: bool = False  # the user lives, or the firm has its seat, in the European Union
    users: float = 0  # monthly active users
    users_at_release: float = 0  # the same, in the month before the model was released
    monthly_revenue: float = 0
    yearly_revenue: float = 0


@dataclass(frozen=True)
class Source:
    """Where a licence was read: `read` is "text" or "quoted", `whole` if nothing was left unread."""

    at: str
    read: str
    whole: bool
    date: date
    bib: str | None = None

    def __post_init__(self) -> None:
        if not self.at or self.read not in ("text", "quoted"):
            raise ValueError(f"a source says where and how it was read: {self}")


@dataclass(frozen=True)
class Clause:
    """A duty, the cases in which it arises (any of them), and its words, fifteen at most."""

    duty: str
    when: tuple[Mapping[str, Any], ...]
    section: str
    text: str
    source: Source

    def __post_init__(self) -> None:
        known = {field.name for field in fields(Use)}
        if self.duty not in DUTIES or not self.section or not self.text or not self.when:
            raise ValueError(f"incomplete clause: {self}")
        if strange := {name for case in self.when for name in case} - known:
            raise ValueError(f"`Use` says nothing of {', '.join(sorted(strange))}")

    def holds(self, use: Use) -> bool:
        """Whether `use` falls under one of the cases; a number in a case means strictly more."""
        return any(
            all(
                getattr(use, name) is limit
                if isinstance(limit, bool)
                else getattr(use, name) > limit
                for name, limit in case.items()
            )
            for case in self.when
        )


@dataclass(frozen=True)
class Licence:
    """The licence of one model; `family` is Apache 2.0, MIT, MIT and a condition, or own."""

    model: str
    maker: str
    country: str
    released: str
    name: str
    family: str
    source: Source
    clauses: tuple[Clause, ...]

    def duties(self, use: Use) -> dict[str, Clause]:
        """What `use` obliges to, in the order of `DUTIES`, each with the clause that says so."""
        due = {clause.duty: clause for clause in reversed(self.clauses) if clause.holds(use)}
        return {duty: due[duty] for duty in DUTIES if duty in due}

    def asks(self, duty: str) -> bool | None:
        """Whether `duty` can arise; None where no clause says so but something was left unread."""
        return self._answer(any(clause.duty == duty for clause in self.clauses))

    def caps(self, duty: str) -> bool | None:
        """Whether `duty` arises above some number of users or sum; None as in `asks`."""
        return self._answer(bool(self.limits(duty)))

    def _answer(self, found: bool) -> bool | None:
        return found or (False if self.source.whole else None)

    def limits(self, duty: str) -> dict[str, float]:
        """The thresholds above which `duty` arises: field of `Use` to the number."""
        return {
            name: float(limit)
            for clause in self.clauses
            if clause.duty == duty
            for case in clause.when
            for name, limit in case.items()
            if not isinstance(limit, bool)
        }


def load_licences(path: Path = DATA) -> dict[str, Licence]:
    """The licences of `path` by model.

    Raises `ValueError` where a clause is incomplete, and `KeyError` where a source is missing.
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    sources = {key: Source(**source) for key, source in data["sources"].items()}
    found = {}
    for model, row in data["licences"].items():
        own = [(row["source"], clause) for clause in row.pop("clauses", [])]
        if common := data["shared"].get(row.pop("shared", None)):
            origin = common.get("source", row["source"])
            own += [(origin, clause) for clause in common["clauses"]]
        clauses = tuple(
            Clause(**{"source": sources[clause.get("source", source)]} | _plain(clause))
            for source, clause in own
        )
        source = sources[row.pop("source")]
        found[model] = Licence(model=model, source=source, clauses=clauses, **row)
    return found


def _plain(clause: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in clause.items() if name != "source"}
    return kept | {"when": tuple(kept.get("when", ()))}


LICENCES = load_licences()
