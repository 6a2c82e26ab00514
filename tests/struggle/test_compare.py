"""What a function may return where a check asks for numbers, and how the rest is described."""

import numpy as np
import pytest

from struggle.compare import number, numbers
from struggle.verdict import NotYet


@pytest.mark.parametrize("value", [3, np.int32(3), 3.0, np.float32(3), np.array(3)])
def test_every_kind_of_number_is_one(value):
    assert number(value, "f") == 3.0


def test_a_whole_number_may_be_longer_than_an_arrays():
    assert number(6 * 10**9 * 10**13, "f") == 6e22


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.array([True, False]), "an array of true and false, not of numbers"),
        (True, "a value of type bool"),
        (10**400, "a value of type int"),
        ("3", "a value of type str"),
        ([1.0, 2.0, 3.0], r"3 numbers of shape \(3,\): \(1, 2, 3\)"),
        (4.0, "4"),
    ],
)
def test_what_is_no_pair_is_named(value, words):
    with pytest.raises(NotYet, match=f"`f` returned {words}"):
        numbers(value, "f", (2,))
