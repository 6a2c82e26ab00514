"""The claims ledger as typed data: what the digest says, how it was checked and from which sources.

`load()` reads `claims.yaml` and `sources.yaml` beside this file and refuses rows that are incomplete.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
EPISODE = "https://www.youtube.com/watch?v=EV7WhVT270Q"
VERDICTS = (
    "supported",
    "partly",
    "corrected",
    "opinion",
    "open prediction",
    "could not be verified",
)
KINDS = ("fact", "measurement", "opinion", "prediction", "advice")
CHECKED = ("text", "identifier", "memory")
TESTABLE = ("yes", "partly", "no")
PARTS = {
    "0": "The digest's header",
    "I": "Competition",
    "II": "Post-training",
    "III": "Programming",
    "IV": "Scaling laws",
    "V": "AGI and people",
    "VI": "Learning",
    "VII": "Trends",
    "VIII": "Summary",
    "X": "Left out of the digest",
}
_TIME = re.compile(r"(\d+):([0-5]\d):([0-5]\d)")
_NOT_SAID = ("-", "see correction (quoted or paraphrased there)")


class LedgerError(ValueError):
    """A row of the ledger is incomplete or inconsistent."""


@dataclass(frozen=True)
class Source:
    """A source and how it was checked: its text read, its identifier seen, or from memory."""

    key: str
    title: str
    authors: str
    year: int
    ref: str
    checked: str
    note: str


@dataclass(frozen=True)
class Claim:
    """One row: what the digest says, the verdict on it, and the evidence.

    `correction`, `interview_says` and `score` are empty where there is nothing to say.
    """

    id: str
    part: str
    section: str
    claim: str
    original_zh: str
    speaker: str
    kind: str
    digest_says: str
    verdict: str
    correction: str
    interview_at: str
    interview_says: str
    testable: str
    test: str
    sources: tuple[str, ...]
    score: str


@dataclass(frozen=True)
class Ledger:
    """All claims and sources, in the digest's order."""

    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]

    def nearest(self, unknown: str) -> list[str]:
        """Up to three ids that look most like `unknown`."""
        return difflib.get_close_matches(unknown.upper(), self.claims, n=3, cutoff=0.5)


def seconds(time: str) -> int:
    """Seconds into the episode of a time written h:mm:ss; `ValueError` for anything else."""
    match = _TIME.fullmatch(time.strip())
    if match is None:
        raise ValueError(
            f"{time!r} is not a time of the episode; write it as h:mm:ss, as in 0:49:37"
        )
    hours, minutes, rest = map(int, match.groups())
    return 3600 * hours + 60 * minutes + rest


def episode_url(time: str) -> str:
    """Where the episode's video starts at `time` (h:mm:ss)."""
    return f"{EPISODE}&t={seconds(time)}s"


def spans(interview_at: str) -> list[tuple[str, str]]:
    """The passages of a row as (label, start), e.g. `1:52:26-1:52:37` and `1:52:26`."""
    labels = [part.strip() for part in interview_at.split(";") if part.strip() not in ("", "-")]
    return [(label.replace("-", "–"), label.split("-")[0]) for label in labels]


def load(folder: Path = FOLDER) -> Ledger:
    """Read and check both files of `folder`; `LedgerError` names the row that is wrong."""
    raw_sources = yaml.safe_load((folder / "sources.yaml").read_text("utf-8"))
    sources = {key: _source(key, raw) for key, raw in raw_sources.items()}
    claims: dict[str, Claim] = {}
    for raw in yaml.safe_load((folder / "claims.yaml").read_text("utf-8")):
        claim = _claim(raw)
        _check(claim, sources)
        if claim.id in claims:
            raise LedgerError(f"claim {claim.id}: the id stands twice in claims.yaml")
        claims[claim.id] = claim
    return Ledger(claims, sources)


def _source(key: str, raw: Mapping[str, Any]) -> Source:
    fields = ("title", "authors", "year", "ref", "checked")
    missing = [field for field in fields if not raw.get(field)]
    if missing:
        raise LedgerError(f"source {key}: no {', '.join(missing)} in sources.yaml")
    if raw["checked"] not in CHECKED:
        raise LedgerError(f"source {key}: checked is {raw['checked']!r}; use one of {CHECKED}")
    return Source(key=key, **{f: raw[f] for f in fields}, note=raw.get("note", ""))


def _claim(raw: Mapping[str, Any]) -> Claim:
    try:
        text = {f: raw[f] for f in Claim.__dataclass_fields__ if f in raw}
        text["interview_says"] = "" if raw["interview_says"] in _NOT_SAID else raw["interview_says"]
        text["correction"] = "" if raw["correction"] == "-" else raw["correction"]
        text["sources"] = tuple(raw["sources"])
        test = raw["notebook_test"]
        how = "" if test["how"] == "-" else test["how"]
        score = raw.get("score_by_late_2026", "")
        return Claim(**text, testable=test["possible"], test=how, score=score)
    except (KeyError, TypeError) as error:
        raise LedgerError(f"claim {raw.get('id', '?')}: incomplete row ({error})") from error


def _check(claim: Claim, sources: Mapping[str, Source]) -> None:
    allowed = {"part": tuple(PARTS), "kind": KINDS, "verdict": VERDICTS, "testable": TESTABLE}
    for field, values in allowed.items():
        if getattr(claim, field) not in values:
            found = getattr(claim, field)
            raise LedgerError(f"claim {claim.id}: {field} is {found!r}; use one of {values}")
    unknown = [key for key in claim.sources if key not in sources]
    if unknown:
        raise LedgerError(f"claim {claim.id}: no source {', '.join(unknown)} in sources.yaml")
    if claim.verdict == "corrected" and not claim.correction:
        raise LedgerError(f"claim {claim.id}: corrected, but no correction is given")
    for _, start in spans(claim.interview_at):
        try:
            seconds(start)
        except ValueError as error:
            raise LedgerError(f"claim {claim.id}: {error}") from error
