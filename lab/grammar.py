"""The little language in which `lab.synthesis` looks for programs: typed operators on plain values.

Each operator is a piece of Python with numbered places, and what it computes is that very piece, so
that a program does as a text exactly what it did in the search.  The language has no loops but the
two comprehensions, and no names but the arguments and the element `x`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

Function = Callable[..., Any]
CONSTANTS = {"int": ("0", "1", "2", "10", "-1"), "str": ("''", "' '")}
# Larger values are treated as failures, so that no search runs out of memory.
LARGEST, LONGEST = 10**9, 200


@dataclass(frozen=True)
class Operator:
    """A piece of Python with places {0}, {1}, ..., the types that go there, and the type that it gives.

    The type "int -> bool" belongs to an expression in `x`, the element of a list.
    """

    text: str
    takes: tuple[str, ...]
    gives: str

    @cached_property
    def function(self) -> Function:
        """What the piece computes from the values of its places."""
        names = [f"a{i}" for i in range(len(self.takes))]
        places = [
            f"{name}(x)" if "->" in kind else name
            for name, kind in zip(names, self.takes, strict=True)
        ]
        return compiled(", ".join(names), self.text.format(*places))

    @property
    def is_conditional(self) -> bool:
        """Whether only the first place is always evaluated."""
        return " else " in self.text


def compiled(arguments: str, text: str) -> Function:
    """The function of `arguments` that the Python expression `text` computes."""
    function: Function = eval(f"lambda {arguments}: {text}")
    return function


def _operators(gives: str, *rows: tuple[str, ...]) -> tuple[Operator, ...]:
    return tuple(Operator(text, kinds, gives) for text, *takes in rows for kinds in [tuple(takes)])


_NUMBERS = (
    *_operators(
        "int", *((f"({{0}} {sign} {{1}})", "int", "int") for sign in ("+", "-", "*", "//", "%"))
    ),
    *_operators("int", *((f"{name}({{0}}, {{1}})", "int", "int") for name in ("min", "max"))),
    *_operators("bool", *((f"({{0}} {sign} {{1}})", "int", "int") for sign in ("<", "=="))),
)
_TRUTH = _operators(
    "bool",
    ("(not {0})", "bool"),
    ("({0} and {1})", "bool", "bool"),
    ("({0} or {1})", "bool", "bool"),
)
_TEXTS = (
    *_operators(
        "str", ("({0} + {1})", "str", "str"), ("{0}.upper()", "str"), ("{0}.lower()", "str")
    ),
    *_operators("str", ("{0}.join({1})", "str", "list[str]"), ("max({0}, key=len)", "list[str]")),
    *_operators("int", ("{0}.count({1})", "str", "str")),
    *_operators("bool", ("({0} == {1})", "str", "str"), ("({0} in {1})", "str", "str")),
    *_operators("list[str]", ("{0}.split()", "str"), ("list({0})", "str")),
)


def _sequence(kind: str, element: str) -> tuple[Operator, ...]:
    """What lists and texts have in common."""
    slices = ("{0}[{1}:]", "{0}[:{1}]")
    return (
        *_operators("int", ("len({0})", kind)),
        *_operators(element, ("{0}[{1}]", kind, "int")),
        *_operators(kind, ("{0}[::-1]", kind), *((text, kind, "int") for text in slices)),
    )


def _list(element: str) -> tuple[Operator, ...]:
    kind = f"list[{element}]"
    to_list, to_sorted = ("({0} + {1})", kind, kind), ("sorted({0})", kind)
    return (
        *_sequence(kind, element),
        *_operators(
            kind, to_list, to_sorted, ("[x for x in {1} if {0}]", f"{element} -> bool", kind)
        ),
        *_operators("int", ("{0}.count({1})", kind, element)),
        *_operators("bool", ("({0} in {1})", element, kind)),
    )


@lru_cache
def operators(kinds: frozenset[str]) -> tuple[Operator, ...]:
    """All operators between the types `kinds`; of expressions in an element, those that fit them."""
    every = [*_NUMBERS, *_TRUTH, *_TEXTS, *_sequence("str", "str"), *_list("int"), *_list("str")]
    every += _operators("int", *((f"{name}({{0}})", "list[int]") for name in ("sum", "min", "max")))
    for before in ("int", "str"):
        for after in ("int", "str"):
            text, takes = "[{0} for x in {1}]", (f"{before} -> {after}", f"list[{before}]")
            every.append(Operator(text, takes, f"list[{after}]"))
    every += [
        Operator("({1} if {0} else {2})", ("bool", kind, kind), kind)
        for kind in ("int", "str", "list[int]", "list[str]")
    ]
    known = kinds | {f"{a} -> {b}" for a in kinds for b in kinds}
    return tuple(op for op in every if known.issuperset((*op.takes, op.gives)))


def types_of(*named: str) -> frozenset[str]:
    """The types that a function between the types `named` may use: those, numbers and truth.

    Texts bring their words, and words the texts.
    """
    texts = {"str", "list[str]"}
    return frozenset({"int", "bool", *named} | (texts if texts & set(named) else set()))
