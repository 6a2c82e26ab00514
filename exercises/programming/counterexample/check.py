"""Runs each given function and a right version of it on the input that the learner found."""

import numpy as np

from struggle.compare import Mistake, table
from struggle.verdict import Cases, NotYet

LARGEST = 1e18  # what still is a number of 64 bits
TOLERANCE = 1e-6  # an input of whole numbers is whole, or it is none


def check(submission, rng):
    cases = Cases("functions")
    for name in ("second_largest", "overlap", "newer", "split"):
        with cases:
            _try(submission, name)
    return cases.verdict("Four inputs, and nothing left to discuss.")


def _try(submission, name):
    value = submission.call(f"for_{name}")
    shape, allowed, given, right, agrees = FUNCTIONS[name]
    array = table(value, f"for_{name}", shape)
    if (array % 1 != 0).any() or abs(array).max(initial=0) > LARGEST:
        raise _outside(name, value)
    args = np.asarray(value).astype(np.int64).tolist()  # from the value: a float has 16 digits
    if not allowed(args):
        raise _outside(name, value)
    args = [args] if name == "second_largest" else args
    got, want = given(*args), right(*args)
    if got == want if name != "split" else right(*args):
        shown = ", ".join(map(str, args))
        raise agrees.failure(f"{name}({shown}) gives {got}, as it should")


def _outside(name, value):
    return NotYet(
        "domain",
        cause=f"The docstring of `{name}` makes no promise about this input.",
        case=f"for_{name}() returned {str(value)[:80]}",
        next="Keep to the inputs that the task allows: whole numbers, in their range.",
    )


def _second_largest(values):
    return sorted(values)[-2]


def _overlap(a, b):
    return a[0] <= b[0] < a[1] or a[0] < b[1] <= a[1]


def _newer(a, b):
    return (a - b) % 256 < 128


def _split(cents, people):
    share = round(cents / people)
    return [share] * (people - 1) + [cents - share * (people - 1)]


def _fair(cents, people):
    shares = _split(cents, people)
    return max(shares) - min(shares) <= 1


FUNCTIONS = {
    "second_largest": (
        (None,),
        lambda values: len(set(values)) >= 2,
        _second_largest,
        lambda values: sorted(set(values))[-2],
        Mistake(
            "second-largest-agrees",
            "On this input `second_largest` is right.",
            "Look at the word *different* in its docstring: which lists would notice it?",
        ),
    ),
    "overlap": (
        (2, 2),
        lambda spans: all(start < end for start, end in spans),
        _overlap,
        lambda a, b: a[0] < b[1] and b[0] < a[1],
        Mistake(
            "overlap-agrees",
            "On this input `overlap` is right.",
            "Draw all the ways in which two spans can lie, and go through both conditions for each.",
        ),
    ),
    "newer": (
        (2,),
        lambda pair: all(0 <= n <= 255 for n in pair) and (pair[0] - pair[1]) % 256 != 128,
        _newer,
        lambda a, b: 0 < (a - b) % 256 < 128,
        Mistake(
            "newer-agrees",
            "On this input `newer` is right; the beginning again after 255 is dealt with.",
            "Look at the word *after*: when is it neither before nor after?",
        ),
    ),
    "split": (
        (2,),
        lambda pair: pair[0] >= 0 and 1 <= pair[1] <= 100,
        _split,
        _fair,
        Mistake(
            "split-agrees",
            "On this input the shares of `split` are fair.",
            "The last share takes the rest of all others: let many people make the same small error.",
        ),
    ),
}
