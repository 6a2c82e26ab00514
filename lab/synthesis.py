"""Finds a program from examples alone, by trying expressions from the smallest up.

Expressions of `lab.grammar` are built bottom-up: those of size n from smaller ones by one operator.
Of all that take the same values on the examples only the first is kept, because no example could ever
tell them apart: *observational equivalence*.  An example that refutes a program is added, and the
search begins again: *counterexample-guided* synthesis.

Sources: Udupa et al. 2013, "TRANSIT" (enumeration with pruning by equivalence); Solar-Lezama et al.
2006, "Combinatorial Sketching for Finite Programs" (counterexamples).
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, product
from typing import Any

from lab.coding_tasks import Example, Task
from lab.grammar import (
    CONSTANTS,
    LARGEST,
    LONGEST,
    Function,
    Operator,
    compiled,
    operators,
    types_of,
)

FAILED = object()  # the value of an expression that raises or grows too large
# Elements on which two expressions in `x` must agree to count as one, and the largest such expression.
PROBES = {"int": (-3, -2, -1, 0, 1, 2, 3, 4, 5, 7, 10, 12), "str": ("", "a", "Ab", "to be", "noon")}
LARGEST_BODY = 5


@dataclass(frozen=True)
class Expression:
    """A piece of Python, its number of operators and leaves, and its value on each example.

    The one value of an expression in `x` is the function that it computes.
    """

    text: str
    size: int
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Found:
    """The smallest expression that fits (None if the budget ended first), and how many were tried."""

    expression: Expression | None
    tried: int


def search(task: Task, examples: Sequence[Example], budget: int, prune: bool = True) -> Found:
    """The smallest expression that takes the right value on each of `examples`, within `budget` tries.

    Only the types of `task` are read, not its words.  Without `prune`, equivalent expressions are kept.
    The few hundred expressions in `x` are prepared once and not counted.
    """
    wanted = _key(tuple(example.value for example in examples))
    tried = 0
    for kind, expression in _enumerate(task, examples, prune):
        tried += 1
        if kind == task.returns and _key(expression.values) == wanted:
            return Found(expression, tried)
        if tried >= budget:
            break
    return Found(None, tried)


def program(task: Task, expression: Expression) -> str:
    """`expression` as the function that `task` asks for, with no more brackets than it needs."""
    return ast.unparse(ast.parse(f"{task.signature}\n    return {expression.text}")) + "\n"


def _enumerate(
    task: Task, examples: Sequence[Example], prune: bool
) -> Iterator[tuple[str, Expression]]:
    kinds = types_of(task.returns, *(kind for _, kind in task.arguments))
    leaves = [
        (kind, name, tuple(example.arguments[i] for example in examples))
        for i, (name, kind) in enumerate(task.arguments)
    ]
    return enumerate_expressions(kinds, leaves, len(examples), prune)


def enumerate_expressions(
    kinds: frozenset[str],
    arguments: Sequence[tuple[str, str, tuple[Any, ...]]],
    n: int,
    prune: bool = True,
    bodies: bool = True,
) -> Iterator[tuple[str, Expression]]:
    """Every expression over `arguments` (type, name, values on the `n` examples), the smallest first.

    What is yielded has been tried; what is kept to build upon, if `prune`, has values that no smaller
    expression of its type takes.  Without `bodies` there are no comprehensions.
    """
    bank: dict[tuple[str, int], list[Expression]] = defaultdict(list)
    seen: set[tuple[str, Any]] = set()
    if bodies:
        bank.update(_bodies(kinds))
    for size in count(1):
        made = _leaves(kinds, arguments, n) if size == 1 else _combined(kinds, bank, size, n)
        for kind, expression in made:
            yield kind, expression
            if all(value is FAILED for value in expression.values):
                continue
            key = kind, _key(expression.values)
            if not prune or key not in seen:
                seen.add(key)
                bank[kind, size].append(expression)


def _leaves(
    kinds: frozenset[str], arguments: Sequence[tuple[str, str, tuple[Any, ...]]], n: int
) -> Iterator[tuple[str, Expression]]:
    for kind, name, values in arguments:
        yield kind, Expression(name, 1, values)
    for kind, texts in CONSTANTS.items():
        if kind in kinds:
            for text in texts:
                yield kind, Expression(text, 1, (ast.literal_eval(text),) * n)


def _combined(
    kinds: frozenset[str], bank: dict[tuple[str, int], list[Expression]], size: int, n: int
) -> Iterator[tuple[str, Expression]]:
    """All expressions of `size` that one operator makes of those in `bank`."""
    for operator in operators(kinds):
        for sizes in _splits(size - 1, len(operator.takes)):
            pools = [bank.get(key, ()) for key in zip(operator.takes, sizes, strict=True)]
            for parts in product(*pools):
                yield operator.gives, _applied(operator, parts, size, n)


@lru_cache
def _splits(total: int, parts: int) -> tuple[tuple[int, ...], ...]:
    """The ways to write `total` as a sum of `parts` positive sizes, in order."""
    if parts == 1:
        return ((total,),) if total > 0 else ()
    return tuple(
        (first, *rest) for first in range(1, total) for rest in _splits(total - first, parts - 1)
    )


def _applied(operator: Operator, parts: Sequence[Expression], size: int, n: int) -> Expression:
    function = operator.function
    columns = [p.values if len(p.values) == n else p.values * n for p in parts]
    read = 1 if operator.is_conditional else len(parts)
    values = tuple(_value(function, row, read) for row in zip(*columns, strict=True))
    return Expression(operator.text.format(*(p.text for p in parts)), size, values)


def _value(function: Function, arguments: Sequence[Any], read: int) -> Any:
    """The function's value, or `FAILED` where it raises or one of the first `read` arguments failed."""
    if any(argument is FAILED for argument in arguments[:read]):
        return FAILED
    try:
        value = function(*arguments)
    except Exception:  # an index out of range, a division by zero, the largest of nothing
        return FAILED
    if type(value) is int:
        return value if -LARGEST <= value <= LARGEST else FAILED
    if type(value) in (str, list):
        return value if len(value) <= LONGEST else FAILED
    return value


def _key(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([tuple(v) if type(v) is list else v for v in values])


@lru_cache
def _bodies(kinds: frozenset[str]) -> dict[tuple[str, int], list[Expression]]:
    """Expressions in `x` for the comprehensions, by type and size, no two alike on the probes."""
    bank: dict[tuple[str, int], list[Expression]] = defaultdict(list)
    for element, probes in PROBES.items():
        if f"list[{element}]" not in kinds:
            continue
        inner = frozenset({"int", "bool", element})
        seen = set()
        for kind, body in enumerate_expressions(
            inner, [(element, "x", probes)], len(probes), True, False
        ):
            if body.size > LARGEST_BODY:
                break
            key = kind, _key(body.values)
            if FAILED not in body.values and key not in seen:
                seen.add(key)
                one = (compiled("x", body.text),)
                bank[f"{element} -> {kind}", body.size].append(
                    Expression(body.text, body.size, one)
                )
    return bank
