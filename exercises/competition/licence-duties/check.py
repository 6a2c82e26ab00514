"""Checks `duties` on small licences that tell the plausible readings of a clause apart."""

from struggle.compare import Mistake, describe
from struggle.verdict import Cases, NotYet

TOLERANCE = 1e-6  # the answer is a list of words: nothing to round
DUTIES = ["ask", "bind", "mark", "name", "pay", "report", "show"]
FACTS = ["commercial", "hosted", "modified", "shared"]


def check(submission, rng):
    cases = Cases()
    scenes = list(_scenes(rng))
    answers = [_answer(submission, licence, use) for licence, use in scenes]
    mistake = _explain(scenes, answers)
    for (licence, use), got in zip(scenes, answers, strict=True):
        with cases:
            if isinstance(got, NotYet):
                raise got
            if got != _duties(licence, use):
                raise mistake.failure(f"licence {licence}, use {use}; you returned {got}")
    return cases.verdict("Every clause holds where its words say so, and nowhere else.")


def _answer(submission, licence, use):
    """The returned list, or the failure that came instead."""
    try:
        return _words(submission.call("duties", licence, use))
    except NotYet as failure:
        return failure


def _words(value):
    if value is None:
        raise NotYet(
            "nothing",
            cause="`duties` returned nothing.",
            next="End the function with `return` and the list.",
        )
    words = value if isinstance(value, (list, tuple)) else None
    if words is None or not all(isinstance(word, str) for word in words):
        raise NotYet(
            "shape",
            cause=f"`duties` returned {describe(value)}.",
            next="Return a list of the duties, as strings.",
        )
    return list(words)


def _duties(licence, use, **reading):
    return sorted(set(_named(licence, use, **reading)))


def _named(
    licence,
    use,
    strict=False,
    loose=False,
    join=any,
    within=all,
    lifts=True,
    wide=False,
    empty=True,
    missing=0,
    unless_empty=False,
    number=0,
    agrees=None,
    first=False,
):
    """The duties of the clauses that apply, as they come, under one reading of the words."""

    def holds(name, wanted):
        if isinstance(wanted, bool):
            if agrees is not None:
                return agrees(use, name, wanted)
            return use.get(name, missing and wanted) == wanted
        word, limit = wanted
        value = use.get(name, limit + 1 if missing else number)
        sharp = strict or (word == "above" and not loose)
        return value > limit if sharp else value >= limit

    def met(case):
        if not case:
            return empty
        return within(holds(name, wanted) for name, wanted in case.items())

    found, lifted, seen = [], set(), set()
    for clause in licence:
        if first and clause["duty"] in seen:
            continue
        seen.add(clause["duty"])
        exception = clause.get("unless")
        if lifts and exception is not None and (exception or unless_empty):
            if all(holds(name, wanted) for name, wanted in exception.items()):
                lifted.add(clause["duty"])
                continue
        if join(met(case) for case in clause["when"]):
            found.append(clause["duty"])
    if wide:
        found = [duty for duty in found if duty not in lifted]
    return found


def _scenes(rng):
    """Licences and uses, each made to tell one reading from the right one."""
    for _ in range(2):
        limit = int(rng.integers(20, 900))
        one, two, three, four = (str(word) for word in rng.permutation(DUTIES)[:4])
        fact, other = (str(word) for word in rng.permutation(FACTS)[:2])
        always = {"duty": four, "when": [{}]}
        above = {"duty": one, "when": [{"users": ["above", limit]}]}
        least = {"duty": two, "when": [{"users": ["from", limit]}]}
        yield [above, least, always], {"users": limit}
        yield [above, least, always], {"users": limit - 0.5}
        yield [above, least, always], {"users": limit + 0.5}
        either = {"duty": one, "when": [{"users": ["above", limit]}, {fact: True}]}
        yield [either, always], {"users": limit + 5}
        both = {"duty": one, "when": [{"users": ["above", limit], fact: True}]}
        yield [both, always], {"users": limit + 5}
        yield [both, least], {"users": limit + 5, fact: True}
        triple = {"duty": one, "when": [{"users": ["above", limit], fact: True, other: True}]}
        yield [triple, always], {"users": limit + 5, fact: True}
        internal = {other: True, "revenue": ["above", limit]}
        spared = {"duty": one, "when": [{fact: True}], "unless": internal}
        yield [spared, always], {fact: True, other: True, "revenue": limit + 1}
        yield [spared, always], {fact: True, other: True, "revenue": limit}
        again = {"duty": one, "when": [{"users": ["from", limit]}]}
        facts = {fact: True, other: True, "revenue": limit + 1, "users": limit + 2}
        yield [again, spared, always], facts
        lone = {"duty": three, "when": []}
        vain = {"duty": two, "when": [{fact: True}], "unless": {}}
        yield [lone, vain, always], {fact: True}
        absent = {"duty": two, "when": [{fact: False}]}
        yield [absent, always], {fact: True}
        yield [absent, always], {fact: False}
        present = {"duty": three, "when": [{other: True}]}
        yield [present, always], {other: False}
        zero = {"duty": one, "when": [{"users": ["from", 0]}]}
        yield [zero, always], {fact: True}
        unsaid = {"duty": one, "when": [{fact: True}], "unless": {"revenue": ["from", 0]}}
        yield [unsaid, always], {fact: True}
        free = {"duty": two, "when": [{fact: True}], "unless": {other: False}}
        yield [free, always], {fact: True}
        yield [free, always], {fact: True, other: True}
        small = {"revenue": ["from", limit], other: True}
        lifted = {"duty": one, "when": [{}], "unless": small}
        yield [lifted, least], {other: True, "revenue": limit}
        yield [lifted, least], {"revenue": limit + 1}
        yield [lifted, least], {other: True, "revenue": limit - 1}
        for met in range(3):  # the only case that is met stands in each of three places
            when = [{other: True, fact: True}, {"revenue": ["above", limit]}, {other: True}]
            when[met] = {fact: True}
            yield [{"duty": one, "when": when}, always], {fact: True, "revenue": limit}
        yield [present, {"duty": three, "when": [{}]}, always], {fact: True}
        yield [{"duty": three, "when": [{}]}, present, always], {fact: True}
        yield [absent, above, {"duty": three, "when": [{other: True}]}], {}
        many = [{"duty": word, "when": [{fact: True}]} for word in (three, one, two, one, three)]
        yield many, {fact: True}


def _explain(scenes, answers):
    """The first mistake that gives every answer; the last one stands for all others."""
    return next(
        (
            each
            for each in MISTAKES[:-1]
            if all(
                got in each.values(licence, use)
                for (licence, use), got in zip(scenes, answers, strict=True)
                if not isinstance(got, NotYet)
            )
        ),
        MISTAKES[-1],
    )


def _untidy(named):
    """The right duties as they come, each once or repeated; sorted with repetitions; reversed."""
    return [named, list(dict.fromkeys(named)), sorted(named), sorted(set(named), reverse=True)]


def _reading(*changes):
    return lambda licence, use: [_duties(licence, use, **change) for change in changes]


MISTAKES = [
    Mistake(
        "strictness",
        "A number just at a limit is judged by the other of the two words.",
        "`above` leaves the limit itself out, `from` counts it in.",
        _reading({"strict": True}, {"loose": True}),
    ),
    Mistake(
        "any-case",
        "A clause with several cases waits for all of them.",
        "One case that is met is enough.",
        _reading({"join": all}),
    ),
    Mistake(
        "all-conditions",
        "A case counts as met although one of its conditions is not.",
        "Within a case every condition has to hold.",
        _reading({"within": any}, {"within": any, "empty": False}),
    ),
    Mistake(
        "unless-ignored",
        "A duty is listed although the exception of its clause is met.",
        "Look at `unless` as well, where a clause has one.",
        _reading({"lifts": False}),
    ),
    Mistake(
        "unless-wide",
        "The exception of one clause has lifted a duty that another clause asks for.",
        "Skip the clause and not the duty.",
        _reading({"wide": True}),
    ),
    Mistake(
        "unless-empty",
        "An exception without conditions has lifted its clause.",
        "An `unless` of `{}` says nothing: leave such a clause alone.",
        _reading({"unless_empty": True}),
    ),
    Mistake(
        "empty-case",
        "A case without conditions is taken for one that is never met.",
        "An empty case is always met: its duty holds for every use.",
        _reading({"empty": False}),
    ),
    Mistake(
        "missing",
        "A fact that the use does not mention counts as if it met the condition.",
        "Take `False` or `0` for what is not mentioned, after a look at the condition.",
        _reading({"missing": 1}),
    ),
    Mistake(
        "missing-number",
        "A number that the use does not mention meets no condition.",
        "Take it for `0`, and compare: `0` is enough where the limit is `0`.",
        _reading({"number": -1}),
    ),
    Mistake(
        "denied",
        "A fact that is false, or a condition that wants `False`, is read by the name alone.",
        "Compare the value of the fact with the value that the condition wants.",
        _reading(
            {"agrees": lambda use, name, wanted: (name in use) == wanted},
            {"agrees": lambda use, name, wanted: name in use if wanted else not use.get(name)},
            {"agrees": lambda use, name, wanted: use.get(name) if wanted else name not in use},
            {"agrees": lambda use, name, wanted: use.get(name) or not wanted},
        ),
    ),
    Mistake(
        "first-clause",
        "The first clause of a duty has decided, though a later one asks for the same.",
        "Look at every clause: the duty holds as soon as one of them applies.",
        _reading({"first": True}),
    ),
    Mistake(
        "tidy",
        "The right duties, but repeated or in another order.",
        "Name each once, in alphabetical order.",
        lambda licence, use: _untidy(_named(licence, use)),
    ),
    Mistake(
        "duties",
        "The list is not the duties of the clauses that apply.",
        "Print for each clause which of its cases is met, and compare with the case above.",
    ),
]
