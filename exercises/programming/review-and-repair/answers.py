"""Answers to review-and-repair: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

from decimal import Decimal

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def review():
    return {
        "hall": "shared state",
        "cents": "floating point",
        "shares": "sound",
        "gaps": "boundary",
        "takings": "lost error",
        "turned": "sound",
    }


@reference
def evidence():
    return {
        "hall": [2, 2, [[0, 1]]],
        "cents": ["0.29"],
        "gaps": [[[10, 12], [12, 14]], 9, 18],
        "takings": [["Lear;12x"]],
    }


@reference
def hall(rows, seats, taken):
    plan = [["."] * seats for _ in range(rows)]
    for row, seat in taken:
        plan[row][seat] = "x"
    return ["".join(row) for row in plan]


@reference
def cents(text):
    return int(Decimal(text) * 100)


@reference
def shares(total, people):
    return [(total + i) // people for i in range(people)]


@reference
def gaps(shows, opens, closes):
    free, found = opens, []
    for start, end in sorted(shows):
        if start > free:
            found.append([free, start])
        free = max(free, end)
    if free < closes:
        found.append([free, closes])
    return found


@reference
def takings(lines):
    total, bad = 0, []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            total += int(line.split(";")[1])
        except (IndexError, ValueError):
            bad.append(number)
    return [total, bad]


@reference
def turned(names, by):
    by %= len(names) or 1
    return names[-by:] + names[:-by]


@right("the float, rounded")
def cents(text):
    return round(float(text) * 100)


@right("an array of letters")
def hall(rows, seats, taken):
    plan = np.full((rows, seats), ".")
    for row, seat in taken:
        plan[row, seat] = "x"
    return ["".join(row) for row in plan]


@right("hour by hour")
def gaps(shows, opens, closes):
    busy = {hour for start, end in shows for hour in range(start, end)}
    found = []
    for hour in range(opens, closes):
        if hour in busy:
            continue
        if found and found[-1][1] == hour:
            found[-1][1] = hour + 1
        else:
            found.append([hour, hour + 1])
    return found


@right("other evidence, as tuples and an array")
def evidence():
    return {
        "hall": (3, 1, np.array([[2, 0]])),
        "cents": ("-4.35",),
        "gaps": ([(9, 10)], 9, 18),
        "takings": [["Hamlet;", "Hamlet;5"]],
    }


def verdicts(**changed):
    right_ones = {
        "hall": "shared state",
        "cents": "floating point",
        "shares": "sound",
        "gaps": "boundary",
        "takings": "lost error",
        "turned": "sound",
    }
    return right_ones | changed


@wrong("false-alarm")
def review():
    return verdicts(turned="boundary")


@wrong("false-alarm")
def review():
    return verdicts(shares="floating point")


@wrong("let-through")
def review():
    return verdicts(gaps="sound")


@wrong("kind")
def review():
    return verdicts(takings="boundary")


@wrong("entries")
def review():
    return {"hall": "shared state"}


@wrong("no-evidence")
def evidence():
    return {"hall": [2, 2, [[0, 1]]]}


@wrong("evidence")
def evidence():
    return {
        "hall": [1, 2, [[0, 1]]],
        "cents": ["0.29"],
        "gaps": [[[10, 12], [12, 14]], 9, 18],
        "takings": [["Lear;12x"]],
    }


@wrong("outside")
def evidence():
    return {
        "hall": [2, 2, [[0, 1]]],
        "cents": ["0.295"],
        "gaps": [[[10, 12], [12, 14]], 9, 18],
        "takings": [["Lear;12x"]],
    }


@wrong("hall-shared")
def hall(rows, seats, taken):
    plan = [["."] * seats] * rows
    for row, seat in taken:
        plan[row][seat] = "x"
    return ["".join(row) for row in plan]


@wrong("cents-rounded")
def cents(text):
    return int(float(text) * 100)


@wrong("cents-digits")
def cents(text):
    sign = -1 if text.startswith("-") else 1
    euros, _, rest = text.removeprefix("-").partition(".")
    return sign * (100 * int(euros) + int(rest or 0))


@wrong("cents-sign")
def cents(text):
    euros, _, rest = text.partition(".")
    return 100 * int(euros) + int((rest + "00")[:2])


@wrong("gaps-touching")
def gaps(shows, opens, closes):
    free, found = opens, []
    for start, end in sorted(shows):
        if start >= free:
            found.append([free, start])
        free = max(free, end)
    if free < closes:
        found.append([free, closes])
    return found


@wrong("gaps-overlap")
def gaps(shows, opens, closes):
    free, found = opens, []
    for start, end in sorted(shows):
        if start > free:
            found.append([free, start])
        free = end
    if free < closes:
        found.append([free, closes])
    return found


@wrong("gaps-closing")
def gaps(shows, opens, closes):
    free, found = opens, []
    for start, end in [*sorted(shows), [closes, closes]]:
        if start > free:
            found.append([free, start])
        free = max(free, end)
    return found if shows else []


@wrong("takings-lost")
def takings(lines):
    total, bad = 0, []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        if ";" not in line:
            bad.append(number)
        elif line.split(";")[1].strip().lstrip("-").isdigit():
            total += int(line.split(";")[1])
    return [total, bad]


@wrong("takings-comments")
def takings(lines):
    total, bad = 0, []
    for number, line in enumerate(lines, 1):
        try:
            total += int(line.split(";")[1])
        except (IndexError, ValueError):
            bad.append(number)
    return [total, bad]


@wrong("shares")
def shares(total, people):
    share = round(total / people)
    return [share] * (people - 1) + [total - share * (people - 1)]


@wrong("turned")
def turned(names, by):
    return names[-by:] + names[:-by]


def shown(**changed):
    right_ones = {
        "hall": [2, 2, [[0, 1]]],
        "cents": ["0.29"],
        "gaps": [[[10, 12], [12, 14]], 9, 18],
        "takings": [["Lear;12x"]],
    }
    return right_ones | changed


@right("the larger shares first")
def shares(total, people):
    share, rest = divmod(total, people)
    return [share + 1] * rest + [share] * (people - rest)


@wrong("outside")
def evidence():
    return shown(takings=[["Lear;part two;500"]])


@wrong("outside")
def evidence():
    return shown(takings=[[" # Lear;none"]])


@wrong("evidence-sound")
def evidence():
    return shown(turned=[["a", "b"], 0])


@wrong("hall")
def hall(rows, seats, taken):
    plan = ["." * seats] * rows
    for row, seat in taken:
        plan[row] = "." * seat + "x" + "." * (seats - seat - 1)
    return plan


@wrong("hall")
def hall(rows, seats, taken):
    plan = [["."] * seats]
    while len(plan) < rows:
        plan.append(["."] * seats)
    for row, seat in taken:
        plan[row][seat] = "x"
    return ["".join(row) for row in plan]


@wrong("cents")
def cents(text):
    return int(float(text) * 1000) // 10


@wrong("cents")
def cents(text):
    return round(float(np.float32(text)) * 100)


@wrong("cents-sign")
def cents(text):
    euros, _, rest = text.partition(".")
    return 100 * abs(int(euros)) + int((rest + "00")[:2]) if not rest else round(float(text) * 100)


@wrong("gaps-closing")
def gaps(shows, opens, closes):
    free, found = opens, []
    for start, end in sorted(shows):
        if start > free:
            found.append([free, start])
        free = max(free, end)
    if free < closes or not shows:
        found.append([free, closes])
    return found


def read(lines, skip=lambda line: not line.strip() or line.startswith("#")):
    total, bad = 0, []
    for number, line in enumerate(lines, 1):
        if skip(line):
            continue
        try:
            total += int(line.split(";")[1])
        except (IndexError, ValueError):
            bad.append(number)
    return [total, bad]


@wrong("takings-numbered")
def takings(lines):
    return read([line for line in lines if line.strip() and not line.startswith("#")])


@wrong("takings-comments")
def takings(lines):
    return read(lines, skip=lambda line: not line.strip() or "#" in line)


@wrong("takings")
def takings(lines):
    total, bad = 0, []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        text = line.partition(";")[2].strip()
        cents = int(text) if text.lstrip("-").isdigit() else 0
        total += cents
        if not cents:
            bad.append(number)
    return [total, bad]


@wrong("takings-lost")
def takings(lines):
    total, bad = read(lines)
    return [total, bad[:1]]
