"""How far more RL carries: long runs, and curves that must foretell a run's end from its beginning."""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import curve_fit

from lab.accounting import decode_flops, training_flops
from lab.models import load_model
from lab.results import Experiment
from lab.rlvr import CONFIG, SETTINGS, answers, examination, graded, reinforce
from lab.transformer import Transformer

# Half the rate of the RLVR page, so that the curve has a foot; and some time after it has bent.
SLOW = replace(SETTINGS, lr=1e-4)
STEPS = 64
SHARES = (1 / 8, 1 / 4, 1 / 2)  # of a run's steps that the curves may see
SEEDS = (0, 1, 2)
LAST = 5  # steps whose mean reward stands for a run's present state

Values = NDArray[np.float64]


class Sigmoid(NamedTuple):
    """Reward against steps, S-shaped in the logarithm of the steps (Khatri et al. 2025, equation 1).

    From `start` it climbs to `ceiling`, is half-way there at step `middle`, and `steepness` says over
    how many doublings it climbs.
    """

    start: float
    ceiling: float
    middle: float
    steepness: float

    def reward(self, steps: ArrayLike) -> Values:
        """Mean reward at each of `steps`, in the shape of `steps`."""
        late = (self.middle / np.asarray(steps, float)) ** self.steepness
        return self.start + (self.ceiling - self.start) / (1 + late)


def fit_sigmoid(steps: Values, rewards: Values, start: float) -> Sigmoid:
    """The `Sigmoid` from `start` nearest to `rewards` (steps,), with a ceiling of at most 1."""

    def curve(x: Values, ceiling: float, log_middle: float, steepness: float) -> Values:
        return Sigmoid(start, ceiling, math.exp(log_middle), steepness).reward(x)

    # The middle may lie well beyond what was seen, and where it is sought first can decide.
    last = math.log(steps[-1])
    bounds = ([start, 0, 0.3], [1, last + math.log(16), 8])
    found = [
        curve_fit(curve, steps, rewards, p0=((start + 1) / 2, guess, 2), bounds=bounds)[0]
        for guess in (last / 2, last, last + 1)
    ]
    ceiling, log_middle, steepness = min(found, key=lambda p: _error(curve(steps, *p), rewards))
    return Sigmoid(start, float(ceiling), math.exp(log_middle), float(steepness))


def _error(foretold: Values, rewards: Values) -> float:
    return float(np.sqrt(np.mean((foretold - rewards) ** 2)))


def forecasts(rewards: Values, start: float, seen: int) -> dict[str, Values]:
    """What three curves say of every step of `rewards` (steps,), knowing the first `seen` of them.

    `line` is straight in the logarithm of the steps and cut off where no rate can lie, `sigmoid` is a
    `Sigmoid` from `start`, `constant` stays where the run last was.
    """
    steps = np.arange(1, len(rewards) + 1, dtype=float)
    slope, height = np.polyfit(np.log(steps[:seen]), rewards[:seen], 1)
    return {
        "line": np.clip(height + slope * np.log(steps), 0, 1),
        "sigmoid": fit_sigmoid(steps[:seen], rewards[:seen], start).reward(steps),
        "constant": np.full(len(steps), rewards[max(seen - LAST, 0) : seen].mean()),
    }


def misses(rewards: Values, start: float, seen: int, stop: int | None = None) -> dict[str, float]:
    """Root mean square error of each of `forecasts` between steps `seen` and `stop`, or the end."""
    told = forecasts(rewards, start, seen)
    return {name: _error(curve[seen:stop], rewards[seen:stop]) for name, curve in told.items()}


def step_flops(length: ArrayLike, informative: ArrayLike) -> Values:
    """FLOPs of a step whose responses have the mean `length`.

    Each token is drawn with a KV cache; then prompt and response are learned from, in the share of
    groups that is `informative`, since those that agree have no gradient.
    """
    prompt = len(examination()[0].prompt)
    attempts = SETTINGS.prompts * SETTINGS.group
    tokens = prompt + np.asarray(length, float)
    drawing = attempts * np.asarray(length) * decode_flops(CONFIG, round(float(np.mean(tokens))))
    reading = training_flops(CONFIG, round(float(np.mean(tokens))), tokens=attempts) * tokens
    return np.asarray(drawing + reading * np.asarray(informative))


@dataclass(frozen=True)
class Practised:
    """One step of a long run: means over its practice, and held-out pass@1 where it was examined."""

    seed: int
    step: int
    reward: float
    length: float
    informative: float
    pass_at_1: float


def held_out_rate(policy: Transformer, n: int) -> float:
    """Pass@1 of `policy` on the held-out problems, from `n` answers to each."""
    exam = examination()
    return float(graded(exam, answers(policy, exam, n)).mean())


def practise(seed: int) -> list[Practised]:
    """RL on a stored base model, examined before the first step and after 1, 2, 4, 8, ... steps."""
    run = reinforce(load_model(f"rlvr-base-{seed}"), seed, settings=SLOW)
    unknown = float("nan")
    before = held_out_rate(run.policy, n=32)
    rows = [Practised(seed, 0, unknown, unknown, unknown, before)]
    for step in range(1, STEPS + 1):
        run.advance(step)
        last = run.history[-1]
        rate = held_out_rate(run.policy, n=8) if step.bit_count() == 1 else unknown
        rows.append(Practised(seed, step, last.reward, last.length, last.informative, rate))
    return rows


EXPERIMENTS = [
    Experiment(
        "rl-scaling",
        practise,
        [{"seed": seed} for seed in SEEDS],
        "RL at half the rate of the RLVR page, from its base models, step by step.",
    )
]
