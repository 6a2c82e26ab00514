"""MyST as plain Markdown: nothing of the syntax is left, and nothing that was said is lost."""

import pytest

from book.download import plain

CASES = {
    "They said so ({claim}`IV.A.1`).": "They said so ((claim IV.A.1)).",
    "A {term}`perplexity` and {term}`losses <loss>`.": "A perplexity and losses.",
    "It is {glue:text}`alpha:.2f`, {glue:text}`name`.": "It is 0.34, Ada.",
    "Known {cite}`a2020,b2021`.": "Known (a2020; b2021).",
    "(target)=\n# Title": "# Title",
    "```{math}\nx^2\n```": "$$\nx^2\n$$",
    "```python\nx = {claim}\n```": "```python\nx = {claim}\n```",
    ":::{note}\nRead {term}`this`.\n:::\nAfter.": "> **Note**\n>\n> Read this.\nAfter.",
    "```{bibliography}\n:filter: docname\n```": "*(Shown in the book: bibliography.)*",
    "::::{admonition} Predict\n:class: tip\n:::{note}\nInner\n:::\n::::": (
        "> **Predict**\n>\n> > **Note**\n> >\n> > Inner"
    ),
}


@pytest.mark.parametrize("myst", CASES)
def test_reads_as_plain_markdown(myst: str) -> None:
    assert plain(myst, {"alpha": "0.3391", "name": "'Ada'"}) == CASES[myst]


def test_the_minute_is_a_link_into_the_episode() -> None:
    assert plain("At {minute}`0:49:37`.", {}).endswith("&t=2977s).")


def test_an_exercise_points_to_the_cell_that_opens_it() -> None:
    assert "`scaling/fit`: the next cell" in plain("```{exercise} scaling/fit\n```", {})
