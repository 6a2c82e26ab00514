"""The site asks no third party for anything: MathJax is packed in, remote loaders are unhooked.

MathJax comes from its npm package (`lab.assets`); what a page can ask for of it is unpacked into
the site's `_static/mathjax`.
"""

import tarfile
from contextlib import suppress
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from lab.assets import AssetError, fetch

_PACKAGE = "package/es5/"
# The component that pages load, its fonts, and what TeX's \require and the reader's menu ask for.
_PARTS = (
    "tex-mml-chtml.js",
    "output/chtml/fonts/woff-v2/",
    "input/tex/extensions/",
    "a11y/",
    "sre/",
)


def unpack_mathjax(archive: Path, target: Path) -> None:
    """Unpack what pages need of MathJax from its npm package into `target`, once a version."""
    stamp = target / "version"
    if stamp.exists() and stamp.read_text("utf-8") == archive.name:
        return
    with tarfile.open(archive) as package:
        for member in package:
            name = member.name.removeprefix(_PACKAGE)
            content = package.extractfile(member) if name.startswith(_PARTS) else None
            if content is not None:
                file = target / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())
    stamp.write_text(archive.name, "utf-8")


def _configure(app: Sphinx, config: Config) -> None:
    config.mathjax_path = "mathjax/tex-mml-chtml.js"


def _pack(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    # Without it formulas show as TeX; the build says so at its end.
    with suppress(AssetError):
        unpack_mathjax(fetch("mathjax"), Path(app.outdir) / "_static" / "mathjax")


def _unhook_thebe(app: Sphinx) -> None:
    """Jupyter Book loads sphinx-thebe whatever the configuration says; drop what it would add."""
    for listeners in app.events.listeners.values():
        listeners[:] = [one for one in listeners if one.handler.__module__ != "sphinx_thebe"]
    registry = app.registry
    registry.css_files = [file for file in registry.css_files if "thebe" not in file[0]]
    registry.js_files = [file for file in registry.js_files if "thebe" not in str(file[0])]


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the steps; the unhooking has to come before any page is read."""
    app.connect("config-inited", _configure)
    app.connect("builder-inited", _pack)
    app.connect("config-inited", lambda app, config: _unhook_thebe(app))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
