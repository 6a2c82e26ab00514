"""`{ledger}` shows every row of the claims ledger, grouped by part, with its evidence and a filter.

The rows are filled in when the page is written, because they also say which pages tell a claim and what
the executed notebooks measured about it.  Everything is in the HTML; the filter only hides rows.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from jinja2 import Environment, FileSystemLoader, select_autoescape
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from book._ext.claims import anchor, slug, told
from book.claims import KINDS, PARTS, VERDICTS, Claim, Ledger, episode_url, spans
from book.store import FOLDER
from lab.measured import MIME

Measurements = dict[str, list[tuple[str, str]]]

_CHECKED = {
    "text": "text read",
    "identifier": "identifier checked",
    "memory": "unchecked, cited from memory",
}
_LABELS = {"corrected": "What is right", "partly": "More exactly"}
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


class rows(nodes.General, nodes.Element):
    """Stands for the rows of one part, or for the filter, until the page is written."""


class LedgerDirective(SphinxDirective):
    """`{ledger}`: the filter, the counts, and a section for each part."""

    has_content = False
    option_spec: ClassVar[dict[str, object]] = {}

    def run(self) -> list[nodes.Node]:
        """Return placeholders; `_fill` puts the rows in."""
        vars(self.env)["ledger_docname"] = self.env.docname
        return [rows(part=""), *(self._section(part) for part in PARTS)]

    def _section(self, part: str) -> nodes.section:
        section = nodes.section(ids=[f"part-{part}"], classes=["ledger-part"])
        section += nodes.title("", part_title(part))
        section += rows(part=part)
        return section


def part_title(part: str) -> str:
    """A part as a heading: its numeral, where it has one of its own, and its name."""
    return PARTS[part] if part in ("0", "X") else f"{part} · {PARTS[part]}"


def measurements(executed: Path) -> Measurements:
    """Claim id to (page, finding), read from the executed notebooks under `executed`, if any."""
    found: Measurements = defaultdict(list)
    for path in sorted(executed.rglob("*.ipynb")):
        page = path.relative_to(executed).with_suffix("").as_posix()
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                record = output.get("data", {}).get(MIME)
                if record:
                    found[record["claim"]].append((page, record["finding"]))
    return dict(found)


def reference_url(ref: str) -> str | None:
    """The first address in a source's `ref`, or None where it names none."""
    for word in ref.replace(",", " ").replace(";", " ").split():
        bare = word.strip("()")
        if bare.startswith("arXiv:"):
            return "https://arxiv.org/abs/" + bare.removeprefix("arXiv:")
        if bare.startswith("doi:"):
            return "https://doi.org/" + bare.removeprefix("doi:")
        if bare.startswith(("https://", "http://")):
            return bare
    return None


def counts(ledger: Ledger) -> list[tuple[str, list[int]]]:
    """Part to its number of rows of each verdict, in `VERDICTS`' order; the last line sums."""
    by_part = {part: Counter[str]() for part in PARTS}
    for claim in ledger.claims.values():
        by_part[claim.part][claim.verdict] += 1
    total = sum(by_part.values(), Counter[str]())
    lines = [(part_title(part), by_part[part]) for part in PARTS] + [("All", total)]
    return [(name, [count[verdict] for verdict in VERDICTS]) for name, count in lines]


def _fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the rows where the directive left its placeholders."""
    ledger: Ledger = app.config.claims_ledger
    shown = _Pages(app, docname)
    for place in list(doctree.findall(rows)):
        html = _part(ledger, place["part"], shown) if place["part"] else _filter(ledger)
        place.replace_self(nodes.raw("", html, format="html"))


class _Pages:
    """Links from the ledger's page to the pages that tell or measure a claim."""

    def __init__(self, app: Sphinx, docname: str) -> None:
        self.app, self.docname = app, docname
        self.found = measurements(Path(app.srcdir) / FOLDER)

    def link(self, page: str) -> tuple[str, str]:
        """Address and title of `page`."""
        env = self.app.env
        return self.app.builder.get_relative_uri(self.docname, page), env.titles[page].astext()

    def telling(self, claim: Claim) -> list[tuple[str, str]]:
        """The pages that tell `claim`."""
        return [self.link(p) for p, ids in sorted(told(self.app.env).items()) if claim.id in ids]

    def measured(self, claim: Claim) -> list[tuple[tuple[str, str], str]]:
        """What the pages of this book found about `claim`."""
        records = self.found.get(claim.id, [])
        return [(self.link(p), said) for p, said in records if p in self.app.env.found_docs]


def _filter(ledger: Ledger) -> str:
    return _TEMPLATES.get_template("filter.html").render(
        parts={part: part_title(part) for part in PARTS},
        verdicts=VERDICTS,
        kinds=KINDS,
        counts=counts(ledger),
        total=len(ledger.claims),
    )


def _part(ledger: Ledger, part: str, pages: _Pages) -> str:
    return _TEMPLATES.get_template("rows.html").render(
        claims=[claim for claim in ledger.claims.values() if claim.part == part],
        sources=ledger.sources,
        checked=_CHECKED,
        labels=_LABELS,
        telling=pages.telling,
        measured=pages.measured,
        anchor=anchor,
        slug=slug,
        spans=spans,
        episode_url=episode_url,
        reference_url=reference_url,
    )


def _rewrite(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """The ledger depends on every page and every run, so it is written in every build."""
    page = getattr(env, "ledger_docname", None)
    return [page] if page else []


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    if getattr(env, "ledger_docname", None) == docname:
        del vars(env)["ledger_docname"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.setup_extension("book._ext.claims")
    app.add_node(rows)
    app.add_directive("ledger", LedgerDirective)
    app.connect("doctree-resolved", _fill)
    app.connect("env-updated", _rewrite)
    app.connect("env-purge-doc", _purge)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
