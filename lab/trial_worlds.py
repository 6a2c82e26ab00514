"""Trials that might have been: a world with a known effect, and what a trial in it finds.

Noise, slope and spread of the times are those of METR's trial (`lab.metr`).  Whatever that trial
cannot tell, such as how much AI's effect differs from task to task, is an assumption.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import nct, norm, t

from lab.results import Experiment
from lab.trial import Estimate, Trial, bootstrap, each_developer, estimate, random_effects

SLOWER = math.log(1.19)
DEVELOPERS, TASKS = 16, 16  # METR had 246 tasks by sixteen people
TYPICAL = math.log(90)  # minutes


@dataclass(frozen=True)
class World:
    """How long tasks take and what AI does to them, in log ratios and their standard deviations.

    `effect` is the mean over all tasks that developers have.  It varies by developer and by task;
    `foresight` is the correlation of a task's saving with what its developer hopes, and the share
    `withheld` of the tasks with the highest hopes is kept from the lot.  The first task with AI costs
    `beginner` more, which fades by a factor of e in `pace` of them.
    """

    effect: float = SLOWER
    by_developer: float = 0.0
    by_task: float = 0.0
    foresight: float = 0.0
    withheld: float = 0.0
    beginner: float = 0.0
    pace: float = 5.0
    developers: int = DEVELOPERS
    tasks: int = TASKS
    noise: float = 0.59
    slope: float = 1.0
    level: float = 0.23  # between developers
    size: float = 0.7  # of the log forecast, between tasks

    def trial(self, rng: np.random.Generator) -> Trial:
        """One trial, in which half of each developer's tasks are done with AI."""
        shape = (self.developers, self.tasks)
        hope = norm.ppf((1 - self.withheld) * rng.random(shape))
        saving = self.foresight * hope
        saving += math.sqrt(1 - self.foresight**2) * rng.standard_normal(shape)
        own = self.by_developer * rng.standard_normal((self.developers, 1))
        ai = rng.permuted(np.tile(np.arange(self.tasks) % 2, (self.developers, 1)), axis=1)
        before = ai.cumsum(1) - ai
        effect = self.effect + own - self.by_task * saving
        effect += self.beginner * np.exp(-before / self.pace)
        size = self.size * rng.standard_normal(shape)
        level = self.level * rng.standard_normal((self.developers, 1))
        noise = self.noise * rng.standard_normal(shape)
        minutes = np.exp(TYPICAL + level + self.slope * size + ai * effect + noise)
        developer = np.repeat(np.arange(self.developers), self.tasks)
        forecast = np.exp(TYPICAL + size)
        return Trial(developer, ai.ravel().astype(float), forecast.ravel(), minutes.ravel())

    def bias(self) -> float:
        """By how much the withheld tasks raise the effect of the others: a cut-off normal's mean."""
        kept = 1 - self.withheld
        return self.by_task * self.foresight * float(norm.pdf(norm.ppf(kept))) / kept

    def error(self) -> float:
        """Standard deviation of the estimate over trials, for effects that nobody withholds."""
        noise2 = 4 * self.noise**2 + 2 * self.by_task**2
        return math.sqrt((self.by_developer**2 + noise2 / self.tasks) / self.developers)

    def power(self) -> float:
        """The chance that Student's interval of 95 % lies on the effect's side of zero."""
        freedom = self.developers - 1
        return float(nct.sf(t.ppf(0.975, freedom), freedom, abs(self.effect) / self.error()))


def estimates(world: World, trials: int, seed: int) -> list[Estimate]:
    """What `trials` trials find, with a level for each developer and errors clustered by them."""
    rng = np.random.default_rng(seed)
    return [estimate(world.trial(rng), blocks=True, errors="clustered") for _ in range(trials)]


def intervals(trial: Trial, seed: int) -> dict[str, tuple[float, float]]:
    """Six intervals of 95 % for the effect, as log ratios."""
    clustered = estimate(trial, blocks=True, errors="clustered")
    drawn = np.percentile(bootstrap(trial, 300, seed, blocks=True), [2.5, 97.5])
    who, effects, errors = each_developer(trial)
    return {
        "METR's regression": estimate(trial).logs(),
        "levels": estimate(trial, blocks=True).logs(),
        "levels, errors by developer": clustered.logs(),
        "levels, errors by developer, t": clustered.logs(freedom=len(who) - 1),
        "bootstrap of developers": (float(drawn[0]), float(drawn[1])),
        "random effects, t": random_effects(effects, errors)[0].logs(freedom=len(who) - 1),
    }


@dataclass(frozen=True)
class Coverage:
    """How often an interval of 95 % holds the true effect, and its mean width (log ratio)."""

    seed: int
    by_developer: float
    interval: str
    covered: float
    width: float


def cover(by_developer: float, seed: int, trials: int = 500) -> list[Coverage]:
    """Coverage of the six intervals over `trials` trials."""
    world, rng = World(by_developer=by_developer), np.random.default_rng(seed)
    found = [intervals(world.trial(rng), draw) for draw in range(trials)]
    rows = []
    for name in found[0]:
        low, high = np.array([each[name] for each in found]).T
        covered = float(((low <= world.effect) & (world.effect <= high)).mean())
        rows.append(Coverage(seed, by_developer, name, covered, float((high - low).mean())))
    return rows


@dataclass(frozen=True)
class Power:
    """How many of the trials of one design find that AI slows, where it slows by 19 %."""

    seed: int
    by_developer: float
    developers: int
    tasks: int
    detected: float


def detect(
    designs: Sequence[tuple[int, int]], by_developer: float, seed: int, trials: int = 300
) -> list[Power]:
    """Trials of each of `designs` (developers, tasks each), judged with Student's t."""
    rows = []
    for developers, tasks in designs:
        world = World(by_developer=by_developer, developers=developers, tasks=tasks)
        lows = [e.logs(freedom=developers - 1)[0] for e in estimates(world, trials, seed)]
        detected = np.mean(np.array(lows) > 0)
        rows.append(Power(seed, by_developer, developers, tasks, float(detected)))
    return rows


SEEDS = tuple(range(6))
SPREADS = (0.0, 0.25, 0.5)
DESIGNS = tuple((developers, tasks) for developers in (8, 16, 64) for tasks in (8, 16, 32, 64))

EXPERIMENTS = (
    Experiment(
        name="trial-coverage",
        about="How often six intervals of 95 % hold the true effect: six times 500 simulated trials "
        "of sixteen developers for each spread of the effect between them.",
        run=cover,
        runs=[{"by_developer": spread, "seed": seed} for spread in SPREADS for seed in SEEDS],
    ),
    Experiment(
        name="trial-power",
        about="How often a trial finds that AI slows by 19 %: six times 300 simulated trials of each "
        "design, without and with a spread of the effect between developers.",
        run=detect,
        runs=[
            {"designs": DESIGNS, "by_developer": spread, "seed": seed}
            for spread in (0.0, 0.25)
            for seed in SEEDS
        ],
    ),
)
