"""Runs inside a page's kernel: notes every file of the project that the page reads or imports.

`book.execute` sends this file's text as a hidden cell before the page's own first cell and asks for
`sys.page_inputs()` after the last.  A folder that is listed counts as read too: a page that draws
every file of results/ depends on which files there are.
"""

# The hook runs at every open: plain strings, and links left as they are.
# ruff: noqa: PTH100, PTH118, PTH206

import os
import sys
from collections.abc import Callable


def record(root: str, cache: str) -> Callable[[], list[str]]:
    """Start to note what is read under `root` and `cache`; the returned function tells it."""
    seen: set[str] = set()
    library = os.path.abspath(sys.prefix) + os.sep
    listable = tuple(os.path.join(root, name) for name in ("results", "exercises"))

    def counts(path: str) -> bool:
        if path.startswith(cache + os.sep):
            return True
        inside = path.startswith(root + os.sep) and not path.startswith(library)
        parts = path[len(root) + 1 :].split(os.sep)
        return inside and not any(p.startswith((".", "_build", "__pycache__")) for p in parts)

    def note(path: object, listing: bool = False) -> None:
        if isinstance(path, str | bytes | os.PathLike):
            found = os.path.abspath(os.fsdecode(path))
            if counts(found) and (not listing or found.startswith(listable)):
                seen.add(found)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and not set("wax+") & set(str(arguments[1] or "r")):
            note(arguments[0])
        elif event in ("os.listdir", "os.scandir"):
            note(arguments[0] or ".", listing=True)

    def inputs() -> list[str]:
        for module in list(sys.modules.values()):
            note(getattr(module, "__file__", None))
        return sorted(seen)

    sys.addaudithook(hook)
    return inputs
