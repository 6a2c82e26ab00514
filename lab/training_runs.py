"""Published training runs: arithmetic, hours and the share of the peak that follows from them.

Operations are 6 for each active parameter and token (Kaplan et al. 2020), so attention and whatever
was run again are left out.  A figure that nobody published is None.  `sources` names, in the order
of the three fields, entries of `book/references.bib`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.economics import SECONDS_PER_HOUR, training_cost, utilisation

H100_BF16 = 989.4e12  # FLOP/s without sparsity, of the H800 as well
H100_FP8 = 1978.9e12


@dataclass(frozen=True)
class Run:
    """A training run: `active` parameters, `tokens` read, and `hours` of one H100 or H800."""

    active: float
    tokens: float | None
    hours: float | None
    sources: tuple[str, str, str]

    @property
    def flops(self) -> float | None:
        """Operations, 6 for each active parameter and token."""
        return None if self.tokens is None else float(training_cost(self.active, self.tokens))

    @property
    def share(self) -> float | None:
        """The share of the BF16 peak that the published hours imply."""
        if self.flops is None or self.hours is None:
            return None
        return utilisation(self.flops, self.hours, H100_BF16)


RUNS = {
    "DeepSeek-V3": Run(37e9, 14.8e12, 2.664e6, ("deepseek2024v3",) * 3),
    "Llama 3.1 405B": Run(
        405e9, 15.6e12, 30.84e6, ("grattafiori2024llama3",) * 2 + ("meta2024llama31card",)
    ),
    "Llama 3.1 70B": Run(70e9, 15e12, 7.0e6, ("meta2024llama31card",) * 3),
    "Llama 3.1 8B": Run(8e9, 15e12, 1.46e6, ("meta2024llama31card",) * 3),
    "Llama 4 Scout": Run(17e9, 40e12, 5.0e6, ("meta2025llama4card",) * 3),
    "Llama 4 Maverick": Run(17e9, 22e12, 2.38e6, ("meta2025llama4card",) * 3),
    "Olmo 3 7B": Run(7e9, 5.9e12, 234e3, ("olmo2025olmo3",) * 2 + ("bradbury2025olmo3",)),
    "SmolLM3": Run(3e9, 11.2e12, 220e3, ("huggingface2025smollm3",) * 2 + ("tokens2025smollm3",)),
    "gpt-oss-120b": Run(5.1e9, None, 2.1e6, ("openai2025gptoss",) * 3),
    "Kimi K2": Run(32e9, 15.5e12, None, ("kimi2025k2",) * 3),
    "Qwen3-235B": Run(22e9, 36e12, None, ("qwen2025qwen3",) * 3),
}


def complete(runs: Mapping[str, Run]) -> dict[str, Run]:
    """Those whose tokens and hours are both published."""
    return {name: run for name, run in runs.items() if run.share is not None}


def hours_at(flops: float, share: float, peak: float = H100_BF16) -> float:
    """Hours of one device for `flops` at this share of its `peak`."""
    return flops / (peak * share) / SECONDS_PER_HOUR


def foretold(runs: Mapping[str, Run], name: str) -> tuple[float, float, float]:
    """Hours of the run `name`, told from its operations and the other complete runs' shares.

    The least, those at the geometric mean of the shares, and the most.
    """
    shares = [_known(run.share) for other, run in complete(runs).items() if other != name]
    mean = float(np.exp(np.mean(np.log(shares))))
    flops = _known(runs[name].flops)
    low, middle, high = (hours_at(flops, share) for share in (max(shares), mean, min(shares)))
    return low, middle, high


def factors(less: Run, more: Run) -> tuple[float, float]:
    """Why `more` takes longer than `less`: by the factor of its operations, and of the share lost.

    Their product is the ratio of the hours.  Raises `ValueError` where a figure is not published.
    """
    operations = _known(more.flops) / _known(less.flops)
    return operations, _known(less.share) / _known(more.share)


def attention_flops(layers: int, heads: int, key: int, value: int, window: int) -> float:
    """Training operations of attention for one token of a `window`, which the 6 leave out.

    Scores take `key` numbers a head and sums `value`, two operations each, over the half of the
    window that a token sees on average; the backward pass costs twice the forward one.
    """
    return 3 * 2 * layers * heads * (key + value) * (window + 1) / 2


def draws(
    ranges: Mapping[str, tuple[float, float]], count: int, seed: int
) -> dict[str, NDArray[np.float64]]:
    """`count` values for each of `ranges`, uniform in the logarithm and independent."""
    rng = np.random.default_rng(seed)
    drawn = {}
    for name, (low, high) in ranges.items():
        drawn[name] = np.exp(rng.uniform(np.log(low), np.log(high), count))
    return drawn


def maker_bill(
    hours: float,
    rent: ArrayLike,
    share: ArrayLike,
    people: ArrayLike,
    salary: ArrayLike,
    years: ArrayLike,
) -> NDArray[np.float64]:
    """Dollars that a model cost its maker: all compute of the project, and the staff.

    The final run of `hours` device-hours at `rent` dollars is the `share` of all that was computed
    for it; `people` earned `salary` dollars a year for so many `years`.
    """
    compute = hours * np.asarray(rent, float) / np.asarray(share, float)
    return compute + np.asarray(people, float) * np.asarray(salary, float) * np.asarray(
        years, float
    )


def _known(value: float | None) -> float:
    if value is None:
        raise ValueError("this figure of the run is not published")
    return value
