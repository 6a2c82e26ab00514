"""The other side of `lab.run_code`: a process that defines a function, calls it and says what came.

It is given to `python -I -c` as a text and imports nothing of this package.  Standard input holds the
order; answers go to what standard output was at the start, which the code itself no longer has.
"""

import contextlib
import json
import math
import os
import sys
from typing import Any

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

# What an audit hook lets pass of the operating system's calls: imports need them.
HARMLESS = {"os.listdir", "os.scandir", "os.putenv", "os.unsetenv", "os.fspath"}
REFUSED = ("os.", "socket.", "subprocess.", "shutil.", "ctypes.", "pty.", "signal.", "tempfile.")
LIBRARY = tuple({os.path.realpath(folder) + os.sep for folder in sys.path if folder})


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise `PermissionError` where the code reaches for more than it needs to compute something."""
    if event == "open":
        path = arguments[0]
        reads = not arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if not (reads and isinstance(path, str) and os.path.realpath(path).startswith(LIBRARY)):
            raise PermissionError("no files here")
    elif event.startswith(REFUSED) and event not in HARMLESS:
        raise PermissionError(f"no {event} here")


def limit(cpu_seconds: int, size: int) -> None:
    """Ask the system to hold this process to its share."""
    caps = {"CPU": cpu_seconds, "AS": size, "FSIZE": 0, "CORE": 0, "NPROC": 0}
    for name, most in caps.items():
        # Not every system knows each of them.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def plain(value: object) -> bool:
    """Whether JSON gives `value` back as it is."""
    if type(value) is list:
        return all(map(plain, value))
    if type(value) is dict:
        return all(type(key) is str for key in value) and all(map(plain, value.values()))
    if type(value) is float:
        return math.isfinite(value)
    return value is None or type(value) in (bool, int, str)


def words(error: BaseException) -> str:
    """An exception in a line, also one that cannot show itself."""
    try:
        return " ".join(f"{type(error).__name__}: {error}".split())[:200].removesuffix(":")
    except BaseException:
        return "an exception without words"


def defined(source: str, name: str) -> Any:
    """The function `name` of `source`, or a dictionary that says what is at fault."""
    names: dict[str, Any] = {"__name__": "submission"}
    try:
        exec(compile(source, "<submission>", "exec"), names)
    except SyntaxError as error:
        return {"fault": "syntax error", "words": f"The code does not parse: {error}"}
    except BaseException as error:  # also SystemExit
        return {"fault": "raised", "words": f"raised {words(error)} before any call"}
    if not callable(names.get(name)):
        return {"fault": "no function", "words": f"The code defines no function {name}"}
    return names[name]


def answer(function: Any, arguments: list[Any], characters: int) -> dict[str, Any]:
    """What one call came to."""
    try:
        value = function(*arguments)
        if not plain(value):
            return {"odd": f"{' '.join(repr(value).split())[:100]}, a {type(value).__name__}"}
        if len(json.dumps(value)) > characters:
            return {"odd": f"more than {characters} characters"}
        return {"value": value}
    except BaseException as error:
        return {"raised": words(error)}


def main() -> None:
    cpu_seconds, size, characters = map(int, sys.argv[1:])
    order = json.load(sys.stdin)
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    limit(cpu_seconds, size)
    sys.addaudithook(refuse)
    function = defined(order["source"], order["name"])
    answers = [function] if isinstance(function, dict) else None
    for said in answers or (answer(function, each, characters) for each in order["inputs"]):
        channel.write(json.dumps(said) + "\n")
        channel.flush()  # what was said stays said if a later call never ends


if __name__ == "__main__":
    main()
