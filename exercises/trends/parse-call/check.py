"""Checks `parse_call` on good calls, and on each way to spoil one that a model is known for."""

import json

from struggle.compare import Mistake
from struggle.verdict import Cases, NotYet

TOLERANCE = 1e-6  # nothing is compared by size here; a text that is multiplied fails in any case

TOOLS = {
    "forecast": {
        "properties": {"city": "string", "days": "integer", "hourly": "boolean"},
        "required": ["city", "days"],
    },
    "transfer": {
        "properties": {
            "amount": "number",
            "account": "string",
            "labels": "array",
            "extra": "object",
        },
        "required": ["account", "amount"],
    },
}


def check(submission, rng):
    cases = Cases()
    for stage in (_good, _broken, _shape, _types, _names, _collected, _constants):
        with cases:
            stage(submission, rng)
    return cases.verdict(
        "Every call is checked in full, and the model learns all its faults at once."
    )


def _good(submission, rng):
    """Calls that must pass: booleans, optional arguments left out, whole numbers as numbers."""
    forecast = {"city": "Taipei", "days": int(rng.integers(1, 9))}
    transfer = {"account": "A-7", "amount": float(rng.integers(1, 9)) + 0.5}
    _passes(submission, "forecast", forecast | {"hourly": True}, PYTHON_NOT_JSON)
    _passes(submission, "transfer", transfer | {"labels": ["a"], "extra": {}}, CALL)
    _passes(submission, "forecast", forecast, OPTIONAL)
    _passes(submission, "transfer", transfer | {"amount": 40}, WHOLE)


def _broken(submission, rng):
    text = _text("forecast", {"city": "Taipei", "days": 3})
    _refuses(submission, text[: int(rng.integers(20, 40))], [], RAISES, CALL)
    _refuses(submission, "I shall look up the weather.", [], RAISES, CALL)


def _shape(submission, rng):
    for text in ('["forecast"]', "7", '{"name": "forecast"}', '{"arguments": {}}'):
        _refuses(submission, text, [], RAISES, CALL)
    _refuses(submission, _text(["forecast"], {}), [], RAISES, CALL)
    inner = json.dumps({"city": "Taipei", "days": 3})
    _refuses(submission, _text("forecast", inner), [], RAISES, ARGUMENTS_AS_TEXT)
    _refuses(submission, _text("forecast", ["Taipei", 3]), [], RAISES, CALL)


def _types(submission, rng):
    good = {"city": "Taipei", "days": 3}
    for fault, kind, accepted in (
        ({"days": "3"}, "integer", TYPES),
        ({"city": 7}, "string", TYPES),
        ({"city": None}, "string", TYPES),
        ({"days": True}, "integer", TRUE_IS_INTEGER),
        ({"days": 2.5}, "integer", TYPES),
        ({"hourly": 1}, "boolean", TYPES),
    ):
        _names_all(submission, "forecast", good | fault, {next(iter(fault)): kind}, accepted)
    paid = {"account": "A-7", "amount": False}
    _names_all(submission, "transfer", paid, {"amount": "number"}, TRUE_IS_INTEGER)
    paid = {"account": "A-7", "amount": 1.5}
    _names_all(submission, "transfer", paid | {"labels": {}}, {"labels": "array"}, TYPES)
    _names_all(submission, "transfer", paid | {"extra": []}, {"extra": "object"}, TYPES)


def _names(submission, rng):
    good = {"city": "Taipei", "days": 3}
    _refuses(submission, _text("weather", good), list(TOOLS), RAISES, CALL, TOOLS_NOT_NAMED)
    _names_all(submission, "forecast", {"city": "Taipei"}, {"days": ""}, MISSING)
    _names_all(submission, "forecast", good | {"units": "C"}, {"units": ""}, UNKNOWN)


def _collected(submission, rng):
    faults = {"amount": "number", "account": "", "currency": ""}
    given = {"amount": "ten", "currency": "TWD"}
    errors = _refuses(submission, _text("transfer", given), [], RAISES, CALL)
    named = [fault for fault in faults if any(fault in error for error in errors)]
    if len(named) < len(faults):
        raise FIRST_ONLY.failure(f"{_text('transfer', given)}; you wrote {_shown(errors)}")


def _constants(submission, rng):
    word = str(rng.choice(["NaN", "Infinity", "-Infinity"]))
    text = _text("transfer", {"account": "A-7", "amount": 0}).replace(": 0}", f": {word}}}")
    _refuses(submission, text, [], RAISES, CONSTANTS)


def _text(name, arguments):
    return json.dumps({"name": name, "arguments": arguments})


def _passes(submission, name, arguments, refused):
    text = _text(name, arguments)
    call, errors = _pair(submission, text)
    case = f"{text}; you returned {_shown((call, errors))}"
    if call != json.loads(text) or errors:
        raise (refused if errors else CALL).failure(case)


def _names_all(submission, name, arguments, faults, accepted):
    """Require that the errors name every fault of `faults`, with the type where one is given."""
    text = _text(name, arguments)
    errors = _refuses(submission, text, list(faults), RAISES, accepted, VAGUE)
    for fault, kind in faults.items():
        if not any(fault in error and kind in error for error in errors):
            raise EXPECTED_TYPE.failure(f"{text}; you wrote {_shown(errors)}")


def _refuses(submission, text, words, raises, accepted, unnamed=None):
    """The errors for `text`, which must be refused; each of `words` has to stand in one of them."""
    try:
        call, errors = _pair(submission, text)
    except NotYet as failure:
        if failure.id == "raised":
            raise raises.failure(f"{text}: {failure.cause.rstrip('.')}") from None
        raise
    case = f"{text}; you returned {_shown((call, errors))}"
    if not errors:
        raise accepted.failure(case)
    if call is not None:
        raise CALL_RETURNED.failure(case)
    if unnamed and not all(any(word in error for error in errors) for word in words):
        raise unnamed.failure(case)
    return errors


def _pair(submission, text):
    """What `parse_call` returned: anything, and a list of texts."""
    value = submission.call("parse_call", text, TOOLS)
    if isinstance(value, (tuple, list)) and len(value) == 2:
        call, errors = value
        if isinstance(errors, (tuple, list)) and all(isinstance(each, str) for each in errors):
            return call, [each for each in errors if each.strip()]
    raise SHAPE.failure(f"{text}; you returned {_shown(value)}")


def _shown(value):
    text = " ".join(repr(value)[:400].split())
    return text if len(text) <= 140 else f"{text[:140]}…"


SHAPE = Mistake(
    "shape",
    "`parse_call` did not return a pair of a call and a list of texts.",
    "Return `(call, [])` if all is well and `(None, errors)` if not.",
)
RAISES = Mistake(
    "raises",
    "`parse_call` raised an exception, which ends the loop where the model should try again.",
    "Return None with an error in words instead.",
)
PYTHON_NOT_JSON = Mistake(
    "python-not-json",
    "A good call was refused: `true`, `false` and `null` are JSON, though not Python.",
    "Read the text with `json.loads`, and let a boolean be a boolean.",
)
OPTIONAL = Mistake(
    "optional",
    "A good call was refused because an optional argument is not there.",
    "Demand only what stands under `required`.",
)
WHOLE = Mistake(
    "whole-numbers",
    "A good call was refused: a whole number is a number too.",
    "Let `number` be an integer or a number with a fraction.",
)
TYPES = Mistake(
    "types",
    "A value of another type went through to the tool.",
    "Compare the type of each argument with the one in `properties`, and convert nothing.",
)
TRUE_IS_INTEGER = Mistake(
    "true-is-integer",
    "True or false went through as a number, for Python counts a bool among its integers.",
    "Ask first whether the value is a bool.",
)
MISSING = Mistake(
    "missing",
    "A call without a required argument went through.",
    "Look for each name under `required` among the arguments.",
)
UNKNOWN = Mistake(
    "unknown-argument",
    "An argument that the tool does not take went through.",
    "Compare the given names with `properties`.",
)
ARGUMENTS_AS_TEXT = Mistake(
    "arguments-as-text",
    "The arguments were a text that holds JSON, not an object, and went through.",
    "Refuse it in words; guessing what was meant hides the fault from the model.",
)
TOOLS_NOT_NAMED = Mistake(
    "tools-not-named",
    "The error about an unknown tool does not say which tools there are.",
    "List their names in it.",
)
VAGUE = Mistake(
    "vague",
    "No error names the argument that is at fault.",
    "Put the argument's name into the sentence.",
)
EXPECTED_TYPE = Mistake(
    "expected-type",
    "The error names the argument and not the type that belongs there.",
    "Add the type from `properties` to the same sentence.",
)
FIRST_ONLY = Mistake(
    "first-only",
    "Not all faults are told at once, so each costs the model another try.",
    "Collect the errors of all arguments in a list before you return.",
)
CONSTANTS = Mistake(
    "constants",
    "A word that is no JSON went through as a number: `json.loads` reads it by default.",
    "Give `json.loads` a `parse_constant` that raises ValueError.",
)
CALL_RETURNED = Mistake(
    "call-returned",
    "A call came back together with errors, and somebody may run it.",
    "Return None for the call where there is an error.",
)
CALL = Mistake(
    "call",
    "This is not what the text deserves: a good call comes back whole, and a bad one with an error.",
    "Go through the task's list of faults with this text.",
)
