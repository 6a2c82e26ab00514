"""Every exercise keeps its contract: what must pass passes, what must fail says why."""

import re

import numpy as np
import pytest

from struggle import catalog
from struggle.answers import load_answers
from struggle.judge import check_of, judge_source, load_module
from struggle.submission import Submission, by_name

TRAINS = {"trends/masked-diffusion-from-scratch"}  # its check trains a model for each verdict


def parameter(id, *values, name=None):
    marks = [pytest.mark.slow] if id in TRAINS else []
    return pytest.param(id, *values, id=name or id, marks=marks)


IDS = [parameter(id) for id in catalog.ids()]
STEP = r"^\s*(import |from |return\b\s*\w*$|\"\"\")"  # lines that say nothing of the solution


def verdict(id, source, seed=0):
    return judged(id, functions(id, source), seed)


def judged(id, functions, seed=0):
    check = check_of(id)
    with np.errstate(all="ignore"):
        return check(Submission(by_name(functions)), np.random.default_rng(seed))


def answers(id):
    return load_answers(catalog.load(id).folder / "answers.py")


def cases(kind):
    return [
        parameter(id, answer, name=f"{id}-{number}-{answer.label}")
        for id in catalog.ids()
        for number, answer in enumerate(getattr(answers(id), kind))
    ]


def functions(id, source):
    names = {}
    exec(compile(source, "<cell 1>", "exec"), names)
    return [names[name] for name in catalog.load(id).functions]


@pytest.mark.parametrize("id", IDS)
def test_the_page_is_complete(id):
    exercise = catalog.load(id)
    assert exercise.title and exercise.goal and exercise.predict and exercise.page
    assert exercise.minutes > 0 and exercise.difficulty in range(1, 6) and exercise.skills
    assert exercise.functions and exercise.teaches


@pytest.mark.parametrize("id", IDS)
def test_there_are_enough_answers(id):
    assert len(answers(id).right) >= 2
    assert len({answer.label for answer in answers(id).wrong}) >= 5


@pytest.mark.parametrize("id", IDS)
def test_the_starter_is_not_started(id):
    result = verdict(id, catalog.load(id).starter)
    assert (result.passed, result.id, result.done) == (False, "not-started", 0)


@pytest.mark.slow
@pytest.mark.parametrize("id", IDS)
def test_the_reference_passes_on_twenty_seeds(id):
    given = functions(id, answers(id).reference)
    refused = {seed: judged(id, given, seed).message for seed in range(20)}
    assert all(message.startswith("Passed") for message in refused.values()), refused


@pytest.mark.parametrize("id", IDS)
def test_the_shown_alternative_completes_the_solution(id):
    exercise = catalog.load(id)
    assert verdict(id, exercise.solution + "\n\n" + exercise.alternative).passed


@pytest.mark.parametrize(("id", "answer"), cases("right"))
def test_another_right_answer_passes(id, answer):
    for seed in range(3):
        result = verdict(id, answer.source, seed)
        assert result.passed, result.message


@pytest.mark.parametrize(("id", "answer"), cases("wrong"))
def test_a_plausible_answer_gets_its_own_message(id, answer):
    for seed in range(2):
        result = verdict(id, answer.source, seed)
        assert (result.passed, result.id) == (False, answer.label), result.message
        assert len(result.message.split()) < 160
        assert not re.search(r"\bwrong\b|assert", result.message, re.IGNORECASE)
        assert result.next


@pytest.mark.slow
@pytest.mark.parametrize(("id", "answer"), cases("right") + cases("wrong"))
def test_the_judge_of_texts_says_the_same(id, answer):
    from zlib import crc32

    given = functions(id, answer.source)
    names = catalog.load(id).functions
    assert judge_source(id, names, answer.source) == judged(id, given, crc32(id.encode()))


def scaled(value, factor):
    if isinstance(value, (tuple, list)):
        return tuple(scaled(item, factor) for item in value)
    return np.asarray(value) * factor


@pytest.mark.parametrize("id", IDS)
def test_ten_times_the_tolerance_fails(id):
    factor = 1 + 10 * load_module(catalog.load(id).folder / "check.py").TOLERANCE

    def perturbed(function):
        def answer(*args):
            return scaled(function(*args), factor)

        answer.__name__ = function.__name__
        return answer

    assert not judged(id, map(perturbed, functions(id, answers(id).reference))).passed


ODD = [
    None,
    True,
    "text",
    [],
    [[1], [2, 3]],
    {"a": 1},
    float("nan"),
    float("inf"),
    -1,
    0,
    10**400,
    (1, 2),
    (np.ones(3), np.ones(3), np.ones(3)),
    (np.ones(24), np.zeros(24), np.full(24, np.nan)),
    (0, 0),
    np.zeros(5),
    np.full(24, np.nan),
    np.zeros((0, 3)),
    np.array(1j),
    np.array([None]),
    object(),
]


@pytest.mark.slow
@pytest.mark.parametrize("id", IDS)
def test_no_returned_value_breaks_a_check(id):
    def constant(name, value):
        def function(*args):
            return value

        function.__name__ = name
        return function

    for value in ODD:
        result = judged(id, [constant(name, value) for name in catalog.load(id).functions])
        assert not result.passed and result.cause and result.next, repr(value)


@pytest.mark.parametrize("id", IDS)
def test_hints_help_and_give_nothing_away(id):
    exercise = catalog.load(id)
    lines = [line.strip() for line in exercise.solution.splitlines()]
    lines = [line for line in lines if len(line) > 3 and not re.match(STEP, line)]
    for hint in exercise.hints:
        assert 40 <= len(hint.split()) <= 160, len(hint.split())
        assert not [line for line in lines if line in hint]


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(LookupError, match=r"scaling/fit-exponent.*struggle list"):
        catalog.load("fit-exponent")
    with pytest.raises(LookupError, match="scaling/fit-exponent"):
        catalog.load("scaling/fit-exponnet")


def test_a_page_without_a_section_is_refused(tmp_path, monkeypatch):
    page = (catalog.load(catalog.ids()[0]).folder / "exercise.md").read_text(encoding="utf-8")
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / "exercise.md").write_text(page.replace("## Principle", "## Idea"), encoding="utf-8")
    monkeypatch.setattr(catalog, "ROOT", tmp_path)
    catalog.load.cache_clear()
    with pytest.raises(ValueError, match="sections must be"):
        catalog.load("a/b")
    catalog.load.cache_clear()


@pytest.mark.parametrize("id", IDS)
def test_a_check_repeats_itself(id):
    given = functions(id, answers(id).wrong[0].source)
    assert judged(id, given, 5) == judged(id, given, 5)
