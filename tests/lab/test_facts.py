"""The little world: what is disjoint, how often a fact comes, what the search finds, who lies."""

import json
import random
from collections import Counter
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.calculator import calculate
from lab.facts import (
    GAPS,
    HEAD,
    KINDS,
    SYLLABLES,
    TAIL,
    UNKNOWN,
    VALUES,
    VOCABULARY,
    WORDS,
    decode,
    encode,
    examination,
    lessons,
    lying,
    search,
    sum_of,
    world,
)

WORLD = world(0)
EXAM = examination(WORLD, seed=0)
LESSONS = lessons(WORLD, 0, facts=20_000, sums=5000, strangers=5000)


def name_of(question):
    return question.text.split(" ")[0]


def test_a_world_is_that_of_its_seed():
    assert world(0) == WORLD and world(1).values != WORLD.values


def test_every_village_has_one_value_of_each_kind():
    for values in WORLD.values.values():
        assert all(values[attribute] in WORDS[attribute] for attribute in VALUES)
    assert len(set(chain(*WORDS.values()))) == sum(map(len, WORDS.values())) == 64


def test_what_is_taught_and_what_is_not_share_nothing():
    parts = [WORLD.taught, WORLD.gaps, WORLD.new, WORLD.nowhere]
    facts = list(chain(*parts))
    assert len(facts) == len(set(facts))
    taught, gaps, new, nowhere = ({name for name, _ in part} for part in parts)
    assert gaps <= taught | gaps == set(WORLD.values) - new
    assert not new & taught and not nowhere & set(WORLD.values)
    assert not set(WORLD.strangers) & (set(WORLD.values) | nowhere)
    assert len(WORLD.taught) + len(WORLD.gaps) == 600 and len(WORLD.gaps) == GAPS


def test_a_lesson_never_shows_what_the_examination_keeps_back():
    taught = {question.text for question in LESSONS}
    for kind in KINDS:
        asked = {question.text for question in EXAM if question.kind == kind}
        assert len(asked) == sum(question.kind == kind for question in EXAM)
        assert (not asked & taught) == (kind not in ("head", "tail"))


def test_facts_come_in_zipf_frequencies():
    counts = Counter(question.text for question in LESSONS if question.kind == "taught")
    ranked = [WORLD.ask("taught", fact).text for fact in WORLD.taught]
    assert counts[ranked[0]] == pytest.approx(2 * counts[ranked[1]], rel=0.15)
    assert counts[ranked[0]] == pytest.approx(10 * counts[ranked[9]], rel=0.3)
    head, tail = (sum(counts[text] for text in part) for part in (ranked[:HEAD], ranked[-TAIL:]))
    assert 20 < head / tail < 30  # harmonic numbers: H(100) over H(540) - H(440), 25.4


def test_the_answers_are_those_of_the_world_and_of_arithmetic():
    for question in EXAM:
        if question.kind.endswith("digits"):
            assert question.answer == calculate(question.text.removesuffix("?"))
            assert {len(n) for n in question.text[:-1].split("+")} == {int(question.kind[0])}
        elif question.kind == "nowhere":
            assert question.answer == UNKNOWN
        else:
            attribute = question.text.split(" ")[1].removesuffix("?")
            assert question.answer == WORLD.values[name_of(question)][attribute]
    assert all(q.answer == UNKNOWN for q in LESSONS if q.kind == "stranger")


def test_the_search_finds_the_village_and_nothing_for_a_name_of_nothing():
    find = search(WORLD.documents).function
    for name in random.Random(0).sample(list(WORLD.values), 20):
        assert find(query=name) == [{"title": name, "text": WORLD.documents[name]}]
    for name, _ in [*WORLD.nowhere[:10], *((name, "") for name in WORLD.strangers[:10])]:
        assert find(query=name) == []


@given(
    st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=2), st.sampled_from(VOCABULARY[-68:])
)
def test_a_name_is_its_syllables_whatever_follows(syllables, word):
    name = "".join(syllables)
    assert decode(encode(f"{name} {word}?")) == f"{name}{word}?"
    assert [VOCABULARY[i] for i in encode(f"{name} {word}?")] == [*syllables, word, "?"]
    assert encode(decode(encode(f"{name} {word}?"))) == encode(f"{name} {word}?")


@pytest.mark.parametrize("question", [*EXAM[::40], *LESSONS[::3000]], ids=lambda q: q.text)
def test_questions_and_calls_survive_the_tokens(question):
    assert decode(encode(question.text)) == question.text.replace(" ", "")
    (argument,) = json.loads(question.call.arguments).values()
    assert decode(encode(argument)) == argument
    assert decode(encode(question.answer)) == question.answer


@pytest.mark.parametrize("text", ["paris flag?", "belx", "12-3", "Red"])
def test_words_of_another_world_are_refused(text):
    with pytest.raises(ValueError, match="outside the little world"):
        encode(text)


@pytest.mark.parametrize("share", [0, 0.25, 0.5, 1])
def test_the_stated_share_of_documents_lies_and_lies_in_every_word(share):
    told, true = lying(WORLD, share, seed=3), WORLD.documents
    assert told.keys() == true.keys()
    false = [name for name in true if told[name] != true[name]]
    assert len(false) == round(share * len(true))
    for name in false:
        for lie, truth in zip(told[name].split(", "), true[name].split(", "), strict=True):
            (attribute, value), (same, right) = lie.split(" "), truth.split(" ")
            assert attribute == same and value != right and value in WORDS[attribute]


def test_two_sources_lie_independently():
    first, second = lying(WORLD, 0.5, seed=0), lying(WORLD, 0.5, seed=1)
    both = [n for n in first if WORLD.documents[n] not in (first[n], second[n])]
    assert 0.15 < len(both) / len(first) < 0.35
    assert all(first[name] != second[name] for name in both)


def test_sums_held_out_and_taught_never_meet():
    rng = random.Random(1)
    out, taught = ({sum_of(rng, 1, out=o).text for _ in range(400)} for o in (True, False))
    assert out and taught and not out & taught
