"""The lint of the prose: numbers without a source are told, all others are let through."""

from pathlib import Path

import pytest

from book.lint import bare_numbers, figures_without_words, problems, prose
from book.pages import Page

BARE = {
    "The loss fell by 12.5 % in a day.": ["12.5 %"],
    "About 40 percent agreed.": ["40 percent"],
    "It took 300 runs, then 12 more.": ["300"],
    "A budget of 1,000,000 tokens.": ["1,000,000"],
    "The exponent is 0.34.": ["0.34"],
}
FREE = [
    "The loss fell by 12.5 % in a day, {cite}`hoffmann2022chinchilla`.",
    "The exponent is {glue:text}`alpha:.2f` and not 0.34.",
    "They spent 5.6 million dollars on it ({claim}`I.A.1`).",
    "In 2026, on 31 January, seven people and 12 cats.",
    "GPT-4, Qwen3-0.6B, Llama 3.1, SmolLM2-135M and the H100 are names.",
    "Set `width=256` and read $N = 10^{21}$ and [this](../page-99.md).",
    "Chapter 3 takes 45 minutes, or an evening of 20–30 minutes each.",
    "Python 3.11 or newer; see section 4.2 and https://example.org/99.",
    "Weights at 4-bit precision.",
]


@pytest.mark.parametrize("sentence", BARE)
def test_a_number_without_a_source_is_found(sentence: str) -> None:
    assert bare_numbers(sentence) == BARE[sentence]


@pytest.mark.parametrize("sentence", FREE)
def test_names_years_code_and_sourced_numbers_are_free(sentence: str) -> None:
    assert bare_numbers(sentence) == []


def test_only_prose_is_read() -> None:
    text = (
        "---\nminutes: 45\n---\n# Title\n\n```{code-cell} ipython3\nx = 99\n```\n\n"
        ":::{note}\nInside 77.\n:::\n\n| 55 | 66 |\n\n```{math}\n88\n```\nThe end, 99.\n"
    )
    lines = [(number, line) for number, line in prose(text) if any(c.isdigit() for c in line)]
    assert lines == [(11, "Inside 77."), (19, "The end, 99.")]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("show(fig, alt='A line')", []),
        ("x = 1\nshow(fig)", [2]),
        ("show(\n    fig,\n    caption='c',\n)", [1]),
        ("%matplotlib inline\nshow(fig)", []),
    ],
)
def test_a_figure_needs_words(source: str, lines: list[int]) -> None:
    assert figures_without_words(source) == lines


def test_a_problem_names_its_place(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("# Page\n\nIt costs 99.5 % more.\n")
    told = [str(problem) for problem in problems(Page(tmp_path, "page"))]
    assert len(told) == 1
    assert told[0].startswith(f"{tmp_path / 'page.md'}:3: '99.5 %' stands in the prose")
