"""Checks `smallest(expressions)` on shuffled expressions in which each rule of the task decides."""

import re

from struggle.compare import Mistake
from struggle.verdict import Cases, NotYet

TOLERANCE = 1e-6  # nothing is compared by size; a text cannot be multiplied


def check(submission, rng):
    cases = Cases()
    for rows in (_numbers(rng), _failures(rng), _kinds(rng), _lists(rng)):
        with cases:
            got = _texts(submission, rows)
            if got != _smallest(rows):
                case = f"{_shown(rows)}; you returned {_shown(got)}"
                fits = (m for m in MISTAKES[:-1] if got in list(m.values(rows)))
                raise next(fits, MISTAKES[-1]).failure(case)
    return cases.verdict("Each behaviour is kept once, by the smallest expression that has it.")


def _numbers(rng):
    """Equal values at several sizes, the smaller later; ties; the same values in another order."""
    a, b = (int(x) for x in rng.choice(range(2, 9), 2, replace=False))
    return [
        ("y + x", 3, [a + b, a]),
        ("x", 1, [a, b]),
        ("x * 1", 3, [a, b]),
        ("y", 1, [b, a]),
        ("x + y", 3, [a + b, a]),
        ("x + 0 + 0", 5, [a, b]),
        ("max(x, y, x)", 4, [max(a, b), b]),
        ("-(-z)", 2, [a, a]),
        ("z", 1, [a, a]),
        ("0", 1, [0, 0]),
        ("x - x", 3, [0, 0]),
    ]


def _failures(rng):
    a = int(rng.integers(2, 9))
    rows = [
        ("x[5]", 3, [None, None, None]),
        ("x[1]", 3, [a, None, a]),
        ("x[-1]", 4, [a, a, a]),
        ("x[0 + 1]", 5, [a, None, a]),
        ("x[2 - 1 + 0]", 7, [None, a, None]),
        ("1 // 0", 3, [None, None, None]),
    ]
    return [rows[i] for i in rng.permutation(len(rows))]


def _kinds(rng):
    a = int(rng.integers(2, 9))
    rows = [
        ("x", 1, [1, 0]),
        ("x / 1", 3, [1.0, 0.0]),
        ("x == 1", 3, [True, False]),
        ("str(x)", 2, ["1", "0"]),
        ("y", 1, [a, a]),
        ("y / 1", 3, [float(a), float(a)]),
    ]
    return [rows[i] for i in rng.permutation(len(rows))]


def _lists(rng):
    a = int(rng.integers(2, 9))
    rows = [
        ("xs", 1, [[1, a], []]),
        ("xs[:]", 2, [[1, a], []]),
        ("[x == 1 for x in xs]", 6, [[True, False], []]),
        ("[x // x for x in xs]", 6, [[1, 1], []]),
        ("[x == x for x in xs]", 7, [[True, True], []]),
        ("xs[::-1]", 2, [[a, 1], []]),
        ("xs + [[]]", 4, [[1, a, []], [[]]]),
        ("[xs[:1]] + xs[1:]", 8, [[[1], a], [[]]]),
    ]
    return [rows[i] for i in rng.permutation(len(rows))]


def _texts(submission, rows):
    try:
        got = submission.call("smallest", rows)
    except NotYet as failure:
        if failure.id == "raised" and "unhashable" in failure.cause:
            raise UNHASHABLE.failure(failure.cause) from None
        raise
    if not isinstance(got, (list, tuple)) or not all(type(each) is str for each in got):
        raise SHAPE.failure(f"you returned {_shown(got)}")
    return list(got)


def _shown(value):
    text = " ".join(repr(value)[:400].split())
    return text if len(text) <= 200 else f"{text[:200]}…"


def _useful(rows):
    return [row for row in rows if any(value is not None for value in row[2])]


def _keep(rows, key=lambda row: repr(row[2])):
    """The first row of each class, by `key`, in the order of `rows`."""
    first = {}
    for row in rows:
        first.setdefault(key(row), row)
    return list(first.values())


def _sized(rows):
    return sorted(rows, key=lambda row: row[1])


def _of(rows):
    return [row[0] for row in rows]


def _smallest(rows):
    return _of(_keep(_sized(_useful(rows))))


def _frozen(value):
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _outer_types(row):
    return tuple((type(value), _frozen(value)) for value in row[2])


UNHASHABLE = Mistake(
    "unhashable",
    "A value that is a list cannot be part of a key.",
    "Turn the values into a text, or lists inside lists into tuples, before you look them up.",
)
SHAPE = Mistake(
    "shape",
    "`smallest` did not return a list of texts.",
    "Return the first item of each triple that is kept.",
)
MISTAKES = [
    Mistake(
        "first-given",
        "Of each class the first given was kept, though a smaller one came later.",
        "Go through the expressions in order of size.",
        lambda rows: [_of(_keep(_useful(rows))), _of(_sized(_keep(_useful(rows))))],
    ),
    Mistake(
        "ties",
        "Of equally small expressions the last given was kept.",
        "Keep what you met first, and sort in a way that leaves equals in their order.",
        lambda rows: [_of(_keep(_sized(_useful(rows)[::-1])))],
    ),
    Mistake(
        "by-text",
        "Expressions of one size are in the order of their texts, or were chosen by it.",
        "Sort by the size alone; Python's sort leaves the rest as it was given.",
        lambda rows: [_of(_keep(sorted(_useful(rows), key=lambda row: (row[1], row[0]))))],
    ),
    Mistake(
        "not-in-order",
        "The right expressions are kept, in another order.",
        "Return them in order of size, and those of one size as they were given.",
        lambda rows: [
            [row[0] for row in rows if row[0] in set(_smallest(rows))],
            sorted(_smallest(rows)),
            _smallest(rows)[::-1],
        ],
    ),
    Mistake(
        "failed-somewhere",
        "An expression that failed on some of the examples only was dropped.",
        "Drop only what failed everywhere; otherwise a failure is a value like another.",
        lambda rows: [
            _of(_keep(_sized([row for row in rows if None not in row[2]]))),
            _of(_keep(_sized([row for row in rows if row[2][0::2] != [None, None]]))),
        ],
    ),
    Mistake(
        "failed-everywhere",
        "An expression that failed on every example was kept.",
        "Leave out what has no value at all.",
        lambda rows: [_of(_keep(_sized(rows)))],
    ),
    Mistake(
        "zero-dropped",
        "An expression whose values are all zero was dropped, as if it had failed.",
        "Only `None` is a failure: 0, an empty text and False are values.",
        lambda rows: [_of(_keep(_sized([row for row in rows if any(row[2])])))],
    ),
    Mistake(
        "true-is-one-inside",
        "Inside a list True was taken for 1.",
        "Put the types into the key at every depth, or compare texts.",
        lambda rows: [_of(_keep(_sized(_useful(rows)), _outer_types))],
    ),
    Mistake(
        "true-is-one",
        "Values of different types were taken for equal: Python holds True, 1 and 1.0 to be the same.",
        "Put the type into the key, or compare texts.",
        lambda rows: [_of(_keep(_sized(_useful(rows)), lambda row: _frozen(row[2])))],
    ),
    Mistake(
        "flattened",
        "A list inside a list was taken for its items.",
        "Keep the brackets in the key: [[1], 2] and [1, 2] are two values.",
        lambda rows: [
            _of(_keep(_sized(_useful(rows)), lambda row: re.sub(r"[\[\]]", "", repr(row[2]))))
        ],
    ),
    Mistake(
        "as-set",
        "The order of the values was lost: the same values on other examples are another behaviour.",
        "Compare the values example by example.",
        lambda rows: [
            _of(_keep(_sized(_useful(rows)), lambda row: tuple(sorted(map(repr, row[2]))))),
            _of(_keep(_sized(_useful(rows)), lambda row: frozenset(map(repr, row[2])))),
        ],
    ),
    Mistake(
        "one-example",
        "Expressions were compared on one example only.",
        "Two expressions are alike if they agree on all of them.",
        lambda rows: [
            _of(_keep(_sized(_useful(rows)), lambda row, i=i: repr(row[2][i]))) for i in (0, -1)
        ],
    ),
    Mistake(
        "value",
        "These are not the smallest expressions, one for each behaviour.",
        "Write the values beside each text, sort by size, and strike out what you have seen.",
    ),
]
