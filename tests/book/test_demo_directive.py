"""A demo's place in a small book: with and without its files, with faulty options, packed once."""

import io
from html import escape
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.console import nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils

from book._ext import demo
from lab.assets import AssetError
from lab.reviewing import exhibit

PAGE = "# A page\n\n```{demo} denoising\n:gap: To [[be]], or not\nTwo models *write* here.\n```\n"
REVIEWS = "# A page\n\n```{demo} reviewing\nPatches *wait* here.\n```\n"


def build(folder: Path, page: str, builder: str = "html") -> tuple[Path, str]:
    """The folder that `page` becomes, and the warnings."""
    source, warnings = folder / "src", io.StringIO()
    source.mkdir(exist_ok=True)
    (source / "index.md").write_text(page, "utf-8")
    settings = {"extensions": ["myst_parser", "book._ext.demo"], "html_theme": "basic"}
    out = folder / builder
    nocolor()
    with patch_docutils(), docutils_namespace():
        Sphinx(
            str(source), None, str(out), str(folder / "trees"), builder, settings,
            status=None, warning=warnings,
        ).build()  # fmt: skip
    return out, warnings.getvalue()


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo is there, and weighs something."""
    monkeypatch.setattr(demo, "pack_denoising", lambda target: "11 MB")


@pytest.fixture
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(target: Path) -> str:
        raise FileNotFoundError("twin-diffusion.safetensors is missing")

    monkeypatch.setattr(demo, "pack_denoising", nothing)


def test_a_place_holds_what_the_page_needs_and_what_is_read_without_it(
    tmp_path: Path, packed: None
) -> None:
    out, warnings = build(tmp_path, PAGE)
    html = (out / "index.html").read_text("utf-8")
    assert not warnings
    assert 'class="demo"' in html and 'data-demo="denoising"' in html
    assert 'data-size="11 MB"' in html and "&quot;before&quot;: [" in html
    assert "<p>Two models <em>write</em> here.</p>" in html
    assert "built without the models" not in html


def test_another_format_keeps_the_paragraph(tmp_path: Path, packed: None) -> None:
    out, warnings = build(tmp_path, PAGE, "text")
    assert not warnings
    assert "Two models *write* here." in (out / "index.txt").read_text("utf-8")


def test_without_models_the_build_and_the_page_say_so(
    tmp_path: Path, no_models: None, capsys: pytest.CaptureFixture[str]
) -> None:
    out, warnings = build(tmp_path, PAGE)
    html = (out / "index.html").read_text("utf-8")
    assert not warnings
    assert "without its demo: twin-diffusion.safetensors is missing" in capsys.readouterr().err
    assert "was built without the models of this demo" in html
    assert "data-size" not in html


def test_a_page_follows_when_the_models_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(name: str) -> Path:
        raise AssetError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(demo, "fetch", nothing)
        build(tmp_path, PAGE)
    monkeypatch.setattr(demo, "pack_denoising", lambda target: "11 MB")
    out, _ = build(tmp_path, PAGE)
    html = (out / "index.html").read_text("utf-8")
    assert 'data-size="11 MB"' in html
    assert "built without the models" not in html


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (
            "```{demo} dreaming\nText.\n```\n",
            "there is no demo 'dreaming'; there are: denoising, reviewing",
        ),
        ("```{demo} denoising\n```\n", "Content block expected"),
        ("```{demo} denoising\n:gap: no gap\nText.\n```\n", "has no [[words in brackets]]"),
    ],
)
def test_a_faulty_place_is_named(place: str, said: str, tmp_path: Path, packed: None) -> None:
    _, warnings = build(tmp_path, "# A page\n\n" + place)
    assert said in warnings
    assert "index.md:3" in warnings


@pytest.mark.slow
def test_models_are_exported_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exported = []

    def models() -> dict[str, bytes]:
        exported.append(1)
        return {"diffusion.onnx": b"a model"}

    monkeypatch.setattr(demo, "_models", models)
    size = demo.pack_denoising(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        "denoising.js", "denoising-worker.js", "ort.js", "ort.wasm", "diffusion.onnx", "version"
    }  # fmt: skip
    (tmp_path / "denoising.js").write_text("of an earlier build")
    assert demo.pack_denoising(tmp_path) == size
    assert len(exported) == 1
    assert "export" in (tmp_path / "denoising.js").read_text("utf-8")
    monkeypatch.setattr(demo, "_key", lambda runtime: "other")
    demo.pack_denoising(tmp_path)
    assert len(exported) == 2


@pytest.mark.parametrize("name", ["denoising", "reviewing"])
def test_the_demos_modules_stand_alone(name: str, tmp_path: Path) -> None:
    """A notebook takes one file, and none beside it."""
    demo.bundle_demo(name, tmp_path)
    module = (tmp_path / f"{name}.js").read_text("utf-8")
    assert "import(" not in module and 'from"./' not in module and 'import"' not in module


def test_the_review_lab_brings_its_patches_and_no_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(target: Path) -> str:
        raise AssertionError("the models are not wanted here")

    monkeypatch.setattr(demo, "pack_denoising", never)
    out, warnings = build(tmp_path, REVIEWS)
    html = (out / "index.html").read_text("utf-8")
    assert not warnings
    assert not (out / "_static" / "demo").exists()
    assert "export" in (out / "_static" / "reviewing" / "reviewing.js").read_text("utf-8")
    assert 'data-folder="reviewing"' in html and "&quot;patches&quot;: [" in html
    assert "<p>Patches <em>wait</em> here.</p>" in html
    patches = exhibit()["patches"]
    for patch in patches:
        assert html.count(escape(patch["title"])) >= 2  # as text and for the script
    assert html.count("<summary>Sound or faulty?</summary>") == len(patches)


def test_without_the_bundler_the_patches_can_still_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(target: Path) -> str:
        raise AssetError("npm is missing")

    monkeypatch.setattr(demo, "pack_reviewing", nothing)
    out, _ = build(tmp_path, REVIEWS)
    html = (out / "index.html").read_text("utf-8")
    assert "without its demo: npm is missing" in capsys.readouterr().err
    assert "was built without the script of this demo" in html
    assert "data-folder" not in html and "<details" in html


def test_elsewhere_the_patches_are_text(tmp_path: Path) -> None:
    out, warnings = build(tmp_path, REVIEWS, "text")
    assert not warnings
    text = (out / "index.txt").read_text("utf-8")
    assert "+     means = [total / size]" in text and "Faulty (boundary)." in text
