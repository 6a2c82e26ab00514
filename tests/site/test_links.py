"""Every link inside the site leads to a page that exists and an anchor that it has."""

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Page(HTMLParser):
    """Collects a page's anchors, and the links and files that it names."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.targets: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value is not None:
                self.targets.append(value)


_page = cache(_Page)


def test_no_link_is_broken(built_site: Path) -> None:
    broken = [
        f"{path.relative_to(built_site)} -> {target}"
        for path in sorted(built_site.rglob("*.html"))
        if "_static" not in path.parts
        for target in _page(path).targets
        if not _reaches(path, target)
    ]
    assert broken == []


def _reaches(path: Path, target: str) -> bool:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return True  # a link out of the site; the pages' test sees to it that nothing is loaded
    file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not file.is_file():
        return False
    return (
        not parts.fragment
        or file.suffix != ".html"
        or unquote(parts.fragment) in _page(file).anchors
    )
