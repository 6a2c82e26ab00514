"""The texts of statements are those of Python's own `ast`, without its cost."""

import ast

from struggle.excerpt import text_of

SOURCE = '''import math; π = math.pi
@str
def f(x):
    """Größe."""
    return "é", x  # a comment
a = "ü"; b = (1,
    2)
'''


def test_statements_keep_their_texts():
    statements = ast.parse(SOURCE).body
    for statement in statements:
        assert text_of([statement], SOURCE) == ast.get_source_segment(SOURCE, statement)
    assert text_of(statements, SOURCE).startswith("import math\n\n\nπ = math.pi\n\n\ndef f(x):")
