"""The site's service worker: `sw.js` at its root, from `book/web/sw.js` and the files there are.

What nobody reads offline is not listed, and comes from the server as if there were no worker.
"""

import hashlib
import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

_WORKER = Path(__file__).parent / "web" / "sw.js"
_EMPTY = "const FILES = { pages: {}, later: {} };"
_DIGITS = 16  # of the hash: enough that no two versions of a file share them
_IN_PATHS = "/!$&'()*+,;=:@"  # what a browser leaves as it is in the path of an address

_NEVER = (
    "sw.js",
    ".*",
    "*/.*",
    "*/version",  # the build's own stamps
    "objects.inv",
    "*.map",
    "*.LICENSE.txt",
    "*.ttf",  # for browsers that know neither woff2 nor service workers
    "_static/readme.png",
    "_static/*webpack-macros.html",
    "_static/scripts/fontawesome.js",  # book/_ext/theme.py takes it out of the pages
)
_LATER = (
    "_sources/*",
    "_static/demo/*.onnx",  # a demo's models, and what runs them; the demo itself is small
    "_static/demo/ort.*",
    "_static/demo/pieces.json",
    "_static/live/*",  # Python for the page
    "_static/mathjax/a11y/*",
    "_static/mathjax/input/*",
    "_static/mathjax/sre/*",
)
_OF_PAGES = (
    ".html",
    ".css",
    ".js",
    ".json",
    ".svg",
    ".png",
    ".jpg",
    ".webp",
    ".ico",
    ".woff",
    ".woff2",
)


class File(NamedTuple):
    """What the worker has to know of a file."""

    hash: str
    size: int


Group = dict[str, File]


def groups(site: Path) -> dict[str, Group]:
    """The files under `site` by path: "pages", kept at the first visit, and "later", on first use."""
    found: dict[str, Group] = {"pages": {}, "later": {}}
    for file in sorted(site.rglob("*")):
        path = file.relative_to(site).as_posix()
        if file.is_file() and not _matches(path, _NEVER):
            content = file.read_bytes()
            known = File(hashlib.sha256(content).hexdigest()[:_DIGITS], len(content))
            found[_group(path)][quote(path, safe=_IN_PATHS)] = known
    return found


def _group(path: str) -> str:
    of_pages = path.endswith(_OF_PAGES) and not _matches(path, _LATER)
    return "pages" if of_pages else "later"


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def write_worker(site: Path) -> None:
    """Write `sw.js` for the files that lie under `site`; what comes later it does not know."""
    files = json.dumps(groups(site), separators=(",", ":"))
    worker = _WORKER.read_text("utf-8")
    if _EMPTY not in worker:
        raise ValueError(f"{_WORKER} has no line {_EMPTY!r} to write the list of files into")
    (site / "sw.js").write_text(worker.replace(_EMPTY, f"const FILES = {files};"), "utf-8")
