"""Record what a page measured about a claim, for the ledger to show beside the verdict."""

from IPython.display import display

MIME = "application/vnd.struggle-first.measured+json"


def measured(claim: str, finding: str) -> None:
    """Say that this page measured `finding` (one plain sentence) about the ledger's row `claim`."""
    text = f"{claim}: {finding}"
    display({MIME: {"claim": claim, "finding": finding}, "text/plain": text}, raw=True)
