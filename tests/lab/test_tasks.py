"""The written sums: what is asked, what is shown, and what is kept back."""

import random
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from lab.rewards import true_lines
from lab.tasks import (
    TEXTBOOK,
    TOKENIZER,
    Problem,
    at_once,
    documents,
    draw,
    held_out,
    problems,
    sums_to_ten,
    working,
)

three_digits = st.integers(100, 999)


@given(three_digits, three_digits)
def test_a_working_without_slips_ends_in_the_sum_and_is_true_line_by_line(a, b):
    lines, _, answer = working(Problem(a, b), random.Random(0), slip=0).partition(";")
    assert int(answer) == a + b
    assert all(true_lines(Problem(a, b), line) == 1 / 8 for line in lines.split(","))


def test_the_example_of_the_module():
    assert working(Problem(478, 356), random.Random(0), slip=0) == "8+6=14,7+5+1=13,4+3+1=8;834"
    assert at_once(Problem(478, 356)) == "724"
    assert at_once(Problem(834, 356, "-")) == "522"
    assert at_once(Problem(978, 356)) == "1224"


def test_a_slip_is_noticed_or_carried_to_the_answer():
    noticed = wrong = 0
    rng = random.Random(1)
    for problem in problems(400, 0, out=False):
        text = working(problem, rng, slip=0.3)
        noticed += "!" in text
        wrong += not text.endswith(f";{problem.answer}")
        if "!" not in text and true_lines(problem, text) == len(problem.columns) / 8:
            assert text.endswith(f";{problem.answer}")
    assert noticed > 100
    assert wrong > 100


@given(three_digits, three_digits)
def test_hurry_is_right_where_nothing_carries(a, b):
    for problem in (Problem(a, b), Problem(max(a, b), min(a, b), "-")):
        if problem.carries == 0:
            assert at_once(problem) == str(problem.answer)


def test_hurry_is_wrong_on_every_problem_that_is_asked():
    for operation in "+-":
        asked = problems(300, 0, out=False, operation=operation)
        assert all(at_once(p) != str(p.answer) and p.carries for p in asked)


def test_no_document_shows_a_held_out_problem():
    for text in islice(documents(seed=0), 3000):
        a, b = text[1:].split("=")[0].replace("-", "+").split("+")
        assert not held_out(Problem(int(a), int(b)))


def test_the_rule_takes_a_tenth_whatever_the_order_and_the_digits():
    rng = random.Random(0)
    drawn = [draw(rng) for _ in range(4000)]
    assert 0.08 < sum(map(held_out, drawn)) / len(drawn) < 0.12
    assert all(held_out(p) == held_out(Problem(p.b, p.a)) for p in drawn)
    endings = {p.answer % 10 for p in drawn if held_out(p)}
    assert endings == set(range(10))
    assert {p.answer % 10 for p in drawn if sums_to_ten(p)} == {0}


def test_the_shares_of_the_corpus():
    texts = list(islice(documents(seed=1), 6000))
    subtraction = [t for t in texts if "-" in t]
    books = [t for t in texts if t.startswith(TEXTBOOK)]
    posts = [t for t in texts if not t.startswith(TEXTBOOK) and "-" not in t]
    careful = [t for t in posts if ";" in t]
    assert 0.18 < len(subtraction) / len(texts) < 0.22
    assert 0.37 < len(books) / len(texts) < 0.43
    assert 0.13 < len(careful) / len(posts) < 0.17
    assert all(";" in t for t in books)
    assert not any(";" in t for t in subtraction)
    assert all(text == TOKENIZER.decode(TOKENIZER.encode(text)) for text in texts[:50])


def test_problems_are_the_same_for_a_seed_and_carry():
    drawn = problems(50, 7, out=True, digits=4)
    assert drawn == problems(50, 7, out=True, digits=4)
    assert all(p.carries and held_out(p) and p.a > 999 for p in drawn)
