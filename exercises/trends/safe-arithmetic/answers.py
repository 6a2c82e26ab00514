"""Answers to safe-arithmetic: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import ast
import math
import operator
import re

from struggle.answers import reference, right, wrong

OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


def value_of(node):
    match node:
        case ast.Constant(value) if type(value) in (int, float):
            value = float(value)  # at the leaf, for whole numbers grow without end
        case ast.BinOp(left, op, right) if type(op) in OPERATIONS:
            value = OPERATIONS[type(op)](value_of(left), value_of(right))
        case ast.UnaryOp(op, operand) if type(op) in OPERATIONS:
            value = OPERATIONS[type(op)](value_of(operand))
        case _:
            raise ValueError("use only numbers, brackets and + - * / **")
    if isinstance(value, complex) or not math.isfinite(value):
        raise ValueError("this has no finite, real value")
    return value


@reference
def calculate(text):
    if len(text) > 200:
        raise ValueError("at most 200 characters are read; split it up")
    try:
        return value_of(ast.parse(text.strip(" "), mode="eval").body)
    except (SyntaxError, ArithmeticError) as error:
        raise ValueError(f"this cannot be worked out: {error}") from None


class Parser:
    def __init__(self, text):
        found = r"\s*(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\*\*|//|[-+*/()]|\S)"
        self.tokens = [*re.findall(found, text), ""]

    def take(self, *wanted):
        if self.tokens[0] in wanted:
            return self.tokens.pop(0)
        return None

    def sum(self):
        value = self.product()
        while sign := self.take("+", "-"):
            term = self.product()
            value = value + term if sign == "+" else value - term
        return value

    def product(self):
        value = self.signed()
        while sign := self.take("*", "/"):
            factor = self.signed()
            value = value * factor if sign == "*" else value / factor
        return value

    def signed(self):
        if sign := self.take("+", "-"):
            return self.signed() if sign == "+" else -self.signed()
        value = self.atom()
        if self.take("**"):
            value = math.pow(value, self.signed())
        return value

    def atom(self):
        if self.take("("):
            value = self.sum()
            if not self.take(")"):
                raise ValueError("a bracket is not closed")
            return value
        token = self.tokens.pop(0)
        if not token or token[0] not in ".0123456789" or token == ".":
            raise ValueError(f"a number was expected, not {token!r}")
        return finite(float(token))


def finite(value):
    if not math.isfinite(value):
        raise ValueError("the number is too large")
    return value


@right("a parser of its own, one function for each level of precedence")
def calculate(text):
    if len(text) > 200 or not text.isascii():
        raise ValueError("too long, or a character that is no arithmetic")
    parser = Parser(text)
    try:
        value = finite(parser.sum())
    except ArithmeticError as error:
        raise ValueError(f"no value: {error}") from None
    except IndexError:
        raise ValueError("the expression ends too early") from None
    if parser.tokens != [""]:
        raise ValueError(f"not understood from {parser.tokens[0]!r} on")
    return value


class Visitor(ast.NodeVisitor):
    def visit_Expression(self, node):
        return self.visit(node.body)

    def visit_Constant(self, node):
        if type(node.value) not in {int, float}:
            raise ValueError(f"{node.value!r} is no number")
        return self.checked(float(node.value))

    def visit_UnaryOp(self, node):
        sign = {ast.UAdd: 1.0, ast.USub: -1.0}.get(type(node.op))
        if sign is None:
            raise ValueError("only the signs + and - are known")
        return sign * self.visit(node.operand)

    def visit_BinOp(self, node):
        names = {ast.Add: "__add__", ast.Sub: "__sub__", ast.Mult: "__mul__"}
        names |= {ast.Div: "__truediv__", ast.Pow: "__pow__"}
        if type(node.op) not in names:
            raise ValueError("this operation is not known; use + - * / **")
        left, right = self.visit(node.left), self.visit(node.right)
        return self.checked(getattr(left, names[type(node.op)])(right))

    def generic_visit(self, node):
        raise ValueError(f"{type(node).__name__} is no arithmetic")

    def checked(self, value):
        if isinstance(value, complex) or value in (math.inf, -math.inf) or value != value:
            raise ValueError("no finite, real value")
        return value


@right("a visitor of the tree, with a method for each kind of node")
def calculate(text):
    if len(text) > 200:
        raise ValueError("too long")
    try:
        return Visitor().visit(ast.parse(text.strip(), mode="eval"))
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(f"not worked out ({type(error).__name__}): {error}") from None


@wrong("executed")
def calculate(text):
    try:
        return float(eval(text))
    except Exception as error:
        raise ValueError(f"not arithmetic: {error}") from None


@wrong("attribute")
def calculate(text):
    try:
        return float(eval(text, {"__builtins__": {}}))
    except Exception as error:
        raise ValueError(f"not arithmetic: {error}") from None


@wrong("operation")
def calculate(text):
    if len(text) > 200 or not re.fullmatch(r"[0-9+\-*/(). e]*", text):
        raise ValueError("only arithmetic is understood")
    try:
        return float(eval(text))
    except Exception as error:
        raise ValueError(f"not arithmetic: {error}") from None


@wrong("refused")
def calculate(text):
    try:
        return float(ast.literal_eval(text))
    except Exception as error:
        raise ValueError(f"not arithmetic: {error}") from None


@wrong("refused")
def calculate(text):
    if any(character not in "0123456789+-*/(). " for character in text):
        raise ValueError("only arithmetic is understood")
    return Visitor().visit(ast.parse(text, mode="eval"))


def walked(text, number=float, constants=(int, float), operations=OPERATIONS, check=True):
    def value_of(node):
        match node:
            case ast.Constant(value) if isinstance(value, constants):
                value = number(value)
            case ast.BinOp(left, op, right):
                value = operations[type(op)](value_of(left), value_of(right))
            case ast.UnaryOp(op, operand):
                value = operations[type(op)](value_of(operand))
            case _:
                raise ValueError("this is no arithmetic")
        if check and (isinstance(value, complex) or not abs(value) < math.inf):
            raise ValueError("this has no finite, real value")
        return value

    if len(text) > 200:
        raise ValueError("too long")
    try:
        return value_of(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ArithmeticError, KeyError, TypeError) as error:
        raise ValueError(f"this cannot be worked out: {error}") from None


@wrong("constants")
def calculate(text):
    return walked(text)


@wrong("grows")
def calculate(text):
    exact = {int: int, float: float}
    return walked(text, number=lambda value: exact[type(value)](value))


@wrong("complex")
def calculate(text):
    return walked(text, number=lambda value: strictly(value), check=False)


def strictly(value):
    if type(value) not in (int, float) or math.isinf(value):
        raise ValueError("no finite number")
    return float(value)


@wrong("infinite")
def calculate(text):
    def number(value):
        if type(value) not in (int, float):
            raise ValueError("no number")
        return float(value)

    value = walked(text, number, check=False)
    if isinstance(value, complex):
        raise ValueError("no real value")
    return value


@wrong("no-value")
def calculate(text):
    def divide(left, right):
        return left / right if right else 0.0

    return walked(text, strictly, operations=OPERATIONS | {ast.Div: divide})


@wrong("long")
def calculate(text):
    try:
        return value_of(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ArithmeticError) as error:
        raise ValueError(f"this cannot be worked out: {error}") from None


@wrong("other-exception")
def calculate(text):
    if len(text) > 200:
        raise ValueError("too long")
    return value_of(ast.parse(text.strip(), mode="eval").body)


@wrong("other-exception")
def calculate(text):
    if len(text) > 200:
        raise ValueError("too long")
    try:
        return value_of(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ZeroDivisionError) as error:
        raise ValueError(f"this cannot be worked out: {error}") from None


@wrong("silent")
def calculate(text):
    try:
        return walked(text, number=strictly)
    except ValueError:
        raise ValueError from None


@wrong("returned")
def calculate(text):
    try:
        return walked(text, number=strictly)
    except ValueError as error:
        return f"Error: {error}"


@wrong("returned")
def calculate(text):
    try:
        return walked(text, number=strictly)
    except ValueError:
        return None


@wrong("precedence")
def calculate(text):
    while "(" in text:
        inner = re.search(r"\(([^()]*)\)", text)
        if inner is None:
            raise ValueError("a bracket is not closed")
        text = text.replace(inner[0], repr(calculate(inner[1])))
    tokens = re.findall(r"\d+\.?\d*(?:e[+-]?\d+)?|\*\*|[-+*/]", text.replace(" ", ""))
    value, sign = 0.0, "+"
    for token in tokens:
        if token in ("+", "-", "*", "/", "**"):
            sign = token
        else:
            apply = {"+": operator.add, "-": operator.sub, "*": operator.mul}
            apply |= {"/": operator.truediv, "**": operator.pow}
            value = apply[sign](value, float(token))
    return value


@wrong("value")
def calculate(text):
    return round(walked(text, number=strictly), 2)
