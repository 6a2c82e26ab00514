"""Answers to observational-equivalence: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import json

from struggle.answers import reference, right, wrong


@reference
def smallest(expressions):
    kept, seen = [], set()
    for text, _, values in sorted(expressions, key=lambda expression: expression[1]):
        behaviour = repr(values)
        if behaviour not in seen and any(value is not None for value in values):
            seen.add(behaviour)
            kept.append(text)
    return kept


@right("a dictionary of the best, replaced when a smaller one comes")
def smallest(expressions):
    best = {}
    for place, (text, size, values) in enumerate(expressions):
        key = json.dumps(values)
        if values.count(None) < len(values) and (key not in best or size < best[key][0]):
            best[key] = (size, place, text)
    return [text for _, _, text in sorted(best.values())]


def typed(value):
    if isinstance(value, list):
        return ("list", *map(typed, value))
    return type(value).__name__, value


@right("keys in which each value has its type")
def smallest(expressions):
    first = {}
    for text, _, values in sorted(expressions, key=lambda each: each[1]):
        if set(map(typed, values)) != {typed(None)}:
            first.setdefault(typed(values), text)
    return list(first.values())


@right("by comparing each with all that are kept")
def smallest(expressions):
    kept = []
    for size in sorted({each[1] for each in expressions}):
        for text, _, values in (each for each in expressions if each[1] == size):
            known = any(str([values]) == str([other]) for _, other in kept)
            if not known and not all(value is None for value in values):
                kept.append((text, values))
    return [text for text, _ in kept]


def kept_by(expressions, key, size=lambda each: each[1]):
    first = {}
    for text, _, values in sorted(expressions, key=size):
        if any(value is not None for value in values):
            first.setdefault(key(values), text)
    return list(first.values())


def frozen(value):
    return tuple(map(frozen, value)) if isinstance(value, list) else value


@wrong("first-given")
def smallest(expressions):
    return kept_by(expressions, repr, size=lambda each: 0)


@wrong("ties")
def smallest(expressions):
    return kept_by(expressions[::-1], repr)


@wrong("by-text")
def smallest(expressions):
    return kept_by(expressions, repr, size=lambda each: (each[1], each[0]))


@wrong("not-in-order")
def smallest(expressions):
    kept = set(kept_by(expressions, repr))
    return [text for text, _, _ in expressions if text in kept]


@wrong("failed-somewhere")
def smallest(expressions):
    return kept_by([each for each in expressions if None not in each[2]], repr)


@wrong("failed-everywhere")
def smallest(expressions):
    first = {}
    for text, _, values in sorted(expressions, key=lambda each: each[1]):
        first.setdefault(repr(values), text)
    return list(first.values())


@wrong("true-is-one")
def smallest(expressions):
    return kept_by(expressions, frozen)


@wrong("true-is-one-inside")
def smallest(expressions):
    return kept_by(expressions, lambda values: tuple((type(v), frozen(v)) for v in values))


@wrong("as-set")
def smallest(expressions):
    return kept_by(expressions, lambda values: frozenset(map(repr, values)))


@wrong("one-example")
def smallest(expressions):
    return kept_by(expressions, lambda values: repr(values[0]))


@wrong("unhashable")
def smallest(expressions):
    return kept_by(expressions, lambda values: tuple((type(v), v) for v in values))


@wrong("value")
def smallest(expressions):
    return [text for text, size, _ in sorted(expressions, key=lambda each: each[1]) if size < 3]


@wrong("shape")
def smallest(expressions):
    return sorted(expressions, key=lambda each: each[1])


@wrong("flattened")
def smallest(expressions):
    return kept_by(expressions, lambda values: repr(values).replace("[", "").replace("]", ""))


@wrong("zero-dropped")
def smallest(expressions):
    return kept_by([each for each in expressions if any(each[2])], repr)


@wrong("failed-somewhere")
def smallest(expressions):
    """Takes an expression for failed if it fails at both ends."""
    some = [each for each in expressions if each[2][0] is not None or each[2][-1] is not None]
    return kept_by(some, repr)
