"""A calculator that evaluates arithmetic and nothing else, whatever text it is given.

The expression is parsed into a syntax tree and its nodes are worked out one by one, as exact
fractions; no node but a number, an operation or a sign has a meaning here.  Length, brackets,
operations and the size of every number are bounded *before* the work is done, so that neither time
nor memory depends on what a model writes: `9**9**9` costs no more than `9*9`.
"""

import ast
import operator
from collections.abc import Callable
from decimal import Context
from fractions import Fraction

MAX_LENGTH = 300  # characters
MAX_DEPTH = 20  # brackets within brackets
MAX_OPERATIONS = 100
MAX_BITS = 1024  # of a numerator or denominator: 308 digits
PLACES = 12  # of a rounded result, besides the digits of its whole part

ALLOWED = "0123456789+-*/(). "
# What models write by habit, and what to write instead.
INSTEAD = {
    "×": "* for a product",
    "÷": "/ for a quotient",
    "−": "- for a difference",
    "–": "- for a difference",
    "^": "** for a power",
    ",": "1000, not 1,000",
    "=": "the expression alone, without =",
}

OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
SIGNS: dict[type[ast.unaryop], Callable[[Fraction], Fraction]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


class CalculatorError(ValueError):
    """Why an expression was refused, and what to write instead."""


def calculate(expression: str) -> str:
    """The value of `expression` in decimals: exact if it is a whole number, else rounded.

    Raises `CalculatorError`, with words that a model can act on.
    """
    value = evaluate(expression)
    if value.denominator == 1:
        return str(value.numerator)
    context = Context(prec=len(str(abs(int(value)))) + PLACES)
    rounded = context.divide(value.numerator, value.denominator)
    return f"{context.normalize(rounded):f}"


def evaluate(expression: str) -> Fraction:
    """The exact value of `expression`; raises `CalculatorError`."""
    _check_text(expression)
    text = expression.strip(" ")
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        # What Python adds after a semicolon is advice on Python.
        reason = error.msg.partition(";")[0]
        place = f"character {error.offset}" if error.offset else "its end"
        raise CalculatorError(f"This cannot be read as arithmetic: {reason} at {place}.") from None
    operations = sum(isinstance(node, (ast.BinOp, ast.UnaryOp)) for node in ast.walk(tree))
    _at_most(MAX_OPERATIONS, operations, "operations")
    return _value(tree, text)


def _check_text(text: str) -> None:
    _at_most(MAX_LENGTH, len(text), "characters")
    if not text.strip(" "):
        raise CalculatorError("The expression is empty. Write one such as 12 * (3 + 4).")
    for character in text:
        if character not in ALLOWED:
            instead = INSTEAD.get(character, "only digits, . + - * / ** ( ) and blanks")
            raise CalculatorError(f"{character!r} is not understood; write {instead}.")
    depth = deepest = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        deepest = max(deepest, depth)
    _at_most(MAX_DEPTH, deepest, "brackets within brackets")


def _at_most(limit: int, count: int, what: str) -> None:
    if count > limit:
        raise CalculatorError(f"There are {count} {what}; at most {limit} fit. Split it up.")


def _value(node: ast.expr, text: str) -> Fraction:
    match node:
        # From the text, for the tree holds 0.1 as the nearest binary fraction.
        case ast.Constant(value=int() | float()):
            value = Fraction(text[node.col_offset : node.end_col_offset])
        case ast.UnaryOp(op, operand) if type(op) in SIGNS:
            value = SIGNS[type(op)](_value(operand, text))
        case ast.BinOp(left, ast.Pow(), right):
            value = _power(_value(left, text), _value(right, text))
        case ast.BinOp(left, op, right) if type(op) in OPERATIONS:
            value = _operation(op, _value(left, text), _value(right, text))
        case _:
            part = text[node.col_offset : node.end_col_offset]
            raise CalculatorError(
                f"{part!r} is no arithmetic; use only numbers, brackets and + - * / **, "
                "and write every product with *."
            )
    return _small(value)


def _operation(op: ast.operator, left: Fraction, right: Fraction) -> Fraction:
    try:
        return OPERATIONS[type(op)](left, right)
    except ZeroDivisionError:
        raise CalculatorError("Division by zero has no value.") from None


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    """`base ** exponent`, if it is certain beforehand that the result is of a bounded size."""
    if exponent.denominator != 1:
        raise CalculatorError("An exponent must be a whole number.")
    if base == 0 and exponent < 0:
        raise CalculatorError("Division by zero has no value.")
    bits = max(abs(base.numerator), base.denominator).bit_length() - 1
    if bits * abs(exponent.numerator) > MAX_BITS:
        raise CalculatorError(_too_large())
    return Fraction(base**exponent.numerator)


def _small(value: Fraction) -> Fraction:
    if max(abs(value.numerator), value.denominator).bit_length() > MAX_BITS:
        raise CalculatorError(_too_large())
    return value


def _too_large() -> str:
    return f"A number on the way has more than {int(MAX_BITS * 0.30103)} digits."
