"""Checks `calculate` on sums of known value, and on attacks that do no harm where they succeed."""

import math

import numpy as np

from struggle.compare import Mistake, close, number, short
from struggle.verdict import Cases, NotYet

TOLERANCE = 1e-9


def check(submission, rng):
    cases = Cases()
    for text, want in _sums(rng):
        with cases:
            _value(submission, text, want)
    for mistake, attacks in _attacks(rng):
        with cases:
            _all_refused(submission, mistake, attacks)
    return cases.verdict("What was not allowed does not happen, and every refusal has a reason.")


def _sums(rng):
    """Expressions with their values, from the plain to the treacherous."""
    a, b, c = (int(each) for each in rng.integers(2, 10, 3))
    x = round(float(rng.uniform(0.1, 9)), 4)
    yield f"{a} + {x}", a + x
    yield f"(({a}+{b}) * {x} - {c}) / {b}", ((a + b) * x - c) / b
    yield f"-{a} * -(+{x})", a * x
    yield f"{a} - {b} - {c}", a - b - c
    yield f"{a} + {b} * {c}", a + b * c
    yield "2 ** 3 ** 2", 512
    yield f"-{a} ** 2", -(a**2)
    yield f"{a} ** -{b}", float(a) ** -b
    yield f" 2e3 * {x} + .5", 2000 * x + 0.5
    yield f"{x} / {a} / {b}", x / a / b


def _attacks(rng):
    """By mistake, texts to be refused. None takes long or changes anything if it is evaluated."""
    a = int(rng.integers(2, 9))
    yield EXECUTED, [f"abs(-{a})", f"len('{'x' * a}')", "__import__('math').pi", "int"]
    yield ATTRIBUTE, [f"({a}).__add__(1)", f"({a}).real", f"[{a}][0]", f"(lambda: {a})()"]
    yield CONSTANTS, ["True + 1", f"False or {a}", "'ab' * 2", "None", "...", f"'{a}'"]
    yield OPERATION, [f"{a}7 // 3", f"{a}7 % 3", f"{a} < 9", f"~{a}", f"{a} if {a} else 1"]
    yield OPERATION, [f"{a} + ", "", "()", f"({a}", f"{a} {a}", f"{a}, 2", f"{a}; 2", f"x = {a}"]
    yield GROWS, ["10 ** 400 / 10 ** 399", "9 ** 9 ** 4 * 0", f"2 ** 5000 - 2 ** 5000 + {a}"]
    yield COMPLEX, [f"(0 - {a}) ** 0.5", "2j", f"((0 - {a}) ** 0.5) ** 4"]
    yield INFINITE, ["1e999", "1e308 * 10", "1e999 - 1e999", f"{a} / 1e999", "0 * 1e999"]
    yield LONG, [f"{a}" + " + 1" * 60, f"{a}" + " " * 300, "-" * 250 + f"{a}"]
    yield NO_VALUE, [f"{a} / 0", f"0 ** -{a}", "1e200 ** 2", f"{a} / ({a} - {a})"]


def _value(submission, text, want):
    try:
        value = submission.call("calculate", text)
    except NotYet as failure:
        if failure.id == "raised" and " raised ValueError" in failure.cause:
            raise REFUSED.failure(f"`{text}`") from None
        raise
    if isinstance(value, str):
        raise RETURNED.failure(f"`{text}`; you returned a text")
    got = number(value, "calculate")
    if not close(got, want, TOLERANCE):
        case = f"`{text}` is {short(np.float64(want))}; you returned {short(np.float64(got))}"
        tricky = math.isclose(got, want, abs_tol=0.02)
        raise (VALUE if tricky else PRECEDENCE).failure(case)


def _all_refused(submission, mistake, attacks):
    """Require a ValueError with words for each; what came through counts before how it was refused."""
    later = None
    for text in attacks:
        case = f"`{text if len(text) <= 40 else text[:30] + '…'}`"
        try:
            value = submission.call("calculate", text)
        except NotYet as failure:
            if failure.id == "not-plain":  # a value that no number can hold came back
                raise mistake.failure(case) from None
            if failure.id != "raised":
                raise
            later = later or _refusal(failure, case)
        else:
            if value is None or (isinstance(value, str) and not text.count("'")):
                what = "nothing" if value is None else "a text"
                raise RETURNED.failure(f"{case}; you returned {what}")
            raise mistake.failure(case)
    if later:
        raise later


def _refusal(failure, case):
    """None for a ValueError with words, else what is to be said of the exception."""
    raised, _, words = failure.cause.partition(" raised ")[2].partition(": ")
    kind = raised.split(" ")[0].rstrip(".:")
    if kind != "ValueError":
        return OTHER_EXCEPTION.failure(f"{case} raised {kind}")
    return None if words else SILENT.failure(case)


REFUSED = Mistake(
    "refused",
    "Good arithmetic was refused.",
    "Compare the text with the task's first list: numbers, operations, signs, brackets, blanks.",
)
PRECEDENCE = Mistake(
    "precedence",
    "The value is not that of the expression.",
    "Draw its tree: `**` from the right and before a sign, then `*` and `/`, then `+` and `-`.",
)
VALUE = Mistake(
    "value",
    "The value is near, and not exact.",
    "Return what floating point gives, without rounding it.",
)
EXECUTED = Mistake(
    "executed",
    "A function was called because its name stood in the text; it could have been any.",
    "Give a meaning to numbers and operations only, and run nothing: no `eval`.",
)
ATTRIBUTE = Mistake(
    "attribute",
    "Even without names, the text got hold of an attribute, a list or a function of its own.",
    "Attributes lead to every class in the program: walk the tree, and know only arithmetic.",
)
CONSTANTS = Mistake(
    "constants",
    "A constant that is no number went through.",
    "Look at the exact type of each constant: to Python, True is a whole number.",
)
OPERATION = Mistake(
    "operation",
    "Something came back for a text that is not in the task's list.",
    "Refuse every operation, every incomplete and every double expression that you do not know.",
)
GROWS = Mistake(
    "grows",
    "A power left the range of floating point and went on as a whole number; with `9 ** 9 ** 9` that "
    "takes hours.",
    "Turn each number into a float where you read it.",
)
COMPLEX = Mistake(
    "complex",
    "An imaginary number came about and was let through.",
    "After each operation, refuse a value of the type complex.",
)
INFINITE = Mistake(
    "infinite",
    "A number became infinite, by itself or by a product, and the work went on.",
    "Test each constant and each result with `math.isfinite`.",
)
NO_VALUE = Mistake(
    "no-value",
    "Arithmetic that has no finite value got one.",
    "Let a division by zero and an overflow end in a ValueError.",
)
LONG = Mistake(
    "long",
    "A text of more than 200 characters was worked out.",
    "Measure it before you parse: deep nesting can exhaust the parser itself.",
)
OTHER_EXCEPTION = Mistake(
    "other-exception",
    "The refusal is an exception of another kind, which may take the model's whole loop down.",
    "Catch what parsing and arithmetic raise, and raise a ValueError in its place.",
)
SILENT = Mistake(
    "silent",
    "The ValueError comes without a message, so the model cannot know what to change.",
    "Say what was not understood, or what is allowed.",
)
RETURNED = Mistake(
    "returned",
    "A refusal came back as a value, and the next step may take it for a result.",
    "Raise a ValueError.",
)
