"""Answers to approval-worth: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def faulty_if_approved(base, hits, alarms):
    faulty = base * math.prod(1 - hit for hit in hits)
    sound = (1 - base) * math.prod(1 - alarm for alarm in alarms)
    return faulty / (faulty + sound)


@reference
def reviewers_needed(base, hit, alarm, target):
    if base > target and hit <= alarm:
        return math.inf
    odds, count = base / (1 - base), 0
    while odds > target / (1 - target):
        odds *= (1 - hit) / (1 - alarm)
        count += 1
    return count


@right("one reviewer after another, each starting from what the last one left")
def faulty_if_approved(base, hits, alarms):
    for hit, alarm in zip(hits, alarms, strict=True):
        slipped = base * (1 - hit)
        base = slipped / (slipped + (1 - base) * (1 - alarm))
    return base


@right("logarithms of odds")
def faulty_if_approved(base, hits, alarms):
    logit = (
        np.log(base / (1 - base))
        + np.log1p(-np.array(hits)).sum()
        - np.log1p(-np.array(alarms)).sum()
    )
    return 1 / (1 + np.exp(-logit))


@right("a logarithm in place of the loop")
def reviewers_needed(base, hit, alarm, target):
    if base <= target:
        return 0
    factor = (1 - hit) / (1 - alarm)
    if factor >= 1:
        return float("inf")
    wanted = target / (1 - target) / (base / (1 - base))
    return math.ceil(math.log(wanted) / math.log(factor))


def counted(base, hit, alarm, target):
    faulty, sound, count = base, 1 - base, 0
    while faulty / (faulty + sound) > target:
        faulty, sound, count = faulty * (1 - hit), sound * (1 - alarm), count + 1
        if count > 10_000:
            return math.inf
    return count


@wrong("no-share")
def faulty_if_approved(base, hits, alarms):
    return base * math.prod(1 - hit for hit in hits)


@wrong("caught")
def faulty_if_approved(base, hits, alarms):
    faulty = base * math.prod(hits)
    sound = (1 - base) * math.prod(1 - alarm for alarm in alarms)
    return faulty / (faulty + sound)


@wrong("no-alarms")
def faulty_if_approved(base, hits, alarms):
    faulty = base * math.prod(1 - hit for hit in hits)
    return faulty / (faulty + 1 - base)


@wrong("sound-share")
def faulty_if_approved(base, hits, alarms):
    faulty = base * math.prod(1 - hit for hit in hits)
    sound = (1 - base) * math.prod(1 - alarm for alarm in alarms)
    return sound / (faulty + sound)


@wrong("odds")
def faulty_if_approved(base, hits, alarms):
    faulty = base * math.prod(1 - hit for hit in hits)
    return faulty / ((1 - base) * math.prod(1 - alarm for alarm in alarms))


@wrong("one-reviewer")
def faulty_if_approved(base, hits, alarms):
    if not hits:
        return base
    faulty, sound = base * (1 - hits[0]), (1 - base) * (1 - alarms[0])
    return faulty / (faulty + sound)


@wrong("one-reviewer")
def faulty_if_approved(base, hits, alarms):
    n = len(hits)
    if n == 0:
        return base
    faulty = base * (1 - np.mean(hits)) ** n
    return faulty / (faulty + (1 - base) * (1 - np.mean(alarms)) ** n)


@wrong("never")
def reviewers_needed(base, hit, alarm, target):
    if base <= target:
        return 0
    factor = (1 - hit) / (1 - alarm)
    return math.ceil(math.log(target / (1 - target) / (base / (1 - base))) / math.log(factor))


@wrong("nobody")
def reviewers_needed(base, hit, alarm, target):
    return max(1, counted(base, hit, alarm, target))


@wrong("rounded")
def reviewers_needed(base, hit, alarm, target):
    if base <= target or hit <= alarm:
        return counted(base, hit, alarm, target)
    factor = (1 - hit) / (1 - alarm)
    return math.log(target / (1 - target) / (base / (1 - base))) / math.log(factor)


@wrong("needed-no-alarms")
def reviewers_needed(base, hit, alarm, target):
    if base > target and hit <= alarm:
        return math.inf
    return counted(base, hit, 0, target)


@wrong("needed")
def reviewers_needed(base, hit, alarm, target):
    found = counted(base, hit, alarm, target)
    return 2 * found + 3 if 0 < found < math.inf else found


@wrong("poor-ignored")
def faulty_if_approved(base, hits, alarms):
    faulty = base * math.prod(1 - hit for hit in hits)
    sound = (1 - base) * math.prod(1 - alarm for alarm in alarms)
    return min(base, faulty / (faulty + sound))


@wrong("nobody")
def reviewers_needed(base, hit, alarm, target):
    return math.inf if hit <= alarm else counted(base, hit, alarm, target)


@wrong("nobody")
def reviewers_needed(base, hit, alarm, target):
    found = counted(base, hit, alarm, target)
    return found if base < target else max(1, found)


@wrong("never")
def reviewers_needed(base, hit, alarm, target):
    return math.nan if hit == alarm else counted(base, hit, alarm, target)


@wrong("capped")
def reviewers_needed(base, hit, alarm, target):
    found = counted(base, hit, alarm, target)
    return found if found < 1000 else math.inf


@wrong("mixed")
def reviewers_needed(base, hit, alarm, target):
    if base > target and hit <= alarm:
        return math.inf
    odds, count = base / (1 - base), 0
    while base > target and odds > target:
        odds, count = odds * (1 - hit) / (1 - alarm), count + 1
    return count


@wrong("mixed")
def reviewers_needed(base, hit, alarm, target):
    if base > target and hit <= alarm:
        return math.inf
    count = 0
    while base * ((1 - hit) / (1 - alarm)) ** count > target:
        count += 1
    return count


@wrong("rounded")
def reviewers_needed(base, hit, alarm, target):
    if base <= target or hit <= alarm:
        return counted(base, hit, alarm, target)
    factor = (1 - hit) / (1 - alarm)
    return round(math.log(target / (1 - target) / (base / (1 - base))) / math.log(factor))
