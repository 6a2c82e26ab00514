"""Checks verdicts, evidence and repairs of six functions, each against what its docstring says."""

import numpy as np

from struggle.compare import Mistake, short
from struggle.verdict import Cases

TOLERANCE = 1e-6  # all values are whole numbers and texts
KINDS = {
    "hall": "shared state",
    "cents": "floating point",
    "shares": "sound",
    "gaps": "boundary",
    "takings": "lost error",
    "turned": "sound",
}


def check(submission, rng):
    parts = Cases("functions")
    for name in KINDS:
        with parts:
            _verdict(submission, name)
            _evidence(submission, name)
            for mistake, args in INPUTS[name](rng):
                _behaves(submission, name, mistake, args)
    return parts.verdict("Reviewed, proved, repaired, and nothing touched that was sound.")


def _verdict(submission, name):
    said = submission.call("review")
    if not isinstance(said, dict) or set(said) != set(KINDS):
        raise ENTRIES.failure(f"review() returned {str(said)[:80]}")
    given, true = said[name], KINDS[name]
    case = f"`{name}`, {str(given)[:40]}"
    if given not in {*KINDS.values()}:
        raise ENTRIES.failure(case)
    if given != true:
        raise (FALSE_ALARM if true == "sound" else THROUGH if given == "sound" else KIND).failure(
            case
        )


def _evidence(submission, name):
    shown = submission.call("evidence")
    args = shown.get(name) if isinstance(shown, dict) else None
    if KINDS[name] == "sound":
        if _listed(args):
            raise NOTHING_SHOWN.failure(f"`{name}`, {str(args)[:100]}")
        return
    if not isinstance(args, (list, tuple)):
        raise NO_EVIDENCE.failure(f"`{name}`")
    args = _listed(args)
    if not _allowed(name, args):
        raise OUTSIDE.failure(f"{name}, {str(args)[:100]}")
    sent, right = _run(SENT[name], args), RIGHT[name](*args)
    if sent == right:
        raise AGREES.failure(f"{name}, {str(args)[:100]} gives {str(right)[:60]}, as it should")


def _listed(value):
    """Tuples and arrays as lists."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return [_listed(each) for each in value] if isinstance(value, (list, tuple)) else value


def _allowed(name, args):
    try:
        return bool(ALLOWED[name](*args))
    except (TypeError, ValueError):
        return False


def _run(function, args):
    try:
        return function(*args)
    except Exception as error:
        return type(error).__name__


def _behaves(submission, name, mistake, args):
    got, want = _listed(submission.call(name, *args)), RIGHT[name](*args)
    given = got
    if name == "shares" and isinstance(got, list):  # who gets the larger ones is not agreed on
        given = sorted(each for each in got if type(each) is int)
        want = sorted(want)
    if type(given) is not type(want) or given != want:
        case = f"{name}({', '.join(map(repr, args))}); you returned {_brief(got)}"
        raise mistake.failure(case)


def _brief(value):
    return short(value) if isinstance(value, float) else str(value)[:80]


# The code as it was sent


def _sent_hall(rows, seats, taken):
    plan = [["."] * seats] * rows
    for row, seat in taken:
        plan[row][seat] = "x"
    return ["".join(row) for row in plan]


def _sent_cents(text):
    return int(float(text) * 100)


def _gaps(shows, opens, closes, sent):
    free, found = opens, []
    for start, end in sorted(shows):
        if start > free or (sent and start == free):
            found.append([free, start])
        free = max(free, end)
    return found + [[free, closes]] * (free < closes)


def _takings(lines, sent):
    total, bad = 0, []
    for number, line in enumerate(lines, 1):
        comment = not line.strip() or line.startswith("#")
        parts = line.split(";")
        try:
            total += 0 if comment else int(parts[1])
        except IndexError:
            bad += [number] * (not comment)
        except ValueError:
            bad += [number] * (not comment and not sent)
    return [total, bad]


SENT = {
    "hall": _sent_hall,
    "cents": _sent_cents,
    "gaps": lambda *args: _gaps(*args, sent=True),
    "takings": lambda lines: _takings(lines, sent=True),
}


# What the docstrings say


def _hall(rows, seats, taken):
    taken = {tuple(pair) for pair in taken}
    return ["".join(".x"[(r, s) in taken] for s in range(seats)) for r in range(rows)]


def _cents(text):
    whole, _, rest = text.removeprefix("-").partition(".")
    value = 100 * int(whole) + int(rest.ljust(2, "0"))
    return -value if text.startswith("-") else value


def _turned(names, by):
    n = len(names)
    return [names[(i - by) % n] for i in range(n)]


RIGHT = {
    "hall": _hall,
    "cents": _cents,
    "shares": lambda total, people: [(total + i) // people for i in range(people)],
    "gaps": lambda *args: _gaps(*args, sent=False),
    "takings": lambda lines: _takings(lines, sent=False),
    "turned": _turned,
}


def _whole(*values):
    return all(type(value) is int and abs(value) < 10_000 for value in values)


def _amount(text):
    whole, dot, rest = text.removeprefix("-").partition(".")
    return (
        whole.isdecimal() and len(whole) < 8 and (not dot or (rest.isdecimal() and len(rest) < 3))
    )


ALLOWED = {
    "hall": lambda rows, seats, taken: (
        _whole(rows, seats)
        and rows >= 0
        and seats >= 0
        and all(_whole(r, s) and 0 <= r < rows and 0 <= s < seats for r, s in taken)
    ),
    "cents": lambda text: type(text) is str and _amount(text),
    "gaps": lambda shows, opens, closes: (
        _whole(opens, closes)
        and opens <= closes
        and all(_whole(a, b) and opens <= a < b <= closes for a, b in shows)
    ),
    "takings": lambda lines: (
        type(lines) is list
        and all(
            type(line) is str
            and line.isascii()
            and (line.startswith("#") or not (line.strip().startswith("#") or line.count(";") > 1))
            for line in lines
        )
    ),
}


# Inputs, each with the mistake that it would show


def _halls(rng):
    rows, seats = (int(n) for n in rng.integers(2, 5, 2))
    for count in (1, 2):
        order = rng.permutation(rows)[:count].tolist()
        yield SHARED, (rows, seats, [[row, int(rng.integers(seats))] for row in order])
    row = int(rng.integers(rows))
    yield HALL, (rows, seats, [[row, seat] for seat in rng.permutation(seats)[:2].tolist()])
    yield HALL, (0, seats, [])
    yield HALL, (rows, 0, [])
    yield HALL, (rows, seats, [])
    yield HALL, (1, seats, [[0, seats - 1], [0, seats - 1]])


def _amounts(rng):
    euros = int(rng.integers(1, 60))
    for text in ("0.29", "1.15", f"{euros}.{int(rng.choice([28, 29, 57, 58]))}", "4.35"):
        yield ROUNDED, (text,)
    yield DIGITS, (f"{euros}.{int(rng.integers(1, 10))}",)
    yield DIGITS, (str(euros),)
    yield SIGN, (f"-0.0{int(rng.integers(1, 10))}",)
    yield SIGN, (f"-{euros}.{int(rng.integers(10, 100))}",)
    yield DIGITS, ("0",)
    yield SIGN, (f"-{euros}.{int(rng.integers(1, 10))}",)
    yield SIGN, (f"-{euros}",)
    # A hundred times the float is a little above the cents; a thousand times it, below.
    yield AMOUNT, (str(rng.choice(["0.07", "0.14", "0.28", "0.55"])),)
    yield AMOUNT, (str(rng.choice(["2.01", "4.02", "8.03", "16.06"])),)
    yield AMOUNT, (f"{int(rng.integers(11 * 10**5, 10**7))}.31",)
    for number in rng.integers(-(10**6), 10**6, 20).tolist():
        sign = "-" * (number < 0)
        yield AMOUNT, (f"{sign}{abs(number) // 100}.{abs(number) % 100:02d}",)


def _totals(rng):
    for people in (1, 3, 7):
        for total in (*rng.integers(0, 500, 2).tolist(), 0, 1, 3, -1 - 21 * int(rng.integers(4))):
            yield SHARES, (int(total), people)


def _days(rng):
    opens = int(rng.integers(8, 11))
    closes = opens + 12
    first = opens + int(rng.integers(2, 4))
    yield TOUCHING, ([[first, first + 2], [first + 2, first + 4]], opens, closes)
    yield TOUCHING, ([[opens, first]], opens, closes)
    yield OVERLAP, ([[first, first + 7], [first + 1, first + 3]], opens, closes)
    yield OVERLAP, ([[first + 3, first + 5], [first, first + 4]], opens, closes)
    yield CLOSING, ([[first, closes]], opens, closes)
    yield CLOSING, ([], opens, closes)
    yield CLOSING, ([], opens, opens)
    for _ in range(20):
        pairs = np.sort(rng.integers(opens, closes, (4, 2)), axis=1)
        shows = [[int(a), int(b) + 1] for a, b in pairs]
        yield GAPS, (shows[: int(rng.integers(1, 5))], opens, closes)


def _ledgers(rng):
    price = int(rng.integers(100, 2000))
    good = f"Hamlet;{price}"
    yield LOST, ([good, "Lear;12x", good],)
    yield LOST, ([good, "Lear;"],)
    yield LOST, (["Macbeth", good],)
    yield LOST, ([good, "Lear;", "Macbeth", "Lear;x", good],)
    yield COMMENTS, ([good, "", "# matinee", "   "],)
    yield COMMENTS, (["# no title; just a note", good],)
    yield COMMENTS, ([f"# Lear;{price}", good],)
    yield COMMENTS, ([f"Lear #2;{price}", good],)
    yield NUMBERED, (["# matinee", "", good, "Lear;12x"],)
    yield TAKINGS, (["Macbeth;0", good],)
    yield TAKINGS, ([f"Lear; {price} ", good, "Macbeth;-50"],)
    yield TAKINGS, ([],)


def _circles(rng):
    names = list("abcdefg")[: int(rng.integers(4, 8))]
    for by in (0, len(names), 2, -1, len(names) + 3, -int(rng.integers(9, 30))):
        yield TURNED, (names, int(by))
    yield TURNED, ([], 3)


INPUTS = {
    "hall": _halls,
    "cents": _amounts,
    "shares": _totals,
    "gaps": _days,
    "takings": _ledgers,
    "turned": _circles,
}

ENTRIES = Mistake(
    "entries",
    "`review` has to say something of each of the six functions, in the words of the task.",
    'Return a dictionary from the six names to "sound" or a kind of fault.',
)
FALSE_ALARM = Mistake(
    "false-alarm",
    "This function does what its docstring says, however odd it looks.",
    "Try to write evidence against it, with nothing, zero and a negative number among the inputs.",
)
THROUGH = Mistake(
    "let-through",
    "This function was let through, and there is an input on which it breaks its docstring.",
    "Write down three inputs from the docstring alone, and run them.",
)
KIND = Mistake(
    "kind",
    "It is faulty, and the fault is of another kind.",
    "Look at what goes amiss first, and read the four kinds once more.",
)
NO_EVIDENCE = Mistake(
    "no-evidence",
    "`evidence` holds no list of arguments for this function.",
    "Add an entry: its name, and the arguments of a call that shows the fault.",
)
NOTHING_SHOWN = Mistake(
    "evidence-sound",
    "`evidence` has an entry for this function, which does what its docstring says.",
    "Leave the entry out; evidence is for faulty functions.",
)
OUTSIDE = Mistake(
    "outside",
    "Nothing was agreed on about this input.",
    "Keep to what docstring and task promise; a fault inside is what counts.",
)
AGREES = Mistake(
    "evidence",
    "On this input the code as it was sent is right.",
    "Run it, put the docstring beside the result, and look for an input on which they differ.",
)
SHARED = Mistake(
    "hall-shared",
    "A seat that is taken in one row is taken in others too.",
    "Make a list of its own for each row.",
)
HALL = Mistake(
    "hall",
    "The plan is not that of the docstring.",
    "Begin with all seats free, and take each seat of the list.",
)
ROUNDED = Mistake(
    "cents-rounded",
    "An amount comes out a cent short: the float is a little below the decimal, and was cut off.",
    "Round to the nearest whole, or take the digits of the text apart.",
)
DIGITS = Mistake(
    "cents-digits",
    "Amounts with one decimal or none are not read as the docstring says.",
    "Fill the decimals up to two: .3 is thirty cents.",
)
SIGN = Mistake(
    "cents-sign",
    "The minus is lost, or belongs to a part of the amount only.",
    "Take the sign off first, and give it to the whole amount at the end.",
)
AMOUNT = Mistake(
    "cents",
    "The cents are not those of the amount.",
    "Compare with a hundred times the number on paper.",
)
SHARES = Mistake(
    "shares",
    "`shares` was sound, and no longer does what it did.",
    "Put its code back as it was sent.",
)
TOUCHING = Mistake(
    "gaps-touching",
    "Where shows touch each other, or the opening, a gap without length is reported.",
    "Report a gap only where it has a length.",
)
OVERLAP = Mistake(
    "gaps-overlap",
    "Shows that overlap, or come in another order, confuse the gaps.",
    "Sort them, and remember the latest end so far and not the last one.",
)
CLOSING = Mistake(
    "gaps-closing",
    "The time between the last show and closing is not as it should be.",
    "Report it exactly if it has a length, also on a day without shows.",
)
GAPS = Mistake(
    "gaps",
    "The gaps are not those of the docstring.",
    "Draw the opening hours as a line and cross out the shows.",
)
LOST = Mistake(
    "takings-lost",
    "A line without a sum that can be read is not reported.",
    "Let every such line be named, whatever exception it caused.",
)
NUMBERED = Mistake(
    "takings-numbered",
    "A bad line has another number than its place among all lines.",
    "Count blank lines and comments as well, though nothing is read from them.",
)
COMMENTS = Mistake(
    "takings-comments",
    "Blank lines or comments are counted as bad or as money, or a line with a title as a comment.",
    "Leave out blank lines and those that begin with #, and no other.",
)
TAKINGS = Mistake(
    "takings",
    "The total or the list of bad lines is not that of the docstring.",
    "Add up the whole numbers behind the semicolons.",
)
TURNED = Mistake(
    "turned",
    "`turned` was sound, and no longer does what it did.",
    "Put its code back as it was sent.",
)
