"""Exercises as cards, the landing page's promises, MathJax's parts, and the theme's repairs."""

import dataclasses
import io
import json
import re
import tarfile
from pathlib import Path

import pytest
from docutils.core import publish_doctree

from book._ext import exercises
from book._ext.landing import _status
from book._ext.offline import unpack_mathjax
from book._ext.theme import description, repaired
from struggle.catalog import Exercise
from tests.book.conftest import Build

EXERCISE = Exercise(
    id="scaling/fit",
    title="Fit a line",
    goal="Find the slope.",
    minutes=15,
    difficulty=2,
    skills=("logarithms",),
    page="chapters/scaling/index",
    predict="Up or down?",
    statement="Return the *slope*.",
    starter="def slope(x, y):\n    ...",
    hints=("First hint.", "Second hint.", "Third hint."),
    teaches="A line is two numbers.",
    solution="def slope(x, y):\n    return 1",
    alternative="def slope(x, y):\n    return 2 - 1",
)


@pytest.fixture
def card(build: Build, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(exercises, "load", lambda name: EXERCISE)
    book = build({"index": "# A\n\n```{exercise} scaling/fit\n```\n"})
    assert book.warnings == ""
    return book.page("index")


def test_a_card_has_an_anchor_and_its_statement_in_the_open(card: str) -> None:
    assert 'id="exercise-scaling-fit"' in card
    assert "Return the <em>slope</em>." in card.split("<details")[0]
    assert "Predict first." in card.split("<details")[0]


def test_each_hint_is_folded_inside_the_one_before(card: str) -> None:
    first, second, third = (card.index(f"{n} hint.") for n in ("First", "Second", "Third"))
    opened = [
        card[:place].count("<details") - card[:place].count("</details")
        for place in (first, second, third)
    ]
    assert opened == [1, 2, 3]


def test_the_solution_is_folded_after_an_invitation_to_try(card: str) -> None:
    invitation, solution = card.index("Try first."), card.index("A line is two numbers.")
    assert "<details" not in card[card.index("Third hint.") : invitation]
    assert "<summary>Solution</summary>" in card[invitation:solution]


def test_a_card_carries_what_the_scripts_need_whatever_is_in_it(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = dataclasses.replace(EXERCISE, title="</script><!--", starter="def f(x):\n    'é'")
    monkeypatch.setattr(exercises, "load", lambda name: hostile)
    page = build({"index": "# A\n\n```{exercise} scaling/fit\n```\n\nThe end."}).page("index")
    assert "<p>The end.</p>" in page
    found = re.findall(r'<script[^>]*class="exercise-data">(.*?)</script>', page)
    known = json.loads(found[0])
    assert known["title"] == hostile.title
    assert (known["names"], known["starter"]) == (["f"], hostile.starter)
    assert "{{code}}" in known["prompt"]


def test_an_exercise_that_needs_more_says_where_to_work(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        exercises, "load", lambda name: dataclasses.replace(EXERCISE, needs=("torch",))
    )
    page = build({"index": "# A\n\n```{exercise} scaling/fit\n```\n"}).page("index")
    assert "It needs torch" in page
    assert "struggle start scaling/fit" in re.sub(r"</?span[^>]*>", "", page)


def test_the_scripts_learn_which_page_holds_which_exercises(build: Build) -> None:
    placed = {"index": "# A", "b/c": "# C\n\n```{exercise} scaling/fit-exponent\n```\n"}
    file = build(placed).folder / "_static" / "exercises.json"
    assert json.loads(file.read_text("utf-8")) == {"b/c": ["scaling/fit-exponent"]}


def test_the_reader_s_table_has_every_exercise_in_the_book_s_order(build: Build) -> None:
    pages = {
        "index": "# A\n\n```{reader-log}\n```\n",
        "z": "# Z\n\n```{exercise} scaling/router\n```\n",
        "b": "# B\n\n```{exercise} scaling/fit-exponent\n```\n",
    }
    book = build(pages)
    assert book.warnings == ""
    rows = re.findall(
        r'data-exercise="(.*?)".*?href="(.*?)".*?reader-page">(.*?)<', book.page("index"), re.DOTALL
    )
    assert rows == [
        ("scaling/router", "z.html#exercise-scaling-router", "Z"),
        ("scaling/fit-exponent", "b.html#exercise-scaling-fit-exponent", "B"),
    ]


def test_an_unknown_exercise_is_a_warning(build: Build) -> None:
    warnings = build({"index": "# A\n\n```{exercise} scaling/nothing-of-the-kind\n```\n"}).warnings
    assert "There is no exercise 'scaling/nothing-of-the-kind'" in warnings


def test_an_exercise_that_stands_twice_is_a_warning(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exercises, "load", lambda name: EXERCISE)
    page = "# A\n\n```{exercise} scaling/fit\n```\n"
    assert "place it once" in build({"index": page, "other": page}).warnings


def test_a_page_to_come_is_no_link(build: Build) -> None:
    page = build({"index": "# A\n\n{soon}`here <other>` {soon}`later <absent>`", "other": "# B"})
    assert page.warnings == ""
    assert 'href="other.html">here</a>' in page.page("index")
    assert "later<span" in page.page("index")
    assert "(in preparation)" in page.page("index")


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ((False, 0, 4), "In preparation"),
        ((True, 0, 1), "Introduction; 1 page in preparation"),
        ((True, 1, 4), "Introduction and 1 of 4 pages; the rest is in preparation"),
        ((True, 4, 4), "Introduction and 4 pages"),
    ],
)
def test_a_card_says_what_is_ready(state: tuple[bool, int, int], status: str) -> None:
    assert _status(*state) == status


def _package(path: Path, names: list[str]) -> Path:
    with tarfile.open(path, "w:gz") as package:
        for name in names:
            member = tarfile.TarInfo(f"package/es5/{name}")
            member.size = len(name)
            package.addfile(member, io.BytesIO(name.encode()))
    return path


def test_only_the_parts_that_a_page_asks_for_are_unpacked(tmp_path: Path) -> None:
    font = "output/chtml/fonts/woff-v2/MathJax_Main-Regular.woff"
    names = ["tex-mml-chtml.js", font, "tex-svg-full.js", "output/svg.js"]
    unpack_mathjax(_package(tmp_path / "mathjax.tgz", names), tmp_path / "site")
    found = {p.relative_to(tmp_path / "site").as_posix() for p in (tmp_path / "site").rglob("*.*")}
    assert found == {"tex-mml-chtml.js", font}


def test_another_version_is_unpacked_again(tmp_path: Path) -> None:
    for version in ("1", "2"):
        package = _package(tmp_path / f"mathjax-{version}.tgz", [f"a11y/{version}.js"])
        unpack_mathjax(package, tmp_path / "site")
    assert (tmp_path / "site/a11y/2.js").exists()


def test_the_description_is_cut_at_a_word() -> None:
    text = description(publish_doctree("word " * 60 + "\n\nsecond paragraph"))
    assert len(text) <= 160
    assert text.endswith("word …")


def test_the_theme_s_faults_are_repaired() -> None:
    script = '<script defer src="_static/scripts/fontawesome.js?digest=5"></script>'
    summary = '<summary aria-label="Toggle hidden content">'
    sidebar = '<div id="pst-primary-sidebar" class="bd-sidebar">'
    arrow = '<a href="x">AI</a><details><summary><span class="toctree-toggle">'
    assert '<summary aria-label="Pages of AI">' in repaired(arrow)
    page = repaired(f"<p>kept</p>\n  {script}{summary}{sidebar}")
    assert page.startswith("<p>kept</p><summary><div id=")
    assert 'role="complementary"' in page
