"""Checks `share_difference` against Newcombe's interval, in large, small and unanimous groups."""

import math

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6
Z, EXACT = 1.96, 1.959963984540054  # both pass


def check(submission, rng):
    cases = Cases()
    for problem in _problems(rng):
        with cases:
            got = numbers(submission.call("share_difference", *problem), "share_difference", (2,))
            if not any(close(got, _newcombe(*problem, z=z), TOLERANCE) for z in (Z, EXACT)):
                yes, n, other_yes, other_n = problem
                case = f"{yes} of {n} against {other_yes} of {other_n}; you returned {short(got)}"
                raise explain(got, MISTAKES, problem, case, 1e-4)
    return cases.verdict("Your interval holds in small groups, where the textbook's has no width.")


def _problems(rng):
    """Two ordinary pairs and a small one in which no two mistakes agree, then unanimous groups."""
    drawn = []
    for low, high in ((80, 400), (30, 90), (5, 12)):
        while True:
            n, other_n = (int(x) for x in rng.integers(low, high, 2))
            problem = (int(rng.integers(1, n)), n, int(rng.integers(1, other_n)), other_n)
            if _told_apart(problem):
                drawn.append(problem)
                break
    n = int(rng.integers(8, 20))
    return [*drawn, (n, n, int(rng.integers(1, 5)), n + 5), (0, n, n + 5, n + 5)]


def _told_apart(problem):
    made = [_newcombe(*problem)]
    made += [value for each in MISTAKES[:-1] for value in each.values(*problem)]
    return not any(_near(a, b) for i, a in enumerate(made) for b in made[:i])


def _near(ends, others):
    return all(abs(a - b) < 2e-3 * max(abs(b), 0.1) for a, b in zip(ends, others, strict=True))


def _wilson(yes, n, z=Z):
    p = yes / n
    reach = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    centre, size = p + z**2 / (2 * n), 1 + z**2 / n
    return (centre - reach) / size, (centre + reach) / size


def _parts(yes, n, other_yes, other_n, z=Z):
    """What was seen, and the distances of both shares from their ends: down, up, down, up."""
    (low, high), (other_low, other_high) = _wilson(yes, n, z), _wilson(other_yes, other_n, z)
    p, q = yes / n, other_yes / other_n
    return p - q, p - low, high - p, q - other_low, other_high - q


def _newcombe(yes, n, other_yes, other_n, z=Z):
    seen, down, up, other_down, other_up = _parts(yes, n, other_yes, other_n, z)
    return seen - math.hypot(down, other_up), seen + math.hypot(up, other_down)


def _textbook(yes, n, other_yes, other_n):
    p, q = yes / n, other_yes / other_n
    reach = Z * math.sqrt(p * (1 - p) / n + q * (1 - q) / other_n)
    return [(p - q - reach, p - q + reach)]


def _extremes(*problem):
    seen, down, up, other_down, other_up = _parts(*problem)
    return [(seen - down - other_up, seen + up + other_down)]


def _same_ends(*problem):
    seen, down, up, other_down, other_up = _parts(*problem)
    return [(seen - math.hypot(down, other_down), seen + math.hypot(up, other_up))]


def _middles(yes, n, other_yes, other_n):
    """Both measured from the middles of Wilson's intervals."""
    ends = [_wilson(yes, n), _wilson(other_yes, other_n)]
    middle = sum(ends[0]) / 2 - sum(ends[1]) / 2
    reach = math.hypot(*((high - low) / 2 for low, high in ends))
    return [(middle - reach, middle + reach)]


MISTAKES = [
    Mistake(
        "textbook",
        "These are the ends of the textbook interval, which has no width for unanimous groups.",
        "Build both distances from the ends of Wilson's intervals.",
        _textbook,
    ),
    Mistake(
        "extremes",
        "The distances of the two groups have been added.",
        "Independent errors add up in squares: take the hypotenuse.",
        _extremes,
    ),
    Mistake(
        "same-ends",
        "Both shares move the same way: low with low, high with high.",
        "A small difference needs a low first share and a high second one.",
        _same_ends,
    ),
    Mistake(
        "exchanged",
        "This is the interval of the second share less the first.",
        "Subtract the other group's share from the first group's.",
        lambda a, b, c, d: [_newcombe(c, d, a, b)],
    ),
    Mistake(
        "order",
        "The high end comes first.",
        "Return the low end, then the high one.",
        lambda *p: [_newcombe(*p)[::-1]],
    ),
    Mistake(
        "middles",
        "The distances are measured from the middle of Wilson's intervals.",
        "Measure them from the shares that were seen.",
        _middles,
    ),
    Mistake(
        "ninety",
        "This interval holds 90 %.",
        "Leave out 2.5 % on either side: z is 1.96.",
        lambda *p: [_newcombe(*p, z=1.645)],
    ),
    Mistake(
        "value",
        "These are not the ends of Newcombe's interval.",
        "Go through nine of ten against three of ten by hand; the ends are 0.171 and 0.809.",
    ),
]
