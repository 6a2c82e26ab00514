"""Answers to saturating-curve: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def foretell(steps, rewards, start, later):
    middle, steepness = np.meshgrid(np.geomspace(steps[0], steps[-1], 100), np.linspace(1, 3, 41))
    shape = 1 / (1 + (middle[..., None] / steps) ** steepness[..., None])
    gain = shape @ (rewards - start) / (shape**2).sum(-1)
    error = ((start + gain[..., None] * shape - rewards) ** 2).sum(-1)
    best = np.unravel_index(error.argmin(), error.shape)
    return start + gain[best] / (1 + (middle[best] / later) ** steepness[best])


@right("scan the ceiling; the log-odds of what is gained are a straight line")
def foretell(steps, rewards, start, later):
    best = np.inf, 0.0
    x = np.log(steps)
    for ceiling in np.linspace(rewards.max() + 0.01, 1, 300):
        share = np.clip((rewards - start) / (ceiling - start), 0.01, 0.99)
        line = np.polyfit(x, np.log(share / (1 - share)), 1, w=share * (1 - share))
        curve = start + (ceiling - start) / (1 + np.exp(-np.polyval(line, x)))
        far = start + (ceiling - start) / (1 + np.exp(-np.polyval(line, np.log(later))))
        best = min(best, (((curve - rewards) ** 2).sum(), far))
    return best[1]


@right("damped Gauss-Newton")
def foretell(steps, rewards, start, later):
    x = np.log(steps)

    def curve(x, gain, centre, b):
        return start + gain / (1 + np.exp(b * (centre - x)))

    fitted, damping = np.array([rewards.max() - start, x.mean(), 2.0]), 1e-2
    error = np.inf
    for _ in range(200):
        base = curve(x, *fitted)
        nudges = np.eye(3) * 1e-6
        J = np.stack([(curve(x, *(fitted + d)) - base) / 1e-6 for d in nudges], axis=1)
        step = np.linalg.solve(
            J.T @ J + damping * np.diag(np.diag(J.T @ J)), J.T @ (rewards - base)
        )
        tried = ((curve(x, *(fitted + step)) - rewards) ** 2).sum()
        if tried < error:
            fitted, error, damping = fitted + step, tried, damping / 3
        else:
            damping *= 3
    return curve(np.log(later), *fitted)


@wrong("line")
def foretell(steps, rewards, start, later):
    return np.polyval(np.polyfit(np.log(steps), rewards, 1), np.log(later))


@wrong("one")
def foretell(steps, rewards, start, later):
    slope = rewards[-1] - rewards[-2]  # as if every step from now on brought as much
    return min(1.0, rewards[-1] + max(slope, 0.001) * (later - steps[-1]))


@wrong("no-logs")
def foretell(steps, rewards, start, later):
    return np.polyval(np.polyfit(steps, rewards, 1), later)


@wrong("ceiling-one")
def foretell(steps, rewards, start, later):
    share = np.clip((rewards - start) / (1 - start), 0.01, 0.99)
    line = np.polyfit(np.log(steps), np.log(share / (1 - share)), 1)
    return start + (1 - start) / (1 + np.exp(-np.polyval(line, np.log(later))))


@wrong("constant")
def foretell(steps, rewards, start, later):
    return rewards[-1]


@wrong("constant")
def foretell(steps, rewards, start, later):
    return rewards[-5:].mean()


@wrong("value")
def foretell(steps, rewards, start, later):
    return rewards.mean()


@wrong("shape")
def foretell(steps, rewards, start, later):
    return np.polyfit(np.log(steps), rewards, 2)
