"""`{demo}` puts a live demo into a page: a module of `book/web` with what it needs.

Its content is what a reader without JavaScript sees.  The build packs the demos that the pages show:
for `denoising` it exports the models and packs them with onnxruntime; `reviewing` needs its module
alone.  Where something cannot be had, the site is made without that demo and says so.
"""

import gzip
import json
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from book._ext.patches import patches_as_text
from book.bundle import bundle_demo
from book.store import digest, file_digest
from lab.assets import AssetError, fetch

_ROOT = Path(__file__).parents[2]
# Each demo's folder under _static.
_DEMOS = {"denoising": "demo", "reviewing": "reviewing"}
_RUNTIME = {"ort.js": "ort.wasm.bundle.min.mjs", "ort.wasm": "ort-wasm-simd-threaded.wasm"}
# What the exported models depend on.
_SOURCES = ("onnx_export", "models", "transformer", "rope", "tokenizer")
_ABSENT = "This copy of the book was built without the {} of this demo."
_LACKS = {"denoising": "models", "reviewing": "script"}
_PATCHES = [*(_ROOT / "lab" / "patches").glob("*/*"), _ROOT / "results" / "review-tools.csv"]


class demo(nodes.General, nodes.Element):  # its name is the writer's, `visit_demo`
    """The place of the demo `name`, with `options` for it."""


class DemoDirective(SphinxDirective):
    """`{demo}` with the demo's name, what to show without JavaScript, and the demo's own options.

    `:gap:` is for denoising: a text with [[words to fill in]].
    """

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"gap": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the place; an error where there is no such demo or its options are no good."""
        (name,) = self.arguments
        if name not in _DEMOS:
            raise self.error(f"{{demo}}: there is no demo {name!r}; there are: {', '.join(_DEMOS)}")
        self.assert_has_content()
        place = demo("", name=name, options=self._options())
        self.set_source_info(place)
        self.state.nested_parse(self.content, self.content_offset, place)
        if name == "reviewing":
            place += self._patches(place)
        _shown(self.env).setdefault(self.env.docname, set()).add(name)
        return [place]

    def _options(self) -> dict[str, str]:
        if "gap" not in self.options:
            return {}
        from lab.demo import gap  # loads PyTorch, which most pages do without

        try:
            return {"gap": json.dumps(gap(self.options["gap"]))}
        except ValueError as error:
            raise self.error(f"{{demo}}: {error}") from error

    def _patches(self, place: demo) -> nodes.Element:
        """The patches as text; the place carries them for the script too."""
        from lab.reviewing import exhibit  # loads PyTorch

        for path in _PATCHES:
            self.env.note_dependency(str(path))
        shown = exhibit()
        place["options"]["exhibit"] = json.dumps(shown, ensure_ascii=False)
        return patches_as_text(shown)


def _shown(env: BuildEnvironment) -> dict[str, set[str]]:
    """The demos on each page."""
    pages: dict[str, set[str]] = vars(env).setdefault("demos_shown", {})
    return pages


def _forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    _shown(env).pop(page, None)


def _merge(app: Sphinx, env: BuildEnvironment, names: list[str], other: BuildEnvironment) -> None:
    _shown(env).update({page: found for page, found in _shown(other).items() if page in names})


def _visit(self: HTML5Translator, node: demo) -> None:
    packed = vars(self.builder.env).get("demo", {}).get(node["name"], {})
    data = {"data-demo": node["name"]}
    if packed.get("size"):
        data |= {"data-folder": _DEMOS[node["name"]], "data-size": packed["size"]}
    data |= {f"data-{key}": value for key, value in node["options"].items()}
    self.body.append(self.starttag(node, "div", CLASS="demo", **data))


def _depart(self: HTML5Translator, node: demo) -> None:
    packed = vars(self.builder.env).get("demo", {}).get(node["name"], {})
    if not packed.get("size"):
        self.body.append(f"<p>{_ABSENT.format(_LACKS[node['name']])}</p>\n")
    self.body.append("</div>\n")


def _skip(self: Any, node: demo) -> None:
    """Elsewhere the content stands by itself."""


def _pack(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Pack the demos that the pages show; gives the pages to write again where one has changed."""
    if app.builder.format != "html":
        return []
    before = vars(env).get("demo")
    names = sorted(set[str]().union(*_shown(env).values()))
    packed = {name: _packed(name, Path(app.outdir) / "_static") for name in names}
    vars(env)["demo"] = packed
    return [] if before in (None, packed) else env.found_docs


def _packed(name: str, static: Path) -> dict[str, str]:
    """The size of the demo, or the problem."""
    pack = {"denoising": pack_denoising, "reviewing": pack_reviewing}[name]
    try:
        return {"size": pack(static / _DEMOS[name]), "problem": ""}
    except (AssetError, FileNotFoundError) as error:
        return {"size": "", "problem": str(error)}


def pack_reviewing(target: Path) -> str:
    """Put the module of the review lab into `target`; gives its compressed size.

    Raises `AssetError` where the bundler is missing.
    """
    bundle_demo("reviewing", target)
    size = len(gzip.compress((target / "reviewing.js").read_bytes(), 6))
    return f"{size / 1e3:.0f} kB"


def pack_denoising(target: Path) -> str:
    """Put the demo of text diffusion into `target`; gives the compressed size, such as "11 MB".

    Raises `AssetError` where onnxruntime or the bundler is missing, `FileNotFoundError` where a
    model is.
    """
    runtime = fetch("onnxruntime-web")
    target.mkdir(parents=True, exist_ok=True)
    bundle_demo("denoising", target)
    stamp, key = target / "version", _key(runtime)
    if not (stamp.exists() and stamp.read_text("utf-8").startswith(key)):
        for name, content in (_runtime(runtime) | _models()).items():
            (target / name).write_bytes(content)
        packed = [path for path in target.iterdir() if path != stamp]
        size = sum(len(gzip.compress(path.read_bytes(), 6)) for path in packed)
        stamp.write_text(f"{key} {size}", "utf-8")
    return f"{int(stamp.read_text('utf-8').split()[1]) / 1e6:.0f} MB"


def _key(runtime: Path) -> str:
    results = _ROOT / "results"
    trained = sorted([*results.glob("twin-*.safetensors"), results / "pieces.json"])
    sources = [_ROOT / "lab" / f"{name}.py" for name in _SOURCES]
    others = [_ROOT / "requirements.lock", Path(__file__)]
    return digest(runtime.name, *map(file_digest, [*trained, *sources, *others]))


def _runtime(package: Path) -> dict[str, bytes]:
    found = {}
    with tarfile.open(package) as archive:
        for name, member in _RUNTIME.items():
            content = archive.extractfile(f"package/dist/{member}")
            assert content is not None
            found[name] = content.read()
    return found


def _models() -> dict[str, bytes]:
    # These load PyTorch, which a build from the stamp does without.
    from lab.models import load_model
    from lab.onnx_export import export
    from lab.twins import KINDS, tokenizer

    models = {f"{kind}.onnx": load_model(f"twin-{kind}") for kind in KINDS}
    pieces = json.dumps(tokenizer().pieces, ensure_ascii=False).encode()
    return {name: export(model) for name, model in models.items()} | {"pieces.json": pieces}


def _report(app: Sphinx, failure: Exception | None) -> None:
    for packed in vars(app.env).get("demo", {}).values():
        if packed["problem"] and failure is None:
            print(f"The site is built without its demo: {packed['problem']}", file=sys.stderr)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and the steps."""
    app.setup_extension("book._ext.folds")
    skip = (_skip, _skip)
    app.add_node(demo, html=(_visit, _depart), latex=skip, text=skip, texinfo=skip, man=skip)
    app.add_directive("demo", DemoDirective)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _pack)
    app.connect("build-finished", _report)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
