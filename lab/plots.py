"""One visual language for every figure: an SVG that follows the page's theme, with alt text.

`show` writes a figure once.  Each colour of the palette becomes a CSS variable in the SVG, so the same
drawing serves the light and the dark theme, and its words stay text: they scale, can be searched and are
read aloud.  Where HTML is not shown (PDF, plain viewers) a PNG stands in.
"""

import base64
import hashlib
import html
import io
import re
from typing import Any

import matplotlib
from cycler import cycler
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# Light value, dark value.  Each has at least 4.5:1 against its page, the grid excepted.
_PALETTE = {
    "c0": ("#1f5fa8", "#7ab6ff"),
    "c1": ("#b54a09", "#ffae6b"),
    "c2": ("#2a7449", "#7fd3a2"),
    "c3": ("#7447b0", "#c4a6f5"),
    "c4": ("#a8211a", "#ff9a93"),
    "c5": ("#0e6b77", "#6fd0dc"),
    "ink": ("#23262b", "#e4e7eb"),
    "muted": ("#5c636e", "#a3acb8"),
    "grid": ("#dfe2e7", "#3a414b"),
    "paper": ("#fefefe", "#121416"),
}
C = [_PALETTE[f"c{i}"][0] for i in range(6)]
INK, MUTED, GRID, PAPER = (_PALETTE[name][0] for name in ("ink", "muted", "grid", "paper"))

# Set for the process: artists that a page adds to its axes later take their colours from here too.
matplotlib.rcParams.update(
    {
        "figure.facecolor": PAPER,
        "axes.facecolor": "none",
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "axes.titlecolor": INK,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": cycler(color=C),
        "grid.color": GRID,
        "grid.linewidth": 0.8,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "text.color": INK,
        "legend.frameon": False,
        "lines.linewidth": 1.8,
        "lines.markersize": 5,
        "font.size": 10,
        "svg.fonttype": "none",
        "svg.hashsalt": "struggle-first",
    }
)


def _theme_rules(selector: str, column: int) -> str:
    values = ";".join(f"--fig-{name}:{pair[column]}" for name, pair in _PALETTE.items())
    return f"{selector}{{{values}}}"


# A figure carries its own colours so that it is legible in a bare JupyterLab as well as in the book.
_CSS = _theme_rules(".lab-figure", 0) + _theme_rules(
    'html[data-theme="dark"] .lab-figure,body[data-jp-theme-light="false"] .lab-figure', 1
)


def subplots(
    rows: int = 1, cols: int = 1, *, width: float = 7.2, height: float = 3.8, **kwargs: Any
) -> tuple[Figure, Any]:
    """A figure in the book's style and its axes (an array of them for more than one panel).

    `width` and `height` are in inches; further keywords go to `Figure.subplots`.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, cols, **kwargs)


def label_line(ax: Axes, text: str, x: float, y: float, color: str = INK) -> None:
    """Name a line where it ends, just right of the point (`x`, `y`) in data units."""
    ax.annotate(text, (x, y), xytext=(6, 0), textcoords="offset points", va="center", color=color)


def _svg(figure: Figure, alt: str) -> str:
    """The figure as one compact, themed, labelled `<svg>` element."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    svg = buffer.getvalue()[buffer.getvalue().index("<svg") :]
    # The file's own <style> would apply to the whole page once the drawing is inline.
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", svg, flags=re.S)
    svg = re.sub(r' id="[a-zA-Z.]+[a-zA-Z0-9.]*_\d+"', "", svg)
    svg = re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", svg)
    svg = re.sub(r"'DejaVu Sans'[^;\"]*", "var(--fig-font, system-ui, sans-serif)", svg)
    for name, (light, _) in _PALETTE.items():
        svg = svg.replace(light, f"var(--fig-{name})")
    # Definitions of two figures on one page must not share ids.
    prefix = "f" + hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}-", svg)
    head = f'<svg role="img" aria-label="{html.escape(alt)}" stroke-linejoin="round" '
    return re.sub(r"\s*\n\s*", "\n", svg).replace("<svg ", head, 1).strip()


def _png(figure: Figure) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=144)
    return base64.b64encode(buffer.getvalue()).decode()


def show(figure: Figure, *, alt: str, caption: str | None = None) -> None:
    """Display `figure` with `alt`, a sentence that says what the figure shows.

    Raises `ValueError` where the alt text is too short to say anything.
    """
    if len(alt.split()) < 4:
        raise ValueError("show(figure, alt=...): say in a sentence what the figure shows")
    note = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    page = f'<figure class="lab-figure"><style>{_CSS}</style>{_svg(figure, alt)}{note}</figure>'
    display({"text/html": page, "image/png": _png(figure), "text/plain": alt}, raw=True)
