"""Checks `extract(reply, name)` on replies in the manners of chat models, each with its own trap."""

import re

from struggle.compare import Mistake
from struggle.verdict import Cases

TOLERANCE = 1e-6  # nothing is compared by size; a text cannot be multiplied
FENCE = "`" * 3


def check(submission, rng):
    cases = Cases()
    for stage in (_plain, _last, _indented, _inner, _unclosed, _bare, _outside, _none, _method):
        with cases:
            stage(submission, rng)
    return cases.verdict("The program comes out of every reply, and nothing else does.")


def _draw(rng):
    """A name, and two programs for it that differ."""
    name = str(rng.choice(["score", "total", "shift", "merge"]))
    a, b = (int(x) for x in rng.choice(range(2, 99), 2, replace=False))
    first = [f"def {name}(x):", f"    y = x + {a}", "", "    return y"]
    second = [f"def {name}(x):", "    if x > 0:", f"        return x - {b}", "    return x"]
    return name, first, second


def _block(lines, language="python", indent=""):
    return [f"{indent}{line}".rstrip() for line in (FENCE + language, *lines, FENCE)]


def _plain(submission, rng):
    name, code, _ = _draw(rng)
    language = str(rng.choice(["python", "py", "Python3", ""]))
    reply = ["Here it is:", "", *_block(code, language), "", "I hope that helps!"]
    got = _text(submission, reply, name)
    _same(got, code, reply, EMPTY, PROSE, LANGUAGE, FENCES, STRIPPED)


def _last(submission, rng):
    """An install command, a first version, a correction, a namesake, an example of use."""
    name, first, second = _draw(rng)
    reply = [
        *_block(["pip install nothing"], "bash"),
        *_block(first),
        "No, negative numbers need care. Better:",
        *_block(["import math", "", *second]),
        f"One could also define {name}_all:",
        *_block([f"def {name}_all(xs):", f"    return [{name}(x) for x in xs]"]),
        "Use it like this:",
        *_block([f"print({name}(3))"]),
    ]
    got = _text(submission, reply, name)
    wanted = ["import math", "", *second]
    if _first_line(got) == f"def {name}_all(xs):":
        raise NAMESAKE.failure(_case(reply, got))
    if got == f"print({name}(3))":
        raise LAST_OF_ALL.failure(_case(reply, got))
    if got == "pip install nothing" or _trimmed(got) == _trimmed("\n".join(first)):
        raise FIRST.failure(_case(reply, got))
    if f"print({name}(3))" in got or "pip install" in got:
        raise ALL.failure(_case(reply, got))
    _same(got, wanted, reply, EMPTY)


def _indented(submission, rng):
    name, _, code = _draw(rng)
    indent = " " * int(rng.integers(2, 5))
    inside = [indent + line for line in code]
    for block in (_block(code, indent=indent), _block(inside)):
        reply = ["1. First the function:", "", *block, "", "2. Then run it."]
        got = _text(submission, reply, name)
        if not got.strip():
            raise INDENTED_FENCE.failure(_case(reply, got))
        if got == _trimmed("\n".join(inside)):
            raise INDENTED.failure(_case(reply, got))
        _same(got, code, reply, STRIPPED)


def _inner(submission, rng):
    """A block that itself speaks of fences."""
    name, _, code = _draw(rng)
    words = [f'    """Undo {FENCE}quoting{FENCE}.', f"{FENCE}not the end", '    """']
    lines = [*code[:1], *words, *code[1:]]
    reply = ["So:", *_block(lines), "Done."]
    got = _text(submission, reply, name)
    _same(got, lines, reply, INNER if _cut(got, lines) or not got else TEXT)


def _unclosed(submission, rng):
    name, code, _ = _draw(rng)
    reply = ["Of course:", FENCE + "python", *code]
    _same(_text(submission, reply, name), code, reply, UNCLOSED)


def _bare(submission, rng):
    name, code, _ = _draw(rng)
    start = f"You can write, without any {FENCE} around it,"
    reply = [start, "", *code, "", "This adds to x.", "Good luck!"]
    got = _text(submission, reply, name)
    if not got:
        raise BARE.failure(_case(reply, got))
    _same(got, code, reply, WORDS_AFTER if "Good luck!" in got else TEXT)


def _outside(submission, rng):
    """The function stands among the words, and the only block uses it."""
    name, code, _ = _draw(rng)
    reply = ["You can write", "", *code, "", "and then", *_block([f"print({name}(3))"])]
    got = _text(submission, reply, name)
    if got.strip():
        raise OUTSIDE.failure(_case(reply, got))


def _none(submission, rng):
    name, _, _ = _draw(rng)
    for reply in (
        [f"I cannot define {name}(x) for you."],
        [f"A line like def {name}(x): is beyond me."],
        ["Try this:", *_block([f"{name}(7)"])],
        [],
    ):
        got = _text(submission, reply, name)
        if got.strip():
            raise NOT_NONE.failure(_case(reply, got))


def _method(submission, rng):
    """The last block has a method of the same name."""
    name, code, _ = _draw(rng)
    box = ["class Box:", f"    def {name}(self):", "        return 0"]
    reply = ["Here:", *_block(code), "A class could have it too:", *_block(box)]
    got = _text(submission, reply, name)
    if _first_line(got) == box[0]:
        raise METHOD.failure(_case(reply, got))
    _same(got, code, reply)


def _text(submission, reply, name):
    got = submission.call("extract", "\n".join(reply), name)
    if not isinstance(got, str):
        raise SHAPE.failure(_case(reply, got))
    return _trimmed(got)


def _trimmed(text):
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip()


def _first_line(text):
    return text.lstrip("\n").split("\n")[0]


def _cut(got, lines):
    return bool(got) and "\n".join(lines).startswith(got[:-1])


def _same(got, lines, reply, *mistakes):
    """Require the code `lines`; else the first of `mistakes` whose sign the text bears."""
    wanted = "\n".join(lines)
    if got == _trimmed(wanted):
        return
    case = _case(reply, got)
    for mistake in mistakes:
        if SIGNS[mistake.id](got, wanted):
            raise mistake.failure(case)
    raise TEXT.failure(case)


def _bare_lines(text, strip=str.strip):
    return [strip(line) for line in text.splitlines() if line.strip()]


def _moved(got, wanted):
    """Whether the same lines stand further left or right."""
    same = _bare_lines(got) == _bare_lines(wanted)
    return same and _bare_lines(got, str.rstrip) != _bare_lines(wanted, str.rstrip)


def _case(reply, got):
    return f"the reply {_shown(reply)}; you returned {_shown(got)}"


def _shown(value):
    text = repr(value)
    return text if len(text) <= 220 else f"{text[:220]}…"


EMPTY = Mistake(
    "empty",
    "Nothing came out of a reply that holds the function between fences.",
    "Look for a line that begins with three backticks, whatever follows them on it.",
)
PROSE = Mistake(
    "prose",
    "Words that the model wrote around the block came out with the code.",
    "Take the lines between the opening and the closing fence.",
)
LANGUAGE = Mistake(
    "language",
    "The name of the language, which belongs to the fence, became a line of the program.",
    "The opening fence is a whole line: leave it out with all that stands on it.",
)
FENCES = Mistake(
    "fences",
    "The fences came out with the code.",
    "Leave out the opening and the closing line of the block.",
)
STRIPPED = Mistake(
    "stripped",
    "Lines lost indentation that is part of the program.",
    "Remove only what all the lines of the block share.",
)
FIRST = Mistake(
    "first",
    "An earlier block was taken, though the model corrected itself in a later one.",
    "Take the last block that defines the function.",
)
LAST_OF_ALL = Mistake(
    "last-of-all",
    "The last block of all was taken, and it only uses the function.",
    "Ask of each block whether it defines the function.",
)
NAMESAKE = Mistake(
    "namesake",
    "A block was taken that defines another function, whose name only begins alike.",
    "Look for the name with the opening bracket behind it.",
)
METHOD = Mistake(
    "method",
    "A block was taken that defines the name only inside a class.",
    "Ask for a line that begins with `def`, once the shared indentation is gone.",
)
ALL = Mistake(
    "all",
    "Several blocks were joined, among them some that must not run.",
    "Return one block, the last that defines the function.",
)
INDENTED_FENCE = Mistake(
    "indented-fence",
    "Nothing came out of a block that is indented as a whole.",
    "A fence may have blanks before it: strip the line before you compare.",
)
INDENTED = Mistake(
    "indented",
    "The block kept the indentation of the list that it stood in, and Python refuses it.",
    "Remove what all lines share; `textwrap.dedent` does.",
)
INNER = Mistake(
    "inner",
    "Three backticks that are no closing fence ended the block.",
    "A closing fence stands alone on its line, with nothing behind it.",
)
UNCLOSED = Mistake(
    "unclosed",
    "A reply that was cut off has no last fence, and its code was lost.",
    "Where the reply ends inside a block, the block ends there.",
)
BARE = Mistake(
    "bare",
    "A reply without fences holds the function, and nothing came out.",
    "Without any fence, begin at the line that defines the function.",
)
WORDS_AFTER = Mistake(
    "words-after",
    "Without fences, the words after the function came out with it.",
    "Stop before the first line that is neither empty nor indented.",
)
OUTSIDE = Mistake(
    "outside",
    "This reply has a block, which does not define the function, and code came out all the same.",
    "Look among the words only where the reply has no fence at all.",
)
NOT_NONE = Mistake(
    "not-none",
    'This reply does not define the function, and something other than "" came out.',
    "Return the empty text where no line begins the definition.",
)
SHAPE = Mistake(
    "shape",
    "`extract` did not return a text.",
    'Return the code as one text, and "" where there is none.',
)
TEXT = Mistake(
    "text",
    "This is not the code of the block, line for line.",
    "Print the repr of what you return beside the reply, and compare line by line.",
)
SIGNS = {
    "empty": lambda got, wanted: not got,
    "prose": lambda got, wanted: "Here it is" in got or "I hope" in got,
    "language": lambda got, wanted: (
        FENCE not in got and re.match(r"(python|py|Python3)\s", got) is not None
    ),
    "fences": lambda got, wanted: FENCE in got,
    "stripped": _moved,
    "unclosed": lambda got, wanted: _cut(got, wanted.splitlines()) or not got,
    "inner": lambda got, wanted: True,
    "words-after": lambda got, wanted: True,
    "text": lambda got, wanted: True,
}
