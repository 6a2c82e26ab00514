"""The exercise workflow: start, predict, struggle, check, hint, reveal, review, reflect.

`exercise` is imported when it is asked for, so that the judge can run where NumPy is all there is.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from struggle.session import exercise

__all__ = ["exercise"]


def __getattr__(name: str) -> object:
    if name != "exercise":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from struggle.session import exercise

    return exercise
