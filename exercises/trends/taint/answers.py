"""Answers to taint: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

from struggle.answers import reference, right, wrong


@reference
def may_run(plan, origins, tools):
    known = {name: {origin} for name, origin in origins.items()}
    verdicts = []
    for call in plan:
        tool, arguments = tools[call["tool"]], call["arguments"]
        exists = all(name in known for name in arguments.values())
        verdicts.append(
            exists
            and all(
                known[arguments[each]] <= {"user"} for each in tool["guarded"] if each in arguments
            )
        )
        if verdicts[-1]:
            own = {tool["origin"]} - {None}
            known[call["result"]] = own.union(*(known[name] for name in arguments.values()))
        else:
            known.pop(call["result"], None)
    return verdicts


@right("a single flag for each variable: is it the user's alone?")
def may_run(plan, origins, tools):
    trusted = {name: origin == "user" for name, origin in origins.items()}
    verdicts = []
    for call in plan:
        tool = tools[call["tool"]]
        values = {argument: trusted.get(name) for argument, name in call["arguments"].items()}
        runs = None not in values.values()
        for argument in tool["guarded"]:
            runs = runs and values.get(argument, True)
        verdicts.append(1 if runs else 0)
        own = tool["origin"] in (None, "user")
        trusted[call["result"]] = own and all(values.values()) if runs else None
    return verdicts


@right("one call after another, by recursion on what is left of the plan")
def may_run(plan, origins, tools):
    def follow(place, sheet):
        if place == len(plan):
            return []
        call = plan[place]
        tool, names = tools[call["tool"]], call["arguments"]
        lacking = [name for name in names.values() if name not in sheet]
        foreign = [
            argument
            for argument, name in names.items()
            if argument in tool["guarded"] and not lacking and sheet[name] - {"user"}
        ]
        after = {name: found for name, found in sheet.items() if name != call["result"]}
        if not lacking and not foreign:
            made_of = [sheet[name] for name in names.values()]
            own = frozenset() if tool["origin"] is None else frozenset([tool["origin"]])
            after[call["result"]] = own.union(*made_of)
        return [not lacking and not foreign, *follow(place + 1, after)]

    return follow(0, {name: frozenset([origin]) for name, origin in origins.items()})


def followed(
    plan,
    origins,
    tools,
    foreign=lambda found: bool(found - {"user"}),
    guarded=lambda tool, arguments: [each for each in tool["guarded"] if each in arguments],
    made=lambda own, found: own.union(*found),
    write=lambda known, name, found: known.__setitem__(name, found),
    refused=lambda known, name: known.pop(name, None),
):
    known = {name: {origin} for name, origin in origins.items()}
    verdicts = []
    for call in plan:
        tool, arguments = tools[call["tool"]], call["arguments"]
        runs = all(name in known for name in arguments.values())
        if runs:
            looked_at = guarded(tool, arguments)
            runs = not any(foreign(known[arguments[each]]) for each in looked_at)
        verdicts.append(runs)
        if runs:
            own = {tool["origin"]} - {None}
            found = made(own, [known[name] for name in arguments.values()])
            write(known, call["result"], found)
        else:
            refused(known, call["result"])
    return verdicts


@wrong("body")
def may_run(plan, origins, tools):
    return followed(plan, origins, tools, guarded=lambda tool, arguments: list(arguments))


@wrong("body")
def may_run(plan, origins, tools):
    def guarded(tool, arguments):
        return list(arguments) if tool["guarded"] else []

    return followed(plan, origins, tools, guarded=guarded)


@wrong("nothing-refused")
def may_run(plan, origins, tools):
    return [True for _ in plan]


@wrong("nothing-refused")
def may_run(plan, origins, tools):
    return [tools[call["tool"]]["origin"] != "attacker" for call in plan]


@wrong("not-propagated")
def may_run(plan, origins, tools):
    return followed(plan, origins, tools, made=lambda own, found: own or {"user"})


@wrong("mixed")
def may_run(plan, origins, tools):
    return followed(plan, origins, tools, foreign=lambda found: "user" not in found and bool(found))


@wrong("mixed")
def may_run(plan, origins, tools):
    def made(own, found):
        return own | (found[0] if found else set())

    return followed(plan, origins, tools, made=made)


@wrong("one-argument")
def may_run(plan, origins, tools):
    def guarded(tool, arguments):
        return [each for each in tool["guarded"] if each in arguments][:1]

    return followed(plan, origins, tools, guarded=guarded)


@wrong("own-only")
def may_run(plan, origins, tools):
    return followed(plan, origins, tools, made=lambda own, found: own or set().union(*found))


@wrong("overwritten")
def may_run(plan, origins, tools):
    return followed(
        plan, origins, tools, write=lambda known, name, found: known.setdefault(name, found)
    )


@wrong("overwritten")
def may_run(plan, origins, tools):
    def write(known, name, found):
        known[name] = found | known.get(name, set())

    return followed(plan, origins, tools, write=write)


@wrong("order")
def may_run(plan, origins, tools):
    known = {name: {origin} for name, origin in origins.items()}
    for call in plan:
        found = [known[name] for name in call["arguments"].values()]
        own = {tools[call["tool"]]["origin"]} - {None}
        known[call["result"]] = own.union(*found)
    foreign = {name for name, found in known.items() if found - {"user"}}
    return [
        not any(call["arguments"][each] in foreign for each in tools[call["tool"]]["guarded"])
        for call in plan
    ]


@wrong("no-result")
def may_run(plan, origins, tools):
    def refused(known, name):
        known[name] = set()

    return followed(plan, origins, tools, refused=refused)


@wrong("all-after")
def may_run(plan, origins, tools):
    verdicts = followed(plan, origins, tools)
    return [all(verdicts[: place + 1]) for place in range(len(verdicts))]
