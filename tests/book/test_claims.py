"""The ledger's data, and the roles that link to it."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from book.claims import FOLDER, LedgerError, episode_url, load, seconds, spans
from tests.book.conftest import Build

LEDGER = load()


def test_it_holds_every_row_with_the_counted_verdicts() -> None:
    verdicts = Counter(claim.verdict for claim in LEDGER.claims.values())
    assert len(LEDGER.claims) == 175
    assert verdicts == {
        "supported": 71,
        "partly": 50,
        "opinion": 21,
        "corrected": 19,
        "open prediction": 11,
        "could not be verified": 3,
    }


def test_an_id_begins_with_its_part() -> None:
    assert all(claim.id.split(".")[0] == claim.part for claim in LEDGER.claims.values())


def test_every_source_is_used() -> None:
    used = {key for claim in LEDGER.claims.values() for key in claim.sources}
    assert used == set(LEDGER.sources)


def test_every_wrong_row_says_what_is_right() -> None:
    wrong = [c for c in LEDGER.claims.values() if c.verdict in ("corrected", "partly")]
    assert all(len(claim.correction.split()) > 3 for claim in wrong)


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A copy of the ledger to damage."""
    for name in ("claims.yaml", "sources.yaml"):
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("verdict", "true", "verdict is 'true'"),
        ("kind", "joke", "kind is 'joke'"),
        ("sources", ["EP", "NOWHERE"], "no source NOWHERE"),
        ("interview_at", "4:99", "not a time"),
        ("correction", "-", "no correction is given"),
        ("id", "0.2", "twice"),
        ("speaker", None, "incomplete row"),
    ],
)
def test_a_damaged_row_is_refused_and_named(
    damaged: Path, field: str, value: object, message: str
) -> None:
    rows = yaml.safe_load((damaged / "claims.yaml").read_text("utf-8"))[:2]
    if value is None:
        del rows[0][field]
    else:
        rows[0][field] = value
    (damaged / "claims.yaml").write_text(yaml.safe_dump(rows), "utf-8")
    with pytest.raises(LedgerError, match=message):
        load(damaged)


def test_a_source_that_does_not_say_how_it_was_checked_is_refused(damaged: Path) -> None:
    sources = yaml.safe_load((damaged / "sources.yaml").read_text("utf-8"))
    sources["EP"]["checked"] = "surely"
    (damaged / "sources.yaml").write_text(yaml.safe_dump(sources), "utf-8")
    with pytest.raises(LedgerError, match=r"source EP: checked is 'surely'"):
        load(damaged)


@given(st.integers(0, 9), st.integers(0, 59), st.integers(0, 59))
def test_a_time_is_its_seconds(hours: int, minutes: int, rest: int) -> None:
    assert seconds(f"{hours}:{minutes:02}:{rest:02}") == hours * 3600 + minutes * 60 + rest


@pytest.mark.parametrize("text", ["49:37", "0:60:00", "0:49", "later", "", "0:49:37s"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="h:mm:ss"):
        seconds(text)


def test_the_link_goes_to_the_second_in_the_video() -> None:
    assert episode_url("0:49:37") == "https://www.youtube.com/watch?v=EV7WhVT270Q&t=2977s"


def test_passages_keep_their_end_and_link_to_their_start() -> None:
    assert spans("1:52:26-1:52:37; 0:57:31") == [
        ("1:52:26–1:52:37", "1:52:26"),
        ("0:57:31", "0:57:31"),
    ]
    assert spans("-") == []


def test_a_claim_links_to_its_row_and_says_its_verdict(build: Build) -> None:
    book = build({"index": "# A\n\n{claim}`IV.A.1`", "rows": "# B\n\n```{ledger}\n```\n"})
    assert book.warnings == ""
    assert 'href="rows.html#claim-IV.A.1"' in book.page("index")
    assert '<span class="claim-verdict">partly</span>' in book.page("index")
    assert 'id="claim-IV.A.1"' in book.page("rows")


def test_an_unknown_claim_is_a_warning_that_helps(build: Build) -> None:
    book = build({"index": "# A\n\n{claim}`IV.A.11`"})
    assert "claim 'IV.A.11' is not in the ledger" in book.warnings
    assert "Did you mean IV.A.1" in book.warnings
    assert "book/claims/claims.yaml" in book.warnings
    assert "index.md:3" in book.warnings


def test_a_claim_in_a_book_without_a_ledger_is_a_warning(build: Build) -> None:
    assert "no {ledger} page" in build({"index": "# A\n\n{claim}`IV.A.1`"}).warnings


def test_a_minute_links_to_the_episode(build: Build) -> None:
    book = build({"index": "# A\n\n{minute}`0:49:37`"})
    assert book.warnings == ""
    assert "watch?v=EV7WhVT270Q&amp;t=2977s" in book.page("index")


def test_a_malformed_minute_is_a_warning(build: Build) -> None:
    assert "'49:37' is not a time" in build({"index": "# A\n\n{minute}`49:37`"}).warnings
