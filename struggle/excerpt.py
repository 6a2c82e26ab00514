"""Takes out of a Python text the definitions of some names, with whatever these need.

A reader's notebook may train for minutes and a file may print; to check one function of it only
the statements run that make the function and the names which it uses.
"""

import ast
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


def definitions(statements: Sequence[ast.stmt], names: Iterable[str]) -> list[ast.stmt]:
    """The statements that make `names`, and transitively the names used there, in their order.

    A statement makes a name that it binds or changes (`T["a"] = 1`, `T.append(1)`).  What a
    statement uses when it runs is what stands before it; what a function uses, it finds when it
    is called, after all of them.
    """
    parts = _parts(statements)
    end = len(parts)
    kept = {place for place, part in enumerate(parts) if "*" in part.makes}  # may bind anything
    waiting = [(name, end) for name in names]
    while waiting:
        name, before = waiting.pop()
        for place in _making(name, parts[:before]):
            if place not in kept:
                kept.add(place)
                waiting += [(used, place) for used in parts[place].uses_now]
                waiting += [(used, end) for used in parts[place].uses_later]
    return [statements[place] for place in sorted(kept)]


def text_of(statements: Iterable[ast.stmt], source: str) -> str:
    """`statements` as they stand in `source`, without decorators: imports, then the others."""
    lines = source.encode().splitlines(keepends=True)  # `ast` counts columns in bytes
    imports: list[str] = []
    others: list[str] = []
    for statement in statements:
        text = _segment(statement, lines)
        (imports if isinstance(statement, (ast.Import, ast.ImportFrom)) else others).append(text)
    return "\n\n\n".join(["\n".join(imports), *others] if imports else others)


def _segment(statement: ast.stmt, lines: Sequence[bytes]) -> str:
    """What `ast.get_source_segment` returns, without its splitting the whole source each time."""
    taken = list(lines[statement.lineno - 1 : statement.end_lineno])
    taken[-1] = taken[-1][: statement.end_col_offset]
    taken[0] = taken[0][statement.col_offset :]
    return b"".join(taken).decode()


@dataclass(frozen=True)
class _Part:
    """What one statement of a module makes and uses; `replaces` if nothing of before is left."""

    makes: frozenset[str]
    uses_now: frozenset[str]
    uses_later: frozenset[str]
    replaces: bool


def _parts(statements: Sequence[ast.stmt]) -> list[_Part]:
    imports = [each for each in statements if isinstance(each, (ast.Import, ast.ImportFrom))]
    imported = {name for each in imports for name in _bound(each, _table(each))}
    return [_part(each, imported) for each in statements]


def _part(statement: ast.stmt, imported: set[str]) -> _Part:
    table = _table(statement)
    inner = [symbol for each in _inside(table) for symbol in each.get_symbols()]
    # A call on a module, `np.testing.assert_equal(...)`, is no part of it.
    changed = _changed(statement) - imported
    return _Part(
        makes=frozenset(_bound(statement, table) | changed),
        uses_now=frozenset(s.get_name() for s in table.get_symbols() if s.is_referenced()),
        uses_later=frozenset(s.get_name() for s in inner if s.is_referenced() and s.is_global()),
        replaces=isinstance(statement, (ast.FunctionDef, ast.ClassDef)),
    )


def _making(name: str, parts: Sequence[_Part]) -> list[int]:
    """The places in `parts` that make `name`, from the last on that replaces it."""
    places = [place for place, part in enumerate(parts) if name in part.makes]
    whole = [at for at, place in enumerate(places) if parts[place].replaces]
    return places[whole[-1] :] if whole else places


def _table(statement: ast.stmt) -> symtable.SymbolTable:
    return symtable.symtable(ast.unparse(statement), "statement", "exec")


def _bound(statement: ast.stmt, table: symtable.SymbolTable) -> set[str]:
    """The names that a statement of a module binds; "*" where it imports all there are."""
    if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
        return {"*"}
    symbols = table.get_symbols()
    return {each.get_name() for each in symbols if each.is_assigned() or each.is_imported()}


def _changed(statement: ast.stmt) -> set[str]:
    """The names whose parts a statement sets, or a method of which it calls for its effect."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute() as target)):
            return {_root(target)}
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return {_root(target) for target in targets}
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return {_root(target)}
    return set()


def _root(target: ast.expr) -> str:
    """The name at the beginning of `name.part[0].part`; nothing where there is none."""
    while isinstance(target, (ast.Attribute, ast.Subscript)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _inside(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inside(child)
