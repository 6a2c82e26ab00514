"""METR's trial of early 2025 (Becker et al. 2025), from the rows that its authors published."""

import math

import numpy as np

from lab.results import load
from lab.trial import Array, Estimate, Trial, regress


def metr_trial(coded: int = 1) -> Trial:
    """The 246 tasks, with their authors' rule for what is missing.

    The time is that of the first implementation and of what review asked for.  Where the second was
    not recorded, it is the mean of the tasks under the same lot (their section 2.3).  `coded` is
    the number that stands for "AI allowed": 1 in the authors' program, 0 in their description.
    """
    rows = load("metr-tasks")
    ai = np.array([row["ai"] == coded for row in rows], float)
    review = np.array([math.nan if row["review"] == "" else row["review"] for row in rows], float)
    for lot in (0, 1):
        missing = (ai == lot) & np.isnan(review)
        review[missing] = np.nanmean(review[ai == lot])
    first = np.array([row["first"] for row in rows], float)
    developer = np.array([row["developer"] for row in rows])
    return Trial(developer, ai, _forecasts("forecast"), first + review)


def hoped_savings() -> Array:
    """Log ratio of each task's two forecasts, without AI and with it: what was hoped of AI."""
    return np.log(_forecasts("forecast") / _forecasts("forecast_ai"))


def foresight(trial: Trial, hoped: Array, blocks: bool = True) -> Estimate:
    """By how much the effect changes for each unit of `hoped` (tasks,) log saving.

    It is -1 for developers who know where AI helps and how much, and 0 for those who do not.
    """
    centred = hoped - hoped.mean()
    columns = [trial.ai * centred, trial.ai, np.log(trial.forecast), centred]
    y = np.log(trial.minutes)
    return regress(columns, y, trial.developer, blocks=blocks, errors="clustered")


def _forecasts(name: str) -> Array:
    return np.array([row[name] for row in load("metr-tasks")], float)
