"""The coding tasks: what they expect, held against other programs for the same sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.coding_tasks import BANDS, Example, count_tokens, practice, tasks


def collatz(n):
    return 0 if n == 1 else 1 + collatz(3 * n + 1 if n % 2 else n // 2)


def balanced(text):
    text = "".join(c for c in text if c in "()")
    while "()" in text:
        text = text.replace("()", "")
    return not text


def compress(text):
    if not text:
        return ""
    run = len(text) - len(text.lstrip(text[0]))
    return f"{text[0]}{run}" + compress(text[run:])


# The same sentences, understood a second time and programmed in another way.
ORACLES = {
    "triple": lambda n: n + n + n,
    "every_other": lambda xs: [x for i, x in enumerate(xs) if not i % 2],
    "longer": lambda a, b: b if len(b) > len(a) else a,
    "vowels": lambda text: len([c for c in text if c in set("aeiou")]),
    "last": lambda xs: xs[len(xs) - 1],
    "is_even": lambda n: n & 1 == 0,
    "larger": lambda a, b: a if a > b else b,
    "count_letter": lambda text, letter: sum(c == letter for c in text),
    "join_words": lambda words: "".join(f"{w} " for w in words)[:-1],
    "reverse_text": lambda text: "".join(reversed(text)),
    "shout": lambda text: f"{text}!".upper(),
    "first_word": lambda text: text.partition(" ")[0],
    "double_all": lambda xs: list(map((2).__mul__, xs)),
    "spread": lambda xs: sorted(xs)[-1] - sorted(xs)[0],
    "is_palindrome": lambda text: all(a == b for a, b in zip(text, reversed(text), strict=True)),
    "keep_first": lambda xs: [x for i, x in enumerate(xs) if x not in xs[:i]],
    "word_lengths": lambda words: list(map(len, words)),
    "count_positive": lambda xs: len([x for x in xs if x >= 1]),
    "clamp": lambda n, low, high: sorted((n, low, high))[1],
    "second_largest": lambda xs: max(x for x in xs if x != max(xs)),
    "initials": lambda words: "".join(map(str.__getitem__, words, [0] * len(words))),
    "running_max": lambda xs: [max(xs[: i + 1]) for i in range(len(xs))],
    "sum_of_evens": lambda xs: sum([0 if x % 2 else x for x in xs]),
    "digit_sum": lambda n: n if n < 10 else n % 10 + ORACLES["digit_sum"](n // 10),
    "is_prime": lambda n: sum(n % d == 0 for d in range(1, n + 1)) == 2,
    "compress": compress,
    "collatz_steps": collatz,
    "balanced": balanced,
}
EVERY = [*practice(), *tasks()]


@pytest.mark.parametrize("task", EVERY, ids=lambda task: task.name)
def test_the_examples_are_what_the_sentence_says(task):
    for example in (*task.examples, *task.hidden):
        value = ORACLES[task.name](*example.arguments)
        assert (value, type(value)) == (example.value, type(example.value)), example


@pytest.mark.parametrize("task", EVERY, ids=lambda task: task.name)
def test_the_arguments_and_values_have_the_types_that_are_named(task):
    kinds = {"int": int, "bool": bool, "str": str, "list[int]": list, "list[str]": list}
    for example in (*task.examples, *task.hidden):
        assert len(example.arguments) == len(task.arguments)
        named = [*(kind for _, kind in task.arguments), task.returns]
        for value, kind in zip((*example.arguments, example.value), named, strict=True):
            assert type(value) is kinds[kind]
            if kind.startswith("list"):
                assert all(type(each) is kinds[kind[5:-1]] for each in value)


@pytest.mark.parametrize("task", EVERY, ids=lambda task: task.name)
def test_no_hidden_test_is_shown(task):
    assert len(task.examples) == 8 and len(task.hidden) == (4 if task in practice() else 10)
    asked = [repr(example.arguments) for example in (*task.examples, *task.hidden)]
    assert len(set(asked)) == len(asked)


def test_no_constant_passes_the_hidden_tests():
    for task in tasks():
        values = [repr(example.value) for example in task.hidden]
        assert max(map(values.count, values)) <= 7, task.name


def test_three_bands_of_eight_in_order_of_size():
    assert [t.band for t in tasks()] == [band for band in BANDS for _ in range(8)]
    sizes = [t.size for t in tasks()]
    assert sizes == sorted(sizes) and len({t.name for t in EVERY}) == 28


@pytest.mark.parametrize(
    ("source", "tokens"),
    [
        ("return a + b", 4),
        ("return a  +  b  # sum", 4),
        ("if a:\n    return 'x y'\n", 5),
        ("f(a)[1:]\n\n", 8),
    ],
)
def test_tokens_are_counted_without_layout(source, tokens):
    assert count_tokens(source) == tokens


@given(st.sampled_from(EVERY), st.integers(1, 8))
def test_what_is_shown_gives_nothing_away(task, n):
    shown = task.shown(n)
    assert (shown.examples, shown.hidden, shown.solution) == (task.examples[:n], (), "")
    assert shown.signature == task.signature and task.hidden


@pytest.mark.parametrize("n", [0, 9, -1])
def test_there_are_one_to_eight_examples(n):
    with pytest.raises(ValueError, match="1 to 8"):
        tasks()[0].shown(n)


def test_an_example_is_a_pair_of_arguments_and_value():
    (last,) = [task for task in tasks() if task.name == "last"]
    assert last.examples[0] == Example(([3, 1, 4],), 4)
    assert last.source == "def last(xs: list[int]) -> int:\n    return xs[-1]\n"
