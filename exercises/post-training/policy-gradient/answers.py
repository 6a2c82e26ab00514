"""Answers to policy-gradient: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def softmax(logits):
    weights = np.exp(logits - logits.max())
    return weights / weights.sum()


@reference
def estimate(logits, action, reward, baseline):
    gradient = -softmax(logits)
    gradient[action] += 1
    return (reward - baseline) * gradient


@reference
def expectation(logits, rewards, baseline):
    actions = range(len(logits))
    return softmax(logits) @ [estimate(logits, a, rewards[a], baseline) for a in actions]


@reference
def variance(logits, rewards, baseline):
    mean = expectation(logits, rewards, baseline)
    actions = range(len(logits))
    far = [np.sum((estimate(logits, a, rewards[a], baseline) - mean) ** 2) for a in actions]
    return softmax(logits) @ far


@right("a matrix with a row for each action")
def expectation(logits, rewards, baseline):
    p = softmax(logits)
    scores = np.eye(len(p)) - p
    return (p * (rewards - baseline)) @ scores


@right("finite differences of log p")
def estimate(logits, action, reward, baseline):
    def log_p(logits):
        z = logits - logits[action]
        return -z.max() - np.log(np.sum(np.exp(z - z.max())))

    steps = 1e-5 * np.eye(len(logits))
    z = logits - logits.mean()
    slopes = [
        (8 * (log_p(z + s) - log_p(z - s)) - log_p(z + 2 * s) + log_p(z - 2 * s)) for s in steps
    ]
    return (reward - baseline) * np.array(slopes) / 12e-5


@right("the mean square less the square of the mean")
def variance(logits, rewards, baseline):
    p = softmax(logits)
    squares = (rewards - baseline) ** 2 * (1 - 2 * p + p @ p)
    return p @ squares - np.sum((p * (rewards - p @ rewards)) ** 2)


@wrong("others-forgotten")
def estimate(logits, action, reward, baseline):
    return (reward - baseline) * np.eye(len(logits))[action]


@wrong("sign")
def estimate(logits, action, reward, baseline):
    return (reward - baseline) * (softmax(logits) - np.eye(len(logits))[action])


@wrong("baseline-ignored")
def estimate(logits, action, reward, baseline):
    return reward * (np.eye(len(logits))[action] - softmax(logits))


@wrong("baseline-added")
def estimate(logits, action, reward, baseline):
    return reward * (np.eye(len(logits))[action] - softmax(logits)) - baseline


@wrong("no-logarithm")
def estimate(logits, action, reward, baseline):
    p = softmax(logits)
    return (reward - baseline) * p[action] * (np.eye(len(p))[action] - p)


@wrong("divided")
def estimate(logits, action, reward, baseline):
    p = softmax(logits)
    return (reward - baseline) * (np.eye(len(p))[action] - p) / p[action]


@wrong("no-softmax")
def estimate(logits, action, reward, baseline):
    return (reward - baseline) * (np.eye(len(logits))[action] - logits)


@wrong("estimate")
def estimate(logits, action, reward, baseline):
    return (reward - baseline) * np.log(softmax(logits))


@wrong("overflow")
def estimate(logits, action, reward, baseline):
    p = np.exp(logits) / np.exp(logits).sum()
    return (reward - baseline) * (np.eye(len(p))[action] - p)


@wrong("unweighted")
def expectation(logits, rewards, baseline):
    every = [estimate(logits, a, rewards[a], baseline) for a in range(len(logits))]
    return np.mean(every, axis=0)


@wrong("expectation")
def expectation(logits, rewards, baseline):
    p = softmax(logits)
    return p * (rewards - baseline)


@wrong("mean-kept")
def variance(logits, rewards, baseline):
    p = softmax(logits)
    scores = np.eye(len(p)) - p
    return p @ np.sum(((rewards - baseline)[:, None] * scores) ** 2, axis=1)


@wrong("variance-unweighted")
def variance(logits, rewards, baseline):
    mean = expectation(logits, rewards, baseline)
    every = [estimate(logits, a, rewards[a], baseline) for a in range(len(logits))]
    return np.mean(np.sum((every - mean) ** 2, axis=1))


@wrong("root")
def variance(logits, rewards, baseline):
    mean = expectation(logits, rewards, baseline)
    every = [estimate(logits, a, rewards[a], baseline) for a in range(len(logits))]
    return np.sqrt(softmax(logits) @ np.sum((every - mean) ** 2, axis=1))


@wrong("averaged")
def variance(logits, rewards, baseline):
    mean = expectation(logits, rewards, baseline)
    every = [estimate(logits, a, rewards[a], baseline) for a in range(len(logits))]
    return softmax(logits) @ np.mean((every - mean) ** 2, axis=1)


@wrong("variance")
def variance(logits, rewards, baseline):
    p = softmax(logits)
    return p @ (rewards - p @ rewards) ** 2
