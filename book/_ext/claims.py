"""Roles of the claims ledger: `{claim}` links to a row and shows its verdict, `{minute}` to the episode.

An id that the ledger does not hold, or a time that is none, is a warning, so the build is red under -W.
"""

from collections.abc import Iterable

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.nodes import make_refnode

from book.claims import Claim, Ledger, episode_url, load

logger = logging.getLogger(__name__)

# In the middle of a sentence a badge has little room.
SHORT = {"open prediction": "open", "could not be verified": "unverified"}


def anchor(claim_id: str) -> str:
    """The id of a row on the ledger's page."""
    return f"claim-{claim_id}"


def slug(verdict: str) -> str:
    """A verdict as part of a CSS class."""
    return verdict.replace(" ", "-")


def told(env: BuildEnvironment) -> dict[str, list[str]]:
    """Page to the ids of the claims that it tells, in the page's order."""
    pages: dict[str, list[str]] = vars(env).setdefault("claims_told", {})
    return pages


def unknown_message(ledger: Ledger, claim_id: str) -> str:
    """What to say of an id that the ledger does not hold."""
    near = ledger.nearest(claim_id)
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    return (
        f"claim {claim_id!r} is not in the ledger.{hint} Ids are listed in book/claims/claims.yaml."
    )


class ClaimRole(SphinxRole):
    """`{claim}`IV.A.1``: a link to the row, with its verdict in words."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link and remember that this page tells the claim."""
        ledger: Ledger = self.config.claims_ledger
        claim = ledger.claims.get(self.text)
        if claim is None:
            message = unknown_message(ledger, self.text)
            logger.warning(message, location=self.get_location(), type="claims", subtype="unknown")
            return [nodes.literal(self.text, self.text)], []
        ids = told(self.env).setdefault(self.env.docname, [])
        if claim.id not in ids:
            ids.append(claim.id)
        return [_link(claim, self.env.docname)], []


def _link(claim: Claim, docname: str) -> pending_xref:
    badge = nodes.inline(
        "",
        "",
        nodes.inline("", claim.id, classes=["claim-id"]),
        nodes.Text(" "),
        nodes.inline("", SHORT.get(claim.verdict, claim.verdict), classes=["claim-verdict"]),
        classes=["claim", f"claim-{slug(claim.verdict)}"],
    )
    target = {"refdomain": "", "reftype": "claim", "reftarget": claim.id, "refdoc": docname}
    return pending_xref("", badge, refwarn=True, **target)


class MinuteRole(SphinxRole):
    """`{minute}`0:49:37``: a link to the episode at that time."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link, or the bare text and a warning where it is no time."""
        try:
            url = episode_url(self.text)
        except ValueError as error:
            logger.warning(
                str(error), location=self.get_location(), type="claims", subtype="minute"
            )
            return [nodes.Text(self.text)], []
        title = f"Watch the episode from {self.text}"
        link = nodes.reference("", self.text, refuri=url, reftitle=title, classes=["minute"])
        return [link], []


def _resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.Element
) -> nodes.Node | None:
    if node["reftype"] != "claim":
        return None
    page = getattr(env, "ledger_docname", None)
    if page is None:
        text = "the book has no {ledger} page for the claim to link to"
        logger.warning(text, location=node, type="claims", subtype="no-ledger")
        return contnode
    claim: Claim = app.config.claims_ledger.claims[node["reftarget"]]
    target = anchor(claim.id)
    return make_refnode(app.builder, node["refdoc"], page, target, contnode, claim.claim)


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    told(env).pop(docname, None)


def _merge(
    app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment
) -> None:
    told(env).update({doc: ids for doc, ids in told(other).items() if doc in docnames})


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the roles; the ledger is read once and any change of it re-reads the pages."""
    app.add_config_value("claims_ledger", load(), "env", [Ledger])
    app.add_role("claim", ClaimRole())
    app.add_role("minute", MinuteRole())
    app.connect("missing-reference", _resolve)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
