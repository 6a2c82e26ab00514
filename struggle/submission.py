"""Calls the learner's functions in this process and turns what goes amiss into a message.

A check knows only `call(name, *args)` with plain values and arrays, so that another runner, for
instance one in a sandbox, can stand in for this one.
"""

import copy
import inspect
import traceback
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType

import numpy as np

from struggle.verdict import NotYet

Function = Callable[..., object]


class Submission:
    """The learner's functions, by the names that a check calls."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = functions

    def call(self, name: str, *args: object) -> object:
        """Call the function `name` on copies of `args` and return plain values and arrays.

        Raises `NotYet` if the function is missing, not started, takes other arguments, raises, or
        returns something that is no plain value.
        """
        function = self._functions.get(name)
        if function is None:
            raise _missing(name, list(self._functions))
        _check_arguments(function, name, args)
        try:
            value = function(*copy.deepcopy(args))
        except NotImplementedError:
            raise NotYet(
                "not-started",
                cause=f"`{name}` is not started.",
                next="Replace `raise NotImplementedError` by a first idea, however rough.",
            ) from None
        except (Exception, SystemExit) as error:
            file = getattr(getattr(function, "__code__", None), "co_filename", "")
            raise raised(error, f"`{name}`", file) from None
        try:
            return plain(value, name)
        except RecursionError:  # a list that holds itself
            raise _not_plain(value, name) from None


def by_name(functions: Iterable[Function]) -> dict[str, Function]:
    """`functions` under the names that they were defined with."""
    return {str(getattr(each, "__name__", type(each).__name__)): each for each in functions}


def plain(value: object, name: str) -> object:
    """Reduce `value` to None, bool, int, float, str, list, tuple, dict or array, or raise `NotYet`."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return np.array(value)
    if isinstance(value, (list, tuple)):
        items = [plain(item, name) for item in value]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, dict):
        return {plain(key, name): plain(item, name) for key, item in value.items()}
    raise _not_plain(value, name)


def _not_plain(value: object, name: str) -> NotYet:
    return NotYet(
        "not-plain",
        cause=f"`{name}` returned a value of type {_type(value)}, which the check cannot read.",
        next="Return numbers, lists or NumPy arrays of real numbers.",
    )


def _type(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"ndarray of {value.dtype}"
    return type(value).__name__


def _missing(name: str, given: list[str]) -> NotYet:
    other = f"it found {', '.join(f'`{each}`' for each in given) or 'no function'}"
    return NotYet(
        "missing-function",
        cause=f"The check calls `{name}`; {other}.",
        next=f"Define `def {name}(...)`, with the starter's first line.",
    )


def _check_arguments(function: Function, name: str, args: tuple[object, ...]) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some built-in functions have none
        return
    try:
        signature.bind(*args)
    except TypeError:
        raise NotYet(
            "arguments",
            cause=f"The check calls `{name}` with {len(args)} arguments; yours takes `{signature}`.",
            next="Keep the starter's first line as it is.",
        ) from None


def raised(error: BaseException, what: str, file: str) -> NotYet:
    """The message that `what` raised `error`, with the line of the learner's `file` if it is known."""
    try:
        text = " ".join(str(error).split())[:160]
    except Exception:  # an exception of the learner's own may not know how to show itself
        text = ""
    return NotYet(
        "raised",
        cause=f"{what} raised {type(error).__name__}{_place(error.__traceback__, file)}"
        + (f": {text}" if text else "")
        + ".",
        next="Call it yourself on a small input and look at that line.",
    )


def _place(trace: TracebackType | None, file: str) -> str:
    """Where in the learner's own code the error arose: ` on line 3 of your code`."""
    lines = [frame.lineno for frame in traceback.extract_tb(trace) if frame.filename == file]
    return f" on line {lines[-1]} of your code" if lines else ""
