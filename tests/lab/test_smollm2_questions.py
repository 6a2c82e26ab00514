"""The questions put to SmolLM2, and the rules by which its answers and calls are judged."""

import json

import pytest
import torch

from lab import smollm2_questions
from lab.calculator import calculate
from lab.results import load
from lab.smollm2_questions import (
    INVENTED,
    KINDS,
    LARGE,
    SMALL,
    STAGES,
    TOLD,
    answer_questions,
    questions,
    stage,
    verdict,
    write_calls,
)

ASKED = questions()


def test_each_kind_has_the_same_number_of_questions_and_none_twice():
    assert [sum(a.kind == kind for a in ASKED) for kind in KINDS] == [24] * 5
    assert len({a.question for a in ASKED}) == len(ASKED)
    assert not set(INVENTED) & (LARGE.keys() | SMALL.keys())


def test_a_result_holds_the_answer_and_a_search_for_nothing_is_empty():
    for asked in ASKED:
        if asked.expected:
            assert asked.expected in asked.result
        else:
            assert asked.result.endswith("[]")
        if asked.kind.endswith("digits"):
            expression = asked.question.removeprefix("What is ").removesuffix("?")
            assert asked.expected == calculate(expression)
            assert {len(n) for n in expression.split(" + ")} == {int(asked.kind[0])}


@pytest.mark.parametrize(
    ("answer", "expected", "found"),
    [
        ("The capital of Brazil is Brasilia.", "Brasília", "correct"),
        ("TÓRSHAVN", "Tórshavn", "correct"),
        ("It is 11,199.", "11199", "correct"),
        ("111991", "11199", "wrong"),
        ("It is 1111999", "11199", "wrong"),
        ("The capital of Italy is Romeo.", "Rome", "wrong"),
        ("I do not know.", "Rome", "abstained"),
        ("I don't know, perhaps Rome.", "Rome", "correct"),
        ("I'm not sure. I'm not sure.", "477", "abstained"),
        ("The answer is not provided.", "477", "abstained"),
        ("A fictional city in a game called Elfland.", "", "wrong"),
        ("Elfland does not exist.", "", "abstained"),
        ("", "", "wrong"),
    ],
)
def test_verdicts(answer, expected, found):
    assert verdict(answer, expected) == found


def written(name, **arguments):
    return json.dumps({"name": name, "arguments": arguments})


@pytest.mark.parametrize(
    ("answer", "reached"),
    [
        (written("calculator", expression="2 + 3"), "right call"),
        (f"Sure: {written('calculator', expression='3+2')} done", "right call"),
        (written("calculator", expression="2 + 4"), "wrong sum"),
        (written("calculator", expression="two plus three"), "wrong sum"),
        (written("calculator", expr="2 + 3"), "wrong arguments"),
        (written("calculator", expression=5), "wrong arguments"),
        ('{"name": "calculator"}', "wrong arguments"),
        (written("search", query="2 + 3"), "no call of the tool"),
        ("{}", "no call of the tool"),
        ("2 + 3 = 5", "no JSON"),
        ('{"name": "calculator", ', "no JSON"),
        ("{" * 100_000, "no JSON"),
    ],
)
def test_stages_of_a_call(answer, reached):
    assert reached in STAGES and stage(answer, "5") == reached


def test_results_and_examples_stand_before_the_question(monkeypatch):
    seen = []

    def replies(prompts):
        seen.append(prompts)
        return ["I do not know"] * len(prompts)

    monkeypatch.setattr(smollm2_questions, "replies", replies)
    alone, helped = answer_questions("alone"), answer_questions("result")
    assert all(row.verdict == "abstained" for row in alone + helped)
    for short, long, asked in zip(seen[0], seen[1], ASKED, strict=True):
        assert long == f"{asked.result}\n{short}" and asked.question in short
    assert {row.stage for told in TOLD for row in write_calls(told)} == {"no JSON"}
    assert all("12 * 7" in prompt for prompt in seen[3])
    assert not any("12 * 7" in prompt for prompt in seen[2])


def test_the_results_follow_from_the_answers_by_the_rules():
    for row in load("smollm2-questions"):
        assert verdict(str(row["answer"]), str(row["expected"])) == row["verdict"]
    for row in load("smollm2-calls"):
        assert stage(str(row["answer"]), str(row["expected"])) == row["stage"]


def test_the_results_bear_the_claims_of_the_page():
    counts = {
        (help, kind): [
            r["verdict"]
            for r in load("smollm2-questions")
            if (r["help"], r["kind"]) == (help, kind)
        ]
        for help in ("alone", "result")
        for kind in KINDS
    }
    assert counts["alone", "large countries"].count("correct") >= 16
    assert counts["alone", "small territories"].count("wrong") >= 16
    assert counts["alone", "3 digits"].count("correct") <= 3
    assert counts["result", "small territories"].count("correct") >= 12


@pytest.mark.slow
def test_the_model_gives_the_stored_answers():
    torch.set_num_threads(1)
    rows = [row for row in load("smollm2-questions") if row["help"] == "alone"][:3]
    prompts = [f"{row['question']} {smollm2_questions.MANNERS}" for row in rows]
    given = smollm2_questions.replies(prompts)
    # Another batch rounds differently, but the likeliest word of a sure answer stays.
    assert [verdict(text, str(row["expected"])) for text, row in zip(given, rows, strict=True)] == [
        row["verdict"] for row in rows
    ]
