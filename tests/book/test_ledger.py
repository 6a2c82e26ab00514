"""The ledger's page: every row with its evidence, the pages that tell it, what notebooks measured."""

import json
import re
from pathlib import Path

import pytest

from book._ext.ledger import counts, measurements, reference_url
from book.claims import load
from book.store import FOLDER
from lab.measured import MIME
from tests.book.conftest import Build

PAGES = {"index": "# Home\n\n{claim}`IV.A.1`", "rows": "# Rows\n\n```{ledger}\n```\n"}


def _executed(folder: Path, page: str, claim: str, finding: str) -> None:
    output = {"output_type": "display_data", "data": {MIME: {"claim": claim, "finding": finding}}}
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": [output]}]
    path = folder / f"{page}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells}), "utf-8")


def _row(html: str, claim: str) -> str:
    start = html.index(f'id="claim-{claim}"')
    return html[start : html.index("</article>", start)]


def test_every_claim_has_one_anchored_row(build: Build) -> None:
    html = build(PAGES).page("rows")
    assert re.findall(r'<article class="ledger-row" id="claim-([^"]+)"', html) == list(
        load().claims
    )


def test_a_row_shows_its_evidence(build: Build) -> None:
    row = _row(build(PAGES).page("rows"), "II.B.3.b")
    claim = load().claims["II.B.3.b"]
    assert f'<span lang="zh-Hant">{claim.original_zh}</span>' in row
    assert "Unchecked, cited from memory" in row
    assert "More exactly:" in row
    assert "t=6686s" in row  # 1:51:26


def test_a_row_links_to_the_pages_that_tell_it(build: Build) -> None:
    html = build(PAGES).page("rows")
    assert '<a href="index.html">Home</a>' in _row(html, "IV.A.1")
    assert "Told on" not in _row(html, "IV.A.2")


def test_a_row_shows_what_a_page_measured(build: Build, tmp_path: Path) -> None:
    _executed(tmp_path / "src" / FOLDER, "index", "IV.A.1", "within <2 %")
    row = _row(build(PAGES).page("rows"), "IV.A.1")
    assert "within &lt;2 %" in row
    assert '<a href="index.html">Home</a>' in row


def test_a_book_that_was_never_executed_measured_nothing(tmp_path: Path) -> None:
    assert measurements(tmp_path / "absent") == {}


def test_measurements_keep_their_page(tmp_path: Path) -> None:
    _executed(tmp_path, "chapters/scaling/pretraining", "IV.A.1", "fits")
    assert measurements(tmp_path) == {"IV.A.1": [("chapters/scaling/pretraining", "fits")]}


def test_the_counts_add_up() -> None:
    *parts, (_, total) = counts(load())
    assert [sum(column) for column in zip(*(line for _, line in parts), strict=True)] == total
    assert sum(total) == 175


@pytest.mark.parametrize(
    ("ref", "url"),
    [
        ("arXiv:2501.12948", "https://arxiv.org/abs/2501.12948"),
        ("PNAS, doi:10.1073/pnas.1 (open)", "https://doi.org/10.1073/pnas.1"),
        ("Manning; https://rlhfbook.com", "https://rlhfbook.com"),
        ("OpenAI report", None),
        ("-", None),
    ],
)
def test_a_reference_links_to_its_address(ref: str, url: str | None) -> None:
    assert reference_url(ref) == url
