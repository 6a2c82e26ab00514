"""Answers to parse-call: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import ast
import json

from struggle.answers import reference, right, wrong

PYTHON = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def has_type(value, kind):
    is_bool = isinstance(value, bool)  # which Python counts among the integers
    return isinstance(value, PYTHON[kind]) and is_bool == (kind == "boolean")


@reference
def parse_call(text, tools):
    try:
        call = json.loads(text, parse_constant=refuse_constant)
    except ValueError as error:
        return None, [f"This is not JSON: {error}."]
    if not isinstance(call, dict) or not {"name", "arguments"} <= call.keys():
        return None, ["Write an object with name and arguments."]
    name, arguments = call["name"], call["arguments"]
    if not isinstance(name, str) or name not in tools:
        return None, [f"There is no tool {name}; there are: {', '.join(tools)}."]
    if not isinstance(arguments, dict):
        return None, ["arguments must be an object, not a text or a list."]
    properties, errors = tools[name]["properties"], []
    for missing in tools[name]["required"]:
        if missing not in arguments:
            errors.append(f"{missing} is missing.")
    for argument, value in arguments.items():
        if argument not in properties:
            errors.append(f"{argument} is not known; {name} takes {', '.join(properties)}.")
        elif not has_type(value, properties[argument]):
            errors.append(f"{argument} must be of the type {properties[argument]}.")
    return (None, errors) if errors else (call, [])


@right("differences of sets, and types by their exact name")
def parse_call(text, tools):
    names = {
        str: {"string"},
        bool: {"boolean"},
        int: {"integer", "number"},
        float: {"number"},
        list: {"array"},
        dict: {"object"},
        type(None): set(),
    }
    try:
        call = json.loads(text, parse_constant=refuse_constant)
        name, arguments = call["name"], call["arguments"]
        properties, required = tools[name]["properties"], tools[name]["required"]
        given = dict(arguments.items())
    except json.JSONDecodeError:
        return None, ["The text cannot be read as JSON."]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, [f"Write name and arguments, an object each; the tools are {sorted(tools)}."]
    faulty = {a for a in given.keys() & properties if properties[a] not in names[type(given[a])]}
    errors = [f"add {argument}" for argument in sorted(set(required) - given.keys())]
    errors += [f"leave out {argument}" for argument in sorted(given.keys() - properties)]
    errors += [f"{argument}: expected {properties[argument]}" for argument in sorted(faulty)]
    return [call if not errors else None, errors]


@right("a generator of errors, and exceptions for what ends the search")
def parse_call(text, tools):
    def found(call):
        if type(call) is not dict or "name" not in call or "arguments" not in call:
            raise ValueError("name and arguments are needed, in one object")
        tool = tools.get(call["name"]) if type(call["name"]) is str else None
        if tool is None:
            raise ValueError("unknown tool; choose from " + " ".join(tools))
        if type(call["arguments"]) is not dict:
            raise ValueError("arguments: expected an object")
        for key, kind in tool["properties"].items():
            if key not in call["arguments"]:
                if key in tool["required"]:
                    yield f"{key}: required, expected {kind}"
                continue
            value = call["arguments"][key]
            fits = {
                "string": type(value) is str,
                "integer": type(value) is int,
                "number": type(value) in (int, float),
                "boolean": value is True or value is False,
                "array": type(value) is list,
                "object": type(value) is dict,
            }
            if not fits[kind]:
                yield f"{key}: {value!r:.40} is no {kind}"
        yield from (f"{key}: unknown" for key in call["arguments"] if key not in tool["properties"])

    try:
        call = json.loads(text, parse_constant=refuse_constant)
        errors = list(found(call))
    except ValueError as error:
        call, errors = None, [str(error)]
    return (call, []) if not errors else (None, errors)


# What the wrong answers below do, each but for one thing.


def checked(
    text,
    tools,
    load=lambda text: json.loads(text, parse_constant=refuse_constant),
    fits=has_type,
    unknown_tool="There is no tool {name}; there are: {tools}.",
    missing="{argument} is missing.",
    unknown="{argument} is not known.",
    mistyped="{argument} must be of the type {kind}.",
    demanded="required",
):
    try:
        call = load(text)
    except ValueError as error:
        return None, [f"This is not JSON: {error}."]
    if not isinstance(call, dict) or not {"name", "arguments"} <= call.keys():
        return None, ["Write an object with name and arguments."]
    name, arguments = call["name"], call["arguments"]
    if not isinstance(name, str) or name not in tools:
        return None, [unknown_tool.format(name=name, tools=", ".join(tools))]
    if not isinstance(arguments, dict):
        return None, ["arguments must be an object."]
    kinds = tools[name]["properties"]
    errors = [missing.format(argument=a) for a in tools[name][demanded] if a not in arguments]
    for a, value in arguments.items():
        if a not in kinds:
            errors.append(unknown.format(argument=a))
        elif not fits(value, kinds[a]):
            errors.append(mistyped.format(argument=a, kind=kinds[a]))
    errors = [error for error in errors if error]
    return (None, errors) if errors else (call, [])


@wrong("raises")
def parse_call(text, tools):
    call = json.loads(text)
    return checked(json.dumps(call), tools)


@wrong("raises")
def parse_call(text, tools):
    try:
        call = json.loads(text, parse_constant=refuse_constant)
    except ValueError:
        return None, ["This is not JSON."]
    tool = tools[call["name"]]
    errors = [f"{each} is missing" for each in tool["required"] if each not in call["arguments"]]
    return (None, errors) if errors else (call, [])


@wrong("python-not-json")
def parse_call(text, tools):
    try:
        return checked(json.dumps(ast.literal_eval(text)), tools)
    except (ValueError, SyntaxError):
        return None, ["This cannot be read."]


@wrong("true-is-integer")
def parse_call(text, tools):
    return checked(text, tools, fits=lambda value, kind: isinstance(value, PYTHON[kind]))


@wrong("types")
def parse_call(text, tools):
    return checked(text, tools, fits=lambda value, kind: True)


@wrong("types")
def parse_call(text, tools):
    def convertible(value, kind):
        if kind not in ("integer", "number"):
            return has_type(value, kind)
        try:
            return not isinstance(value, bool) and float(value) is not None
        except (TypeError, ValueError):
            return False

    return checked(text, tools, fits=convertible)


@wrong("whole-numbers")
def parse_call(text, tools):
    types = PYTHON | {"number": float}

    def fits(value, kind):
        return isinstance(value, types[kind]) and isinstance(value, bool) == (kind == "boolean")

    return checked(text, tools, fits=fits)


@wrong("optional")
def parse_call(text, tools):
    return checked(text, tools, demanded="properties")


@wrong("missing")
def parse_call(text, tools):
    return checked(text, tools, missing="")


@wrong("unknown-argument")
def parse_call(text, tools):
    return checked(text, tools, unknown="")


@wrong("first-only")
def parse_call(text, tools):
    call, errors = checked(text, tools)
    return call, errors[:1]


@wrong("vague")
def parse_call(text, tools):
    return checked(text, tools, mistyped="An argument has another type than {kind}.")


@wrong("vague")
def parse_call(text, tools):
    call, errors = checked(text, tools)
    return call, ["The arguments are not valid."] if errors else []


@wrong("expected-type")
def parse_call(text, tools):
    return checked(text, tools, mistyped="{argument} has another type.")


@wrong("tools-not-named")
def parse_call(text, tools):
    return checked(text, tools, unknown_tool="There is no tool {name}.")


@wrong("constants")
def parse_call(text, tools):
    return checked(text, tools, load=json.loads)


@wrong("arguments-as-text")
def parse_call(text, tools):
    def load(text):
        call = json.loads(text, parse_constant=refuse_constant)
        if isinstance(call, dict) and isinstance(call.get("arguments"), str):
            call["arguments"] = json.loads(call["arguments"])
        return call

    return checked(text, tools, load=load)


@wrong("call-returned")
def parse_call(text, tools):
    call, errors = checked(text, tools)
    return (call or text), errors


@wrong("call")
def parse_call(text, tools):
    call, errors = checked(text, tools)
    return (call["arguments"] if call else None), errors
