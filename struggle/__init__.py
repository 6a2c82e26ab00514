"""The exercise workflow: start, predict, struggle, check, hint, reveal."""

from struggle.session import exercise

__all__ = ["exercise"]
