"""Reading and comparing the numbers that a submission returns: tolerance in one place."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from struggle.verdict import NotYet

Array = npt.NDArray[np.float64]
Shape = tuple[int | None, ...]
ROUNDING = 1e-12  # what may be left of a sum that should cancel to zero


def number(value: object, name: str) -> float:
    """`value`, which the function `name` returned, as one finite float, or raise `NotYet`."""
    return float(numbers(value, name, ())[()])


def numbers(value: object, name: str, shape: Shape) -> Array:
    """`value`, which `name` returned, as a finite float array of `shape`, or raise `NotYet`."""
    array = table(value, name, shape)
    if not np.isfinite(array).all():
        raise NotYet(
            "not-finite",
            cause=f"`{name}` returned nan or infinity.",
            next="Look for a logarithm of zero or less, a division by zero, or an overflow.",
        )
    return array


def table(value: object, name: str, shape: Shape) -> Array:
    """As `numbers`, with nan and infinity let through; None in `shape` stands for any length."""
    if value is None:
        raise NotYet(
            "nothing",
            cause=f"`{name}` returned nothing.",
            next="End the function with `return` and the result.",
        )
    array = _array(value)
    if array is None or not _fits(array.shape, shape):
        raise NotYet(
            "shape",
            cause=f"`{name}` returned {describe(value)}.",
            next=f"Return {_wanted(shape)}.",
        )
    return array


def _fits(shape: tuple[int, ...], wanted: Shape) -> bool:
    pairs = zip(shape, wanted, strict=False)
    return len(shape) == len(wanted) and all(b in (a, None) for a, b in pairs)


def _array(value: object) -> Array | None:
    """`value` as floats, or None where it is ragged, text, too large or true/false."""
    try:
        # Python's own numbers may have more than the 64 bits of an array's.
        array = np.asarray(float(value) if type(value) is int else value)
        return array.astype(np.float64) if array.dtype.kind in "iuf" else None
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _wanted(shape: Shape) -> str:
    match shape:
        case ():
            return "one number"
        case (length,):
            return f"{length} numbers"
        case (count, None):
            return f"{count} arrays of one length"
        case _:
            return f"an array of shape {shape}"


def describe(value: object) -> str:
    """`value` in a few words, for a message."""
    array = _array(value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "b":
        return "an array of true and false, not of numbers"
    if array is None:
        return f"a value of type {type(value).__name__}"
    if array.ndim == 0:
        return short(array)
    shown = f": {short(array)}" if array.size <= 5 else ""
    return f"{array.size} numbers of shape {array.shape}{shown}"


def short(value: float | Array) -> str:
    """Three digits: `1e3`, `0.34`, `(1.7, 0.34)`."""
    if isinstance(value, np.ndarray) and value.ndim:
        return "(" + ", ".join(short(float(item)) for item in value.ravel()) + ")"
    text = f"{float(value):.3g}"
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}{mark}{int(exponent)}" if mark else text


def close(got: npt.ArrayLike, want: npt.ArrayLike, tolerance: float) -> bool:
    """Whether each of `got` lies within `tolerance`, relative to `want`; False where shapes differ."""
    a, b = np.asarray(got, float), np.asarray(want, float)
    return a.shape == b.shape and bool(np.all(np.abs(a - b) <= tolerance * np.abs(b) + ROUNDING))


@dataclass(frozen=True)
class Mistake:
    """A plausible mistake: the values that it gives on a check's inputs, and its message."""

    id: str
    cause: str
    next: str
    values: Callable[..., Iterable[npt.ArrayLike]] = lambda *inputs: ()

    def failure(self, case: str) -> NotYet:
        """The message of this mistake for `case`."""
        return NotYet(self.id, cause=self.cause, case=case, next=self.next)

    def gives(self, got: npt.ArrayLike, inputs: Sequence[object], tolerance: float) -> bool:
        """Whether this mistake leads from `inputs` to `got`."""
        with np.errstate(all="ignore"):
            return any(close(got, value, tolerance) for value in self.values(*inputs))


def explain(
    got: npt.ArrayLike,
    mistakes: Sequence[Mistake],
    inputs: Sequence[object],
    case: str,
    tolerance: float = 1e-6,
) -> NotYet:
    """The first of `mistakes` that gives `got`; the last one stands for all others."""
    guess = next((each for each in mistakes if each.gives(got, inputs, tolerance)), mistakes[-1])
    return guess.failure(case)


def span(values: Array, name: str) -> str:
    """The range of an input in a few characters: `N = 1e3 … 1e9`."""
    return f"{name} = {short(float(np.min(values)))} … {short(float(np.max(values)))}"
