"""`{demo}` puts a live demo into a page: a module of `book/web` with the models that it runs.

Its content is what a reader without JavaScript sees.  The build exports the models and packs them with
onnxruntime and the module into `_static/demo`.  Where one of these cannot be had, the site is made
without the demo and says so.
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

from book.bundle import bundle_demos
from book.store import digest, file_digest
from lab.assets import AssetError, fetch

_ROOT = Path(__file__).parents[2]
_DEMOS = ("denoising",)
_RUNTIME = {"ort.js": "ort.wasm.bundle.min.mjs", "ort.wasm": "ort-wasm-simd-threaded.wasm"}
# What the exported models depend on.
_SOURCES = ("onnx_export", "models", "transformer", "rope", "tokenizer")
_ABSENT = "This copy of the book was built without the models of this demo."


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
        return [place]

    def _options(self) -> dict[str, str]:
        if "gap" not in self.options:
            return {}
        from lab.demo import gap  # loads PyTorch, which most pages do without

        try:
            return {"gap": json.dumps(gap(self.options["gap"]))}
        except ValueError as error:
            raise self.error(f"{{demo}}: {error}") from error


def _visit(self: HTML5Translator, node: demo) -> None:
    size = vars(self.builder.env).get("demo", {}).get("size")
    data = {"data-demo": node["name"], **({"data-size": size} if size else {})}
    data |= {f"data-{key}": value for key, value in node["options"].items()}
    self.body.append(self.starttag(node, "div", CLASS="demo", **data))


def _depart(self: HTML5Translator, node: demo) -> None:
    if not vars(self.builder.env).get("demo", {}).get("size"):
        self.body.append(f"<p>{_ABSENT}</p>\n")
    self.body.append("</div>\n")


def _skip(self: Any, node: demo) -> None:
    """Elsewhere the content stands by itself."""


def _pack(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Pack the demo; gives the pages to write again where it has changed."""
    if app.builder.format != "html":
        return []
    before, size, problem = vars(env).get("demo"), "", ""
    try:
        size = pack_denoising(Path(app.outdir) / "_static" / "demo")
    except (AssetError, FileNotFoundError) as error:
        problem = str(error)
    vars(env)["demo"] = {"size": size, "problem": problem}
    return [] if before in (None, vars(env)["demo"]) else env.found_docs


def pack_denoising(target: Path) -> str:
    """Put the demo of text diffusion into `target`; gives the compressed size, such as "11 MB".

    Raises `AssetError` where onnxruntime or the bundler is missing, `FileNotFoundError` where a
    model is.
    """
    runtime = fetch("onnxruntime-web")
    target.mkdir(parents=True, exist_ok=True)
    bundle_demos(target)
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
    problem = vars(app.env).get("demo", {}).get("problem")
    if problem and failure is None:
        print(f"The site is built without its demo: {problem}", file=sys.stderr)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and the steps."""
    skip = (_skip, _skip)
    app.add_node(demo, html=(_visit, _depart), latex=skip, text=skip, texinfo=skip, man=skip)
    app.add_directive("demo", DemoDirective)
    app.connect("env-updated", _pack)
    app.connect("build-finished", _report)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
