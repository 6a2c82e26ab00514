"""Answers to dpo-loss: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    gained = policy_chosen - reference_chosen
    lost = policy_rejected - reference_rejected
    return np.logaddexp(0, -beta * (gained - lost)).mean()


@right("plain Python, split at a margin of zero")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    total = 0.0
    pairs = np.transpose([policy_chosen, policy_rejected, reference_chosen, reference_rejected])
    for a, b, c, d in pairs.tolist():
        margin = beta * (a - b - (c - d))
        total += math.log1p(math.exp(-abs(margin))) + max(-margin, 0.0)
    return total / len(pairs)


@right("minus the log of a softmax over the two answers")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    policy, start = [policy_chosen, policy_rejected], [reference_chosen, reference_rejected]
    rewards = beta * (np.array(policy) - np.array(start))
    shifted = rewards - rewards.max(axis=0)
    return -(shifted[0] - np.log(np.exp(shifted).sum(axis=0))).mean()


@wrong("overflow")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    margin = beta * ((policy_chosen - reference_chosen) - (policy_rejected - reference_rejected))
    return -np.log(1 / (1 + np.exp(-margin))).mean()


@wrong("overflow")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    margin = beta * ((policy_chosen - reference_chosen) - (policy_rejected - reference_rejected))
    return -np.log(1 / (1 + np.exp(-margin)) + 1e-12).mean()


@wrong("no-reference")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    return np.logaddexp(0, -beta * (policy_chosen - policy_rejected)).mean()


@wrong("sign")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    margin = beta * ((policy_chosen - reference_chosen) - (policy_rejected - reference_rejected))
    return np.logaddexp(0, margin).mean()


@wrong("minus")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    margin = beta * ((policy_chosen - reference_chosen) - (policy_rejected - reference_rejected))
    return -np.logaddexp(0, -margin).mean()


@wrong("no-beta")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    margin = (policy_chosen - reference_chosen) - (policy_rejected - reference_rejected)
    return np.logaddexp(0, -margin).mean()


@wrong("beta")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    margin = (policy_chosen - reference_chosen) - (policy_rejected - reference_rejected)
    return beta * np.logaddexp(0, -margin).mean()


@wrong("sum")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    margin = beta * ((policy_chosen - reference_chosen) - (policy_rejected - reference_rejected))
    return np.logaddexp(0, -margin).sum()


@wrong("mean-first")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    margin = beta * ((policy_chosen - reference_chosen) - (policy_rejected - reference_rejected))
    return np.logaddexp(0, -margin.mean())


@wrong("value")
def dpo_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    margin = (policy_chosen - reference_chosen) - (policy_rejected - reference_rejected)
    return np.maximum(0, 1 - beta * margin).mean()
