"""Answers to replay-mix: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

from fractions import Fraction

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def mixing_plan(total, phase, replay, domain):
    read = total * phase * (1 - replay)
    return read / domain, read / total


@right("subtract what is replayed")
def mixing_plan(total, phase, replay, domain):
    last = phase * total
    tokens = last - replay * last
    return np.array([tokens / domain, tokens / total])


@right("with fractions")
def mixing_plan(total, phase, replay, domain):
    share = Fraction(phase) * (1 - Fraction(replay))
    return float(share * total / domain), float(share)


@wrong("order")
def mixing_plan(total, phase, replay, domain):
    share = phase * (1 - replay)
    return share, total * share / domain


@wrong("no-replay")
def mixing_plan(total, phase, replay, domain):
    return total * phase / domain, phase


@wrong("complement")
def mixing_plan(total, phase, replay, domain):
    return total * phase * replay / domain, phase * replay


@wrong("of-the-phase")
def mixing_plan(total, phase, replay, domain):
    return total * phase * (1 - replay) / domain, 1 - replay


@wrong("whole-run")
def mixing_plan(total, phase, replay, domain):
    return total * (1 - replay) / domain, 1 - replay


@wrong("tokens")
def mixing_plan(total, phase, replay, domain):
    return total * phase * (1 - replay), phase * (1 - replay)


@wrong("value")
def mixing_plan(total, phase, replay, domain):
    return np.ceil(total * phase * (1 - replay) / domain), phase * (1 - replay)
