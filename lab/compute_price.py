"""What an hour of a processor costs its owner, and how much of that is somebody's margin.

A gross margin is the share of a price that is left to the seller when the making is paid:
price = cost / (1 - margin).  Money's own price (interest), staff and taxes are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Value = float | NDArray[np.float64]  # one number, or one for each draw
HOURS_A_YEAR = 365.25 * 24


@dataclass(frozen=True)
class Processor:
    """What one processor and its share of everything around it costs; numbers or draws of them.

    `server` and `around` (network, storage, building) are dollars once, `watts` the power of both,
    `overhead` that of cooling over it, `electricity` dollars a kilowatt-hour, `years` the life and
    `uptime` the share of it that is used.
    """

    server: Value
    around: Value
    watts: Value
    overhead: Value
    electricity: Value
    years: Value
    uptime: Value

    def hour(self, margin: float = 0.0, own_margin: float = 0.0) -> Mapping[str, Value]:
        """Dollars for an hour of use, by part.

        `margin` is taken out of the server's price, which is what somebody saves who makes it, and
        `own_margin` put on what is left, for those whom the maker has to pay in turn.  Raises
        `ValueError` for a margin outside [0, 1).
        """
        for each in (margin, own_margin):
            if not 0 <= each < 1:
                raise ValueError(f"a gross margin lies between 0 and 1; {each} does not")
        used = self.years * HOURS_A_YEAR * self.uptime
        kilowatts = self.watts * self.overhead / 1000
        return {
            "server": self.server * (1 - margin) / (1 - own_margin) / used,
            "around": self.around / used,
            "electricity": kilowatts * self.electricity / self.uptime,
        }


def total(parts: Mapping[str, Value]) -> Value:
    """The sum of all `parts`."""
    return sum(parts.values())
