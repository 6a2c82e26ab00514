"""Checks `may_run` on short plans, each with one way for a stranger's word to become an order."""

import numpy as np

from struggle.compare import Mistake, close, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6
TOOLS = {
    "fetch": {"origin": "web", "guarded": []},
    "read_inbox": {"origin": "mail", "guarded": []},
    "ask_user": {"origin": "user", "guarded": []},
    "shorten": {"origin": None, "guarded": []},
    "find_address": {"origin": None, "guarded": []},
    "join": {"origin": None, "guarded": []},
    "note": {"origin": None, "guarded": []},
    "send_mail": {"origin": None, "guarded": ["to"]},
    "pay": {"origin": None, "guarded": ["account", "amount"]},
}
ORIGINS = {"link": "user", "friend": "user", "sum": "user", "words": "user"}


def check(submission, rng):
    cases = Cases()
    for mistake, *plans in _scenarios(rng):
        for lines in plans:
            with cases:
                _plan(submission, rng, mistake, lines)
    return cases.verdict("No stranger chose a recipient, and every honest call ran.")


# A plan is a list of lines "result = tool argument=variable ...", with a mark for calls to refuse.


def _scenarios(rng):
    """For each mistake, the plans that show it."""
    first, second = rng.permuted(["a=friend b=page", "a=page b=friend"])
    read = ["page = fetch url=link"]
    send = "done = send_mail to={} body=words"
    no = " !"
    yield (
        BODY,
        [*read, "s = shorten text=page", "done = send_mail to=friend body=s", "n = note a=s"],
    )
    yield NOTHING_REFUSED, ["mail = read_inbox", send.format("mail") + no]
    cut = "other = find_address text=mail"
    yield NOT_PROPAGATED, ["mail = read_inbox", cut, send.format("other") + no]
    yield (
        MIXED,
        [*read, f"to = join {first}", send.format("to") + no],
        [*read, f"to = join {second}", send.format("to") + no],
    )
    yield (
        ONE_ARGUMENT,
        [*read, "n = pay account=friend amount=page" + no],
        [*read, "n = pay account=page amount=sum" + no],
    )
    yield (
        OWN_ONLY,
        ["mail = read_inbox", "form = ask_user text=mail", send.format("form") + no],
        ["to = ask_user text=words", send.format("to")],
    )
    yield (
        OVERWRITTEN,
        [*read, "friend = find_address text=page", send.format("friend") + no],
        ["to = read_inbox", "to = ask_user text=words", send.format("to")],
    )
    yield ORDER, [*read, send.format("friend"), "friend = shorten text=page"]
    yield (
        NO_RESULT,
        [*read, "r = send_mail to=page body=words" + no, "x = shorten text=r" + no],
        [*read, "r = send_mail to=page body=words" + no, "x = send_mail to=friend body=r" + no],
    )
    yield ALL_AFTER, ["mail = read_inbox", send.format("mail") + no, send.format("friend")]


def _plan(submission, rng, mistake, lines):
    lines = [str(rng.choice(["w = note a=words", "w = shorten text=sum"])), *lines]
    lines = lines[int(rng.integers(2)) :]
    plan = _renamed(lines, rng)
    want = [not line.endswith("!") for line in lines]
    value = submission.call("may_run", plan, ORIGINS, TOOLS)
    got = numbers(_as_numbers(value), "may_run", (len(plan),))
    if not close(got, want, TOLERANCE):
        calls = "; ".join(_shown(call) for call in plan)
        case = f"{calls}, where {', '.join(ORIGINS)} come from the user; you returned {short(got)}"
        raise mistake.failure(case)


def _renamed(lines, rng):
    """The calls of `lines`; results that are no variable of the user's get new names."""
    names = {name: name for name in ORIGINS}
    fresh = iter(rng.permutation([f"{letter}{digit}" for letter in "pqrxyz" for digit in "12"]))
    plan = []
    for line in lines:
        result, _, tool, *pairs = line.removesuffix(" !").split()
        pairs = [pair.split("=") for pair in pairs]
        arguments = {argument: names[name] for argument, name in pairs}
        if result not in names:
            names[result] = str(next(fresh))
        plan.append({"result": names[result], "tool": tool, "arguments": arguments})
    return plan


def _as_numbers(value):
    """True and false as one and zero."""
    if isinstance(value, (list, tuple)) and all(isinstance(each, bool) for each in value):
        return [float(each) for each in value]
    return value.astype(float) if isinstance(value, np.ndarray) and value.dtype == bool else value


def _shown(call):
    arguments = ", ".join(f"{argument}={name}" for argument, name in call["arguments"].items())
    return f"{call['result']} = {call['tool']}({arguments})"


BODY = Mistake(
    "body",
    "An honest call was refused: the stranger's words are only in an argument that is not guarded.",
    "Look at the guarded arguments alone.",
)
NOTHING_REFUSED = Mistake(
    "nothing-refused",
    "A text from the inbox became the recipient of a mail.",
    "Refuse a call if a guarded argument carries any origin other than the user.",
)
NOT_PROPAGATED = Mistake(
    "not-propagated",
    "An address that was cut out of a stranger's mail passed for the user's.",
    "Let a result carry the origins of all arguments of its call.",
)
MIXED = Mistake(
    "mixed",
    "A value made from the user's words and a stranger's passed for the user's, or lost one of them.",
    "Take the union of all origins, and trust it only if nobody but the user is in it.",
)
ONE_ARGUMENT = Mistake(
    "one-argument",
    "`pay` guards two arguments, and both have to come from the user.",
    "Test every argument in the tool's list.",
)
OWN_ONLY = Mistake(
    "own-only",
    "A tool that brings in the user's words made a stranger's argument look like the user's, or an "
    "honest answer was refused.",
    "Add the tool's own origin to those of the arguments; it replaces none.",
)
OVERWRITTEN = Mistake(
    "overwritten",
    "A variable was written again, and its older origins counted.",
    "Replace its entry each time.",
)
ORDER = Mistake(
    "order",
    "The recipient was the user's when the call ran, and only later something else.",
    "Judge each call by what is known at that moment, then go on to the next.",
)
NO_RESULT = Mistake(
    "no-result",
    "A call was to run on the result of a call that may not run; there is none.",
    "Strike the result of a refused call off your sheet, and refuse what needs it.",
)
ALL_AFTER = Mistake(
    "all-after",
    "A call that needs nothing of the refused one was refused as well.",
    "Go on with the plan; only what uses a missing result falls with it.",
)
