"""Rotary positions, and two ways to stretch them over a longer context than the model was trained on.

A head's numbers form pairs, and pair i turns by `frequency_i` radians a position (Su et al. 2021,
RoFormer, equation 34).  Position interpolation slows every pair by the same factor (Chen et al. 2023);
YaRN leaves the fast pairs alone and slows only those that never finished a turn (Peng et al. 2023).
`tests/lab/test_rope.py` holds both to those of `transformers`.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class Scaling(Protocol):
    """A way to stretch rotary positions by `factor`."""

    @property
    def factor(self) -> float: ...

    @property
    def gain(self) -> float:
        """What queries and keys are multiplied by, and so the scores of attention by its square."""

    def frequencies(self, head_dim: int, theta: float) -> Tensor:
        """The stretched frequencies in radians a position, shape (head_dim / 2,)."""


def frequencies(head_dim: int, theta: float) -> Tensor:
    """Radians a position for each pair of a head, fastest first, shape (head_dim / 2,)."""
    exponents = torch.arange(0, head_dim, 2) / head_dim
    return theta**-exponents


@dataclass(frozen=True)
class Interpolation:
    """Position interpolation: position m is read as position m / `factor`."""

    factor: float
    gain: float = 1.0

    def frequencies(self, head_dim: int, theta: float) -> Tensor:
        return frequencies(head_dim, theta) / self.factor


@dataclass(frozen=True)
class Yarn:
    """YaRN for a model trained on `trained` positions.

    Pairs that turn more than `fast` times within them keep their frequency, pairs that turn less
    than `slow` times are interpolated, and between lies a ramp.  The ramp is linear in the pair's
    index and ends at whole indices, as in the authors' code; their paper has it in the turns.
    """

    factor: float
    trained: int
    fast: float = 32.0
    slow: float = 1.0

    @property
    def gain(self) -> float:
        return 0.1 * math.log(self.factor) + 1 if self.factor > 1 else 1.0

    def frequencies(self, head_dim: int, theta: float) -> Tensor:
        def index(turns: float) -> float:
            """The pair, as a real number, that turns this many times in the trained positions."""
            return head_dim * math.log(self.trained / (turns * math.tau)) / (2 * math.log(theta))

        first = max(math.floor(index(self.fast)), 0)
        last = min(math.ceil(index(self.slow)), head_dim - 1)
        pairs = torch.arange(head_dim // 2)
        slowed = ((pairs - first) / max(last - first, 0.001)).clamp(0, 1)
        plain = frequencies(head_dim, theta)
        return plain * (1 - slowed) + plain / self.factor * slowed


def rotate(x: Tensor, rotation: Tensor) -> Tensor:
    """Turn each pair of numbers of `x`, shape (..., positions, head_dim), by its position's angle."""
    pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * rotation).flatten(-2)
