"""The page's demo of text diffusion as a widget in a live notebook: the same module, the same files.

`make book` packs them into `_build/html/_static/demo`: models, what runs them, and the module itself.
"""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from lab.twins import LENGTH, tokenizer


def gap(text: str) -> dict[str, Any]:
    """`text`, in which [[double brackets]] hold what is to be filled in, as the demo wants it.

    The ids of the pieces `before`, `hidden` and `after`, and by its id each of the `pieces`; a space
    before the brackets belongs to what they hide, as pieces want it, and " / " ends a line.  Raises
    `ValueError` for a text without brackets, with a character that the pieces lack, or longer than
    the models' window.
    """
    before, opened, rest = text.replace(" / ", "\n").partition("[[")
    hidden, closed, after = rest.partition("]]")
    if not (opened and closed and hidden):
        raise ValueError(
            f"the gap {text!r} has no [[words in brackets]] that the models are to find"
        )
    space = before[len(before.rstrip(" ")) :]
    parts = {"before": before.rstrip(" "), "hidden": space + hidden, "after": after}
    ids = {name: tokenizer().encode(part).tolist() for name, part in parts.items()}
    length = sum(map(len, ids.values()))
    if length > LENGTH:
        raise ValueError(
            f"the text with its gap is {length} pieces long, but the models read {LENGTH} at most"
        )
    pieces = tokenizer().pieces
    return ids | {"pieces": {str(i): pieces[i] for part in ids.values() for i in part}}


class Denoising(anywidget.AnyWidget):
    """The demo of text diffusion, from the `folder` that `make book` packed it into.

    The browser gets the models when the reader first plays, not before.  Raises
    `FileNotFoundError`, with what to do, where the folder lacks the demo.
    """

    size = traitlets.Unicode().tag(sync=True)
    gap = traitlets.Dict(allow_none=True).tag(sync=True)
    wanted = traitlets.Bool(False).tag(sync=True)
    files = traitlets.Dict().tag(sync=True)

    def __init__(self, folder: str | Path, *, gap: dict[str, Any] | None = None) -> None:
        self._folder = Path(folder)
        module = self._folder / "denoising.js"
        if not module.exists():
            raise FileNotFoundError(f"{module} is missing; make it with: make book")
        size = sum(path.stat().st_size for path in self._files())
        super().__init__(
            _esm=module.read_text("utf-8"), size=f"{size / 1e6:.0f} MB", gap=gap, files={}
        )

    def _files(self) -> list[Path]:
        return [
            path for path in self._folder.iterdir() if path.name not in ("denoising.js", "version")
        ]

    @traitlets.observe("wanted")
    def _bring(self, _: object) -> None:
        self.files = {path.name: path.read_bytes() for path in self._files()}
