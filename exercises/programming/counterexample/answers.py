"""Answers to counterexample: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def for_second_largest():
    return [3, 3, 1]


@reference
def for_overlap():
    return [[2, 3], [1, 5]]


@reference
def for_newer():
    return [7, 7]


@reference
def for_split():
    return [10, 4]


@right("a search over small lists")
def for_second_largest():
    small = [[a, b, c] for a in range(4) for b in range(4) for c in range(4)]
    return next(v for v in small if len(set(v)) >= 2 and sorted(v)[-2] == max(v))


@right("spans as an array, one far inside the other")
def for_overlap():
    return np.array([[10, 20], [-5, 90]])


@right("a tuple at the end of the round")
def for_newer():
    return (255, 255)


@right("a hundred people who each get nothing")
def for_split():
    return (49, 100)


@right("a hundred million million, two times")
def for_second_largest():
    return [10**14, 10**14, -(10**17)]


@right("so many cents that a division rounds")
def for_split():
    return [10**17 + 1, 3]


@wrong("second-largest-agrees")
def for_second_largest():
    return [5, 2, 9, 1]


@wrong("second-largest-agrees")
def for_second_largest():
    return [1, 1, 3]


@wrong("domain")
def for_second_largest():
    return [4, 4]


@wrong("overlap-agrees")
def for_overlap():
    return [[1, 5], [2, 3]]


@wrong("overlap-agrees")
def for_overlap():
    return [[1, 2], [2, 3]]


@wrong("domain")
def for_overlap():
    return [[3, 3], [1, 5]]


@wrong("newer-agrees")
def for_newer():
    return [1, 255]


@wrong("domain")
def for_newer():
    return [200, 72]


@wrong("split-agrees")
def for_split():
    return [10, 3]


@wrong("split-agrees")
def for_split():
    return [0, 7]


@wrong("domain")
def for_split():
    return [10, 0]
