"""Which rows of the ledger no page tells yet: a report, since chapters are still being written."""

import re
import warnings
from pathlib import Path

from book.claims import load
from book.pages import pages

ROOT = Path(__file__).parents[2]
_CLAIM = re.compile(r"\{claim\}`([^`]+)`")


def test_the_pages_tell_rows_that_exist_and_report_those_that_none_tells() -> None:
    told = {claim for page in pages(ROOT) for claim in _CLAIM.findall(page.text)}
    known = load().claims
    assert told <= set(known)
    untold = [claim for claim in known if claim not in told]
    if untold:
        warnings.warn(f"{len(untold)} rows have no page yet: {', '.join(untold)}", stacklevel=1)
