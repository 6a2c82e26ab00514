"""Answers to licence-duties: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

from struggle.answers import reference, right, wrong


def holds(wanted, fact):
    if isinstance(wanted, bool):
        return bool(fact) == wanted
    word, limit = wanted
    number = fact or 0
    return number > limit if word == "above" else number >= limit


def met(case, use):
    return all(holds(wanted, use.get(name)) for name, wanted in case.items())


@reference
def duties(licence, use):
    due = set()
    for clause in licence:
        exception = clause.get("unless")
        if exception and met(exception, use):
            continue
        if any(met(case, use) for case in clause["when"]):
            due.add(clause["duty"])
    return sorted(due)


@right("loops and flags, without any and all")
def duties(licence, use):
    found = []
    for clause in licence:
        applies = False
        for case in clause["when"]:
            fits = True
            for name in case:
                if not holds(case[name], use.get(name, False)):
                    fits = False
            applies = applies or fits
        lifted = bool(clause.get("unless")) and met(clause["unless"], use)
        if applies and not lifted and clause["duty"] not in found:
            found.append(clause["duty"])
    found.sort()
    return found


@right("each case as a set of failed conditions")
def duties(licence, use):
    def failed(case):
        return {name for name, wanted in case.items() if not holds(wanted, use.get(name))}

    def applies(clause):
        spared = clause.get("unless") and not failed(clause["unless"])
        return not spared and 0 in [len(failed(case)) for case in clause["when"]]

    return sorted({clause["duty"] for clause in licence if applies(clause)})


def read(licence, use, hold=holds, join=any, within=all, lifts=True, empty=True):
    due = []
    for clause in licence:
        exception = clause.get("unless")
        if lifts and exception and all(hold(w, use.get(n)) for n, w in exception.items()):
            continue
        cases = [
            within([hold(w, use.get(n)) for n, w in case.items()]) if case else empty
            for case in clause["when"]
        ]
        if join(cases):
            due.append(clause["duty"])
    return due


@wrong("strictness")
def duties(licence, use):
    def strictly(wanted, fact):
        return holds(wanted if isinstance(wanted, bool) else ["above", wanted[1]], fact)

    return sorted(set(read(licence, use, strictly)))


@wrong("strictness")
def duties(licence, use):
    def loosely(wanted, fact):
        return holds(wanted if isinstance(wanted, bool) else ["from", wanted[1]], fact)

    return sorted(set(read(licence, use, loosely)))


@wrong("any-case")
def duties(licence, use):
    return sorted(set(read(licence, use, join=all)))


@wrong("all-conditions")
def duties(licence, use):
    return sorted(set(read(licence, use, within=any)))


@wrong("unless-ignored")
def duties(licence, use):
    return sorted(set(read(licence, use, lifts=False)))


@wrong("unless-wide")
def duties(licence, use):
    spared = {c["duty"] for c in licence if c.get("unless") and met(c["unless"], use)}
    return sorted(set(read(licence, use)) - spared)


@wrong("unless-empty")
def duties(licence, use):
    kept = [c for c in licence if "unless" not in c or not met(c["unless"], use)]
    return sorted(set(read(kept, use)))


@wrong("empty-case")
def duties(licence, use):
    return sorted(set(read(licence, use, empty=False)))


@wrong("missing")
def duties(licence, use):
    def lenient(wanted, fact):
        return fact is None or holds(wanted, fact)

    return sorted(set(read(licence, use, lenient)))


@wrong("tidy")
def duties(licence, use):
    return read(licence, use)


@wrong("tidy")
def duties(licence, use):
    return sorted(read(licence, use))


@wrong("duties")
def duties(licence, use):
    return sorted({clause["duty"] for clause in licence})


@wrong("shape")
def duties(licence, use):
    return ", ".join(sorted(set(read(licence, use))))


@wrong("missing-number")
def duties(licence, use):
    def lenient(wanted, fact):
        return holds(wanted, fact) if fact is not None else wanted is False

    return sorted(set(read(licence, use, lenient)))


@wrong("denied")
def duties(licence, use):
    def by_name(wanted, fact):
        return (fact is not None) == wanted if isinstance(wanted, bool) else holds(wanted, fact)

    return sorted(set(read(licence, use, by_name)))


@wrong("denied")
def duties(licence, use):
    def truly(wanted, fact):
        return wanted is False or holds(wanted, fact)

    return sorted(set(read(licence, use, truly)))


@wrong("first-clause")
def duties(licence, use):
    due = {}
    for clause in licence:
        due.setdefault(clause["duty"], bool(read([clause], use)))
    return sorted(duty for duty, holding in due.items() if holding)


@wrong("duties")
def duties(licence, use):
    """The last condition of an exception lifts the clause by itself."""
    due = set()
    for clause in licence:
        lifted = False
        for name, wanted in clause.get("unless", {}).items():
            lifted = holds(wanted, use.get(name))
        if not lifted and any(met(case, use) for case in clause["when"]):
            due.add(clause["duty"])
    return sorted(due)


@wrong("duties")
def duties(licence, use):
    """Only the first case of a clause is looked at."""
    firsts = [clause | {"when": clause["when"][:1]} for clause in licence]
    return sorted(set(read(firsts, use)))


@wrong("duties")
def duties(licence, use):
    """Only the first two conditions of a case are looked at."""
    short = [
        clause | {"when": [dict(list(case.items())[:2]) for case in clause["when"]]}
        for clause in licence
    ]
    return sorted(set(read(short, use)))


@wrong("duties")
def duties(licence, use):
    """Counts on whole numbers."""

    def whole(wanted, fact):
        if isinstance(wanted, bool) or wanted[0] == "above":
            return holds(wanted, fact)
        return (fact or 0) > wanted[1] - 1

    return sorted(set(read(licence, use, whole)))


@wrong("duties")
def duties(licence, use):
    """A number that is not mentioned lifts nothing."""
    due = set()
    for clause in licence:
        exception = clause.get("unless") or {}
        named = all(name in use or isinstance(wanted, bool) for name, wanted in exception.items())
        lifted = exception and named and met(exception, use)
        if not lifted and any(met(case, use) for case in clause["when"]):
            due.add(clause["duty"])
    return sorted(due)
