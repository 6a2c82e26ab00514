"""Live cells in a small book: what a page holds with and without Python, and what is packed."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.console import nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book._ext import live
from book.bundle import WEB, bundle
from lab.assets import AssetError, assets, fetch

PAGE = "# A page\n\n```{pycell}\n:label: Halves\n\n1 / 2\n```\n"


def build(folder: Path, page: str) -> tuple[Path, str]:
    """The folder of the HTML that `page` and a page beside it become, and the warnings."""
    source, warnings = folder / "src", io.StringIO()
    source.mkdir(exist_ok=True)
    (source / "index.md").write_text(page + "\n```{toctree}\nother\n```\n", "utf-8")
    (source / "other.md").write_text("# Another page\n", "utf-8")
    settings = {"extensions": ["myst_parser", "book._ext.live"], "html_theme": "basic"}
    out, trees = folder / "out", folder / "trees"
    nocolor()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            str(source), None, str(out), str(trees), "html", settings, status=None, warning=warnings
        )
        app.build()
    return out, warnings.getvalue()


@pytest.fixture
def no_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pyodide has no source left."""

    def nothing(name: str) -> Path:
        raise AssetError(f"The asset '{name}' is missing")

    monkeypatch.setattr(live, "fetch", nothing)


@pytest.mark.slow
def test_the_wheel_is_the_one_that_pyodide_names(tmp_path: Path) -> None:
    live.pack_python(tmp_path)
    numpy = json.loads((tmp_path / "pyodide-lock.json").read_text())["packages"]["numpy"]
    assert numpy["sha256"] == assets()["pyodide-numpy"].sha256
    assert numpy["file_name"] == fetch("pyodide-numpy").name
    packed = (tmp_path / numpy["file_name"]).read_bytes()
    assert hashlib.sha256(packed).hexdigest() == numpy["sha256"]


@pytest.mark.slow
def test_a_cell_is_a_block_that_can_be_read_without_javascript(tmp_path: Path) -> None:
    out, warnings = build(tmp_path, PAGE)
    page = (out / "index.html").read_text()
    assert not warnings
    assert '<p class="live-label">Halves</p>' in page
    assert '<span class="mi">1</span>' in page
    assert "live-absent" not in page
    for name in ("index", "other"):
        assert '<script data-python="9 MB" type="module" src="_static/web/page.js' in (
            out / f"{name}.html"
        ).read_text("utf-8")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("```{pycell}\n\n1 / 2\n```\n", "add a line `:label: ...`"),
        ("```{pycell}\n:label: Halves\n\nx = 1\n1 /\n```\n", "line 2 of the code: invalid syntax"),
    ],
)
def test_a_faulty_cell_is_named(cell: str, said: str, tmp_path: Path, no_python: None) -> None:
    _, warnings = build(tmp_path, "# A page\n\n" + cell)
    assert said in warnings
    assert "index.md:3" in warnings


def test_without_python_the_build_and_the_page_say_so(
    tmp_path: Path, no_python: None, capsys: pytest.CaptureFixture[str]
) -> None:
    out, warnings = build(tmp_path, PAGE)
    page = (out / "index.html").read_text()
    assert not warnings
    assert "built without live cells: The asset 'pyodide' is missing" in capsys.readouterr().err
    assert "was built without Python for the page" in page
    assert "data-python" not in page
    assert '<span class="mi">1</span>' in page


@pytest.mark.slow
def test_pages_follow_when_python_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(name: str) -> Path:
        raise AssetError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(live, "fetch", nothing)
        out, _ = build(tmp_path, PAGE)
        assert "data-python" not in (out / "other.html").read_text("utf-8")
    build(tmp_path, PAGE)
    assert "data-python" in (out / "other.html").read_text("utf-8")
    assert "live-absent" not in (out / "index.html").read_text("utf-8")


def test_without_npm_the_site_is_built_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = [sys.executable, "-c", "raise SystemExit('npm has no network')"]
    monkeypatch.setattr("book.bundle.npm", lambda: missing)
    monkeypatch.setattr("book.bundle.cache_folder", lambda: tmp_path / "cache")
    out, warnings = build(tmp_path, PAGE)
    assert not warnings
    assert "npm has no network" in capsys.readouterr().err
    assert "was built without Python" in (out / "index.html").read_text("utf-8")


def test_a_faulty_script_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = tmp_path / "web"
    web.mkdir()
    for name in ("package.json", "package-lock.json"):
        (web / name).write_bytes((WEB / name).read_bytes())
    (web / "page.js").write_text('import "./missing.js";')
    (web / "worker.js").write_text("")
    monkeypatch.setattr("book.bundle.WEB", web)
    with pytest.raises(RuntimeError, match=r'Could not resolve "\./missing\.js"'):
        bundle(tmp_path / "out")


def test_scripts_are_bundled_again_only_where_something_changed(tmp_path: Path) -> None:
    bundle(tmp_path)
    (tmp_path / "page.js").write_text("untouched")
    bundle(tmp_path)
    assert (tmp_path / "page.js").read_text() == "untouched"
    (tmp_path / "version").write_text("of other scripts")
    bundle(tmp_path)
    assert (tmp_path / "page.js").read_text() != "untouched"


def test_the_lock_names_no_host() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert all(package["integrity"] for package in packages)
    assert not any("resolved" in package for package in packages)


def test_the_packed_judge_stands_alone(tmp_path: Path) -> None:
    """The page has nothing but NumPy beside it: no YAML, no `struggle/__init__.py`."""
    with zipfile.ZipFile(io.BytesIO(live.checks_archive())) as archive:
        archive.extractall(tmp_path)
    asked = 'cell.check("scaling/router", ["route"], "def route(*_): raise NotImplementedError")'
    done = subprocess.run(
        [sys.executable, "-c", f"import cell, sys; print({asked}, 'yaml' in sys.modules)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    answer, yaml = done.stdout.rsplit(" ", 1)
    assert json.loads(answer)["id"] == "not-started"
    assert yaml.strip() == "False"
