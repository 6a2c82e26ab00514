"""Takes out of a Python text the definitions of some names, with whatever these need.

A reader's notebook may train for minutes and a file may print; to check one function of it only
the statements run that define the function and the names which it uses.
"""

import ast
from collections.abc import Iterable, Sequence


def definitions(statements: Sequence[ast.stmt], names: Iterable[str]) -> list[ast.stmt]:
    """The statements that bind `names`, and transitively the names used there, in their order.

    Of several functions or classes of one name the last counts, as it would in a session.
    """
    binding: dict[str, list[ast.stmt]] = {}
    for statement in statements:
        for name in _bound(statement):
            replaces = isinstance(statement, (ast.FunctionDef, ast.ClassDef))
            binding[name] = [*([] if replaces else binding.get(name, [])), statement]
    kept: set[int] = set()
    waiting = list(names)
    while waiting:
        for statement in binding.pop(waiting.pop(), []):
            kept.add(id(statement))
            waiting += _used(statement)
    return [statement for statement in statements if id(statement) in kept]


def text_of(statements: Iterable[ast.stmt], source: str) -> str:
    """`statements` as they stand in `source`, without decorators: imports, then the others."""
    imports: list[str] = []
    others: list[str] = []
    for statement in statements:
        text = ast.get_source_segment(source, statement) or ""
        (imports if isinstance(statement, (ast.Import, ast.ImportFrom)) else others).append(text)
    return "\n\n\n".join(["\n".join(imports), *others] if imports else others)


def _bound(statement: ast.stmt) -> list[str]:
    """The names that a statement of a module binds."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return [alias.asname or alias.name.partition(".")[0] for alias in aliases]
    inside = [each for child in _blocks(statement) for each in _bound(child)]
    stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return inside + [node.id for node in stored if isinstance(node.ctx, ast.Store)]


def _blocks(statement: ast.stmt) -> list[ast.stmt]:
    return [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]


def _used(statement: ast.stmt) -> list[str]:
    return [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
