"""Figures: one drawing for both themes, said in words, with ids of its own."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from lab import plots, tables
from lab.plots import C, label_line, show, subplots


def drawing(*, label: str = "loss") -> Any:
    figure, ax = subplots()
    ax.plot([1, 2, 3], [3, 2, 1], "o-")
    ax.set(xlabel="tokens $D$", ylabel=label)
    label_line(ax, "a <b> & c", 3, 1, C[0])
    return figure


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    bundles: list[dict[str, str]] = []
    for module in (plots, tables):
        monkeypatch.setattr(module, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_a_figure_carries_its_alt_text_and_no_fixed_colour(shown: list[dict[str, str]]) -> None:
    show(drawing(), alt='Loss falls "straight" with tokens')
    page = shown[0]["text/html"]
    svg = ET.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-label"] == 'Loss falls "straight" with tokens'
    style = page[page.index("<style>") : page.index("</style>")]
    body = page.replace(style, "")
    assert not re.search(r"[:=]\s*\"?#[0-9a-f]{6}\b", body), "every colour must follow the theme"
    used = set(re.findall(r"var\((--fig-c?\w+)\)", body))
    assert used and all(style.count(f"{name}:") == 2 for name in used), "a light and a dark value"


def test_two_figures_on_a_page_share_no_id(shown: list[dict[str, str]]) -> None:
    for label in ("loss", "another loss"):
        show(drawing(label=label), alt="A line that falls to the right")
    ids = [set(re.findall(r'\bid="([^"]+)"', bundle["text/html"])) for bundle in shown]
    assert ids[0] and ids[0].isdisjoint(ids[1])
    for bundle, own in zip(shown, ids, strict=True):
        assert set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', bundle["text/html"])) <= {
            pair for name in own for pair in ((name, ""), ("", name))
        }


@pytest.mark.parametrize("alt", ["", "a figure"])
def test_a_figure_without_words_is_refused(alt: str) -> None:
    with pytest.raises(ValueError, match="say in a sentence what the figure shows"):
        show(drawing(), alt=alt)


@pytest.mark.parametrize("name", sorted(plots._PALETTE.keys() - {"grid", "paper"}))
def test_every_colour_has_contrast_in_both_themes(name: str) -> None:
    colours = plots._PALETTE[name]
    for colour, background in zip(colours, plots._PALETTE["paper"], strict=True):
        assert contrast(colour, background) >= 4.5


def contrast(a: str, b: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_table_escapes_what_it_shows_and_needs_equal_columns(shown: list[dict[str, str]]) -> None:
    tables.table({"model": ["a<b", "c"], "loss": [1.5, 2]}, caption="Two & more")
    page = shown[0]["text/html"]
    assert "a&lt;b" in page and "Two &amp; more" in page and page.count("<tr>") == 3
    with pytest.raises(ValueError):
        tables.table({"model": ["a"], "loss": [1, 2]})
