"""Checks `place` on texts in which every plausible mistake puts the needle somewhere else."""

import numpy as np

from struggle.compare import Mistake
from struggle.verdict import Cases

TOLERANCE = 1e-6  # nothing is compared by size here; a text that is multiplied fails in any case
LETTERS = "abcdefghijklmopqrstuvwxyz"  # without n, which the needle has


def check(submission, rng):
    cases = Cases()
    for kind in ("inside", "close", "spare", "whole", "tie", "end", "start"):
        with cases:
            _judge(submission, _problem(rng, kind))
    return cases.verdict("The needle lies where the report will say that it lies.")


def _judge(submission, problem):
    got = submission.call("place", *problem)
    sentences, needle, depth, budget = problem
    counts = ", ".join(str(_words(sentence)) for sentence in sentences)
    case = f"sentences of {counts} words, a needle of {_words(needle)}, depth {depth:g}, budget {budget}"
    if not isinstance(got, (list, tuple)) or not all(isinstance(each, str) for each in got):
        raise SHAPE.failure(case)
    if list(got) != _place(*problem):
        case = f"{case}; you returned {_seen(got, needle)}"
        guess = (m for m in MISTAKES if any(list(got) == v for v in m.values(*problem)))
        raise next(guess, MISTAKES[-1]).failure(case)


def _seen(got, needle):
    where = f"the needle number {got.index(needle) + 1}" if needle in got else "no needle"
    return f"{len(got)} sentences, {where}"


def _problem(rng, kind):
    """Sentences, needle, depth and budget, drawn again until no two of what can be given agree."""
    depths = {"start": 0.0, "end": 1.0}
    while True:
        lengths = np.where(rng.random(20) < 0.5, rng.integers(1, 5, 20), rng.integers(9, 25, 20))
        fitting = int(rng.integers(8, 13))
        lengths[fitting] = 3  # not within the words to spare, but within the needle's
        spare = {"close": 0, "spare": 2, "tie": 2}.get(kind, int(rng.integers(0, 3)))
        if kind == "spare":  # a short one, for which there would be room
            lengths[fitting + 1] = 2
        sentences = [_sentence(rng, n, letter) for n, letter in zip(lengths, LETTERS, strict=False)]
        needle = _sentence(rng, int(rng.integers(4, 9)), "n")
        if kind == "whole":  # all of them fit, and the second half is a copy of the first
            lengths, sentences = np.tile(lengths[:fitting], 2), sentences[:fitting] * 2
            fitting = 2 * fitting
        # Exactly full, or up to two words to spare.
        budget = _words(needle) + int(lengths[:fitting].sum()) + spare
        totals = np.cumsum([0, *lengths[:fitting]])
        depth = depths.get(kind, float(rng.uniform(0.2, 0.8)))
        if kind == "close":
            i = int(rng.integers(1, fitting - 1))
            depth = (int(totals[i] + totals[i + 1]) // 2 + 0.3) / float(totals[-1])
            if (totals[i] + totals[i + 1]) % 2 or totals[i] + 1 == totals[i + 1]:
                continue
        if kind == "tie":
            i = int(rng.integers(1, fitting))
            depth = float(totals[i] + totals[i + 1]) / 2 / float(totals[-1])
            # A tie in every way of counting: exact, in words, and in shares.
            away = [abs(totals[j] / totals[-1] - depth) for j in (i, i + 1)]
            if not (depth * 1024).is_integer() or away[0] != away[1]:
                continue
        problem = (sentences, needle, depth, budget)
        away = np.sort(np.abs(totals - depth * totals[-1]))
        shown = [m for m in MISTAKES[:-1] if kind in SHOWN.get(m.id, ("inside",))]
        given = [{tuple(v) for v in m.values(*problem)} for m in shown]
        given.append({tuple(_place(*problem))})
        clear = kind != "inside" or away[1] - away[0] > 0.5
        if clear and len(set.union(*given)) == sum(map(len, given)):
            return problem


def _sentence(rng, n, letter):
    """`n` words, all short or all long, so that words and characters disagree about the depth."""
    return " ".join([letter * int(rng.choice([2, 9]))] * n)


def _words(text):
    return len(text.split(" "))


def _place(sentences, needle, depth, budget):
    hay = _hay(sentences, budget - _words(needle))
    return _insert(hay, needle, _nearest(_totals(hay), depth))


def _hay(sentences, room):
    totals = _totals(sentences)
    return sentences[: int(np.searchsorted(totals, room, side="right")) - 1]


def _totals(sentences, size=_words):
    return np.cumsum([0, *map(size, sentences)])


def _nearest(totals, depth):
    return int(np.abs(totals - depth * totals[-1]).argmin())


def _insert(hay, needle, i):
    return [*hay[:i], needle, *hay[i:]]


def _needle_free(sentences, needle, depth, budget):
    """The budget without the needle: too much haystack."""
    hay = _hay(sentences, budget)
    return [_insert(hay, needle, _nearest(_totals(hay), depth))]


def _under(sentences, needle, depth, budget):
    """Strictly below the budget; the same unless haystack and needle fill it exactly."""
    hay = _hay(sentences, budget - _words(needle) - 1)
    return [_insert(hay, needle, _nearest(_totals(hay), depth))]


def _skipping(sentences, needle, depth, budget):
    """Goes on past a sentence that does not fit and takes shorter ones that do."""
    hay, left = [], budget - _words(needle)
    for sentence in sentences:
        if _words(sentence) <= left:
            hay.append(sentence)
            left -= _words(sentence)
    return [_insert(hay, needle, _nearest(_totals(hay), depth))]


def _by_sentence(sentences, needle, depth, budget):
    hay = _hay(sentences, budget - _words(needle))
    found = {int(depth * len(hay)), round(depth * len(hay)), int(depth * len(hay) + 0.5)}
    return [_insert(hay, needle, i) for i in sorted(found)]


def _of_all(sentences, needle, depth, budget):
    """Depth in the text before it was cut."""
    hay, totals = _hay(sentences, budget - _words(needle)), _totals(sentences)
    i = int(np.abs(totals - depth * totals[-1]).argmin())
    return [_insert(hay, needle, min(i, len(hay)))]


def _characters(sentences, needle, depth, budget):
    hay = _hay(sentences, budget - _words(needle))
    return [_insert(hay, needle, _nearest(_totals(hay, len), depth))]


def _one_side(sentences, needle, depth, budget):
    """The last boundary before the wanted place, or the first behind it."""
    hay = _hay(sentences, budget - _words(needle))
    totals = _totals(hay)
    before = int(np.searchsorted(totals, depth * totals[-1], side="right")) - 1
    after = int(np.searchsorted(totals, depth * totals[-1], side="left"))
    other = after if before == _nearest(totals, depth) else before
    return [_insert(hay, needle, other)] if other != _nearest(totals, depth) else []


def _later(sentences, needle, depth, budget):
    hay = _hay(sentences, budget - _words(needle))
    totals = _totals(hay)
    away = np.abs(totals - depth * totals[-1])
    return [_insert(hay, needle, len(away) - 1 - int(away[::-1].argmin()))]


def _from_the_end(sentences, needle, depth, budget):
    hay = _hay(sentences, budget - _words(needle))
    return [_insert(hay, needle, _nearest(_totals(hay), 1 - depth))]


def _no_last(sentences, needle, depth, budget):
    hay = _hay(sentences, budget - _words(needle))
    return [_insert(hay, needle, min(_nearest(_totals(hay), depth), len(hay) - 1))]


def _rounded(sentences, needle, depth, budget):
    """The wanted number of words as a whole number."""
    hay = _hay(sentences, budget - _words(needle))
    totals = _totals(hay)
    return [_insert(hay, needle, int(np.abs(totals - int(depth * totals[-1])).argmin()))]


def _before_the_copy(sentences, needle, depth, budget):
    """The place is looked for by the text of the sentence behind it."""
    hay = _hay(sentences, budget - _words(needle))
    i = _nearest(_totals(hay), depth)
    return [_insert(hay, needle, hay.index(hay[i]))] if i < len(hay) else []


# Which kinds of case show a mistake, where they are others than a depth in between.
SHOWN = {
    "strict-budget": ("close",),
    "rounded": ("close",),
    "one-side": (),
    "skipping": ("spare",),
    "copy": ("whole",),
    "later": ("tie",),
    "no-last-place": ("end",),
    "from-the-end": ("inside", "end", "start"),
    "needle-not-counted": ("inside", "end"),
}
SHAPE = Mistake(
    "shape",
    "`place` did not return a list of sentences.",
    "Return the chosen sentences and the needle as a list of texts, in their order.",
)
MISTAKES = [
    Mistake(
        "rounded",
        "The needle went to the earlier boundary, although the later is nearer by less than a word.",
        "Do not round `depth` times the words, and look at the boundaries on both sides of it.",
        _rounded,
    ),
    Mistake(
        "later",
        "Two boundaries are equally near, and the needle went to the later one.",
        "Change your choice only where a later boundary is strictly nearer.",
        _later,
    ),
    Mistake(
        "copy",
        "A sentence occurs twice, and the needle went to its first place.",
        "Remember the number of the boundary, not the sentence behind it.",
        _before_the_copy,
    ),
    Mistake(
        "no-last-place",
        "At depth 1 the needle stands before the last sentence.",
        "The last boundary is behind all sentences: count one boundary more than sentences.",
        _no_last,
    ),
    Mistake(
        "from-the-end",
        "The depth has been counted from the end.",
        "Depth 0 is before the first sentence, and depth 1 behind the last.",
        _from_the_end,
    ),
    Mistake(
        "needle-not-counted",
        "Haystack and needle together have more words than the budget allows.",
        "Take the needle's words off the budget before you choose sentences.",
        _needle_free,
    ),
    Mistake(
        "skipping",
        "A sentence that did not fit was left out and a later, shorter one taken.",
        "Stop at the first sentence that does not fit, so that the text stays in one piece.",
        _skipping,
    ),
    Mistake(
        "by-sentence",
        "The depth has been counted in sentences, and they differ in length.",
        "Compare the words before each boundary with the wanted number of words.",
        _by_sentence,
    ),
    Mistake(
        "of-all",
        "The depth is a share of the whole text, of which only the beginning was taken.",
        "Choose the haystack first, and take the share of its own words.",
        _of_all,
    ),
    Mistake(
        "characters",
        "The depth has been counted in characters.",
        "Count words, as the budget does.",
        _characters,
    ),
    Mistake(
        "strict-budget",
        "A sentence was left out that fills the budget exactly.",
        "Haystack and needle may have as many words as the budget says.",
        _under,
    ),
    Mistake(
        "one-side",
        "The needle lies at the boundary on the other side of the wanted place, which is further.",
        "Look at the distance to the boundaries on both sides.",
        _one_side,
    ),
    Mistake(
        "place",
        "This is not the needle among the chosen sentences at its boundary.",
        "Print the total of words before each boundary, and the number that you are looking for.",
    ),
]
