"""Hold a live run to the band of the seeds in `results/`, so that a page cannot drift from them."""

import os
from collections.abc import Sequence

import numpy as np
from IPython.display import display
from numpy.typing import ArrayLike, NDArray


def band(seeds: ArrayLike, widen: float = 0.5) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest of `seeds` (seeds, points) at each point, moved apart by `widen` ranges."""
    runs = np.asarray(seeds, float)
    low, high = runs.min(0), runs.max(0)
    margin = widen * (high - low)
    return low - margin, high + margin


def hold_to_band(
    live: ArrayLike, seeds: ArrayLike, names: Sequence[str], slack: float = 0.0
) -> None:
    """Say whether each value of `live` (points,) lies in the widened band of `seeds`.

    `slack` moves both edges further: a band of seeds that agree exactly has no width, and a share
    of a hundred questions may still differ by some of them where a processor rounds differently.

    A value outside is a visible note on a reader's machine, whose processor may round differently,
    and an `AssertionError` where the environment variable CI is set.
    """
    values, (low, high) = np.asarray(live, float), band(seeds)
    outside = [
        f"{name}: {value:.3f}, band {a:.3f} to {b:.3f}"
        for name, value, a, b in zip(names, values, low, high, strict=True)
        if not a - slack <= value <= b + slack
    ]
    if outside and os.environ.get("CI"):
        raise AssertionError("live run outside its band: " + "; ".join(outside))
    if outside:
        text = "This run lies outside the band of the stored seeds. " + "; ".join(outside)
    else:
        text = f"All {len(values)} live values lie in the band of the stored seeds."
    display({"text/plain": text}, raw=True)
