"""Checks `faulty_if_approved` by Bayes' rule and `reviewers_needed` by counting."""

import math

import numpy as np

from struggle.compare import Mistake, close, explain, number, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for count in (1, 3, 2, 0):
        with cases:
            _share(submission, rng, count)
    for kind in ("some", "some", "none", "never"):
        with cases:
            _needed(submission, rng, kind)
    return cases.verdict("Each approval multiplies the odds, and only a good eye makes them fall.")


def _share(submission, rng, count):
    base = rng.uniform(0.1, 0.4)
    hits = rng.uniform(0.55, 0.9, count).tolist()
    alarms = rng.uniform(0.1, 0.4, count).tolist()
    inputs = (base, hits, alarms)
    got = number(submission.call("faulty_if_approved", *inputs), "faulty_if_approved")
    if not close(got, _posterior(*inputs), TOLERANCE):
        case = (
            f"base {short(base)}, hits {short(np.array(hits))}, alarms {short(np.array(alarms))}; "
            f"you returned {short(got)}"
        )
        raise explain(got, SHARES, inputs, case, TOLERANCE)


def _needed(submission, rng, kind):
    inputs = _drawn(rng, kind)
    value = submission.call("reviewers_needed", *inputs)
    got = float(table(value, "reviewers_needed", ())[()])
    want = _count(*inputs)
    if got != want and (math.isinf(want) or not close(got, want, TOLERANCE)):
        names = ("base", "hit", "alarm", "target")
        case = ", ".join(f"{n} {short(v)}" for n, v in zip(names, inputs, strict=True))
        raise _cause(got, want, inputs).failure(f"{case}; you returned {short(np.float64(got))}")


def _drawn(rng, kind):
    """Inputs for `reviewers_needed` on which no mistake gives the right number."""
    while True:
        base, alarm = rng.uniform(0.3, 0.6), rng.uniform(0.1, 0.4)
        hit = alarm + rng.uniform(0.1, 0.4)
        target = base * rng.uniform(0.02, 0.1)
        if kind == "never":
            hit, alarm = alarm, hit
        if kind == "none":
            target = base + rng.uniform(0.05, 0.2)
        inputs = (base, hit, alarm, target)
        want = _count(*inputs)
        exact = math.log(_odds(target) / _odds(base)) / math.log((1 - hit) / (1 - alarm))
        if kind != "some" or (want < 60 and 0.05 < exact % 1 < 0.95 and _miss_only(*inputs) < want):
            return inputs


def _posterior(base, hits, alarms):
    bad = base * math.prod(1 - h for h in hits)
    good = (1 - base) * math.prod(1 - a for a in alarms)
    return bad / (bad + good)


def _odds(share):
    return share / (1 - share)


def _count(base, hit, alarm, target):
    if base <= target:
        return 0
    if hit <= alarm:
        return math.inf
    count = 0
    while _posterior(base, [hit] * count, [alarm] * count) > target:
        count += 1
    return count


def _miss_only(base, hit, alarm, target):
    return _count(base, hit, 0, target)


def _cause(got, want, inputs):
    if want == math.inf:
        return NEVER
    if want == 0:
        return NOBODY
    if got in (want - 1, want + 1) or abs(got - want) < 1:
        return ROUNDED
    return NO_ALARMS if got == _miss_only(*inputs) else NEEDED


SHARES = [
    Mistake(
        "no-share",
        "This is the probability to be faulty *and* approved, among all patches that came in.",
        "Divide by the share of all patches that are approved, sound ones included.",
        lambda base, hits, alarms: [base * math.prod(1 - h for h in hits)],
    ),
    Mistake(
        "caught",
        "This counts the faulty patches that are found; the question is about those that slip through.",
        "Let a faulty patch be approved with one minus the hit rate.",
        lambda base, hits, alarms: [
            _posterior(base, [1 - h for h in hits], alarms),
            _posterior(base, [1 - h for h in hits], [1 - a for a in alarms]),
        ],
    ),
    Mistake(
        "no-alarms",
        "All sound patches were taken as approved, though some are rejected.",
        "Multiply the sound pile by one minus each rate of false alarms.",
        lambda base, hits, alarms: [_posterior(base, hits, [])],
    ),
    Mistake(
        "sound-share",
        "This is the probability that an approved patch is sound.",
        "Put the faulty pile over the sum of both.",
        lambda base, hits, alarms: [1 - _posterior(base, hits, alarms)],
    ),
    Mistake(
        "odds",
        "These are the odds, faulty against sound.",
        "Turn odds into a share: odds over one plus odds.",
        lambda base, hits, alarms: [_odds(_posterior(base, hits, alarms))],
    ),
    Mistake(
        "one-reviewer",
        "Only one of the reviewers counts, or an average of them.",
        "Multiply each pile by every reviewer's own rate.",
        lambda base, hits, alarms: [
            _posterior(base, hits[:1], alarms[:1]),
            _posterior(base, hits[-1:], alarms[-1:]),
            *([_posterior(base, [np.mean(hits)], [np.mean(alarms)])] if hits else []),
            *(
                [_posterior(base, [np.mean(hits)] * len(hits), [np.mean(alarms)] * len(hits))]
                if hits
                else []
            ),
        ],
    ),
    Mistake(
        "share",
        "`faulty_if_approved` is not the faulty part of what all reviewers approve.",
        "Follow a thousand patches past the reviewers, in two piles.",
    ),
]
NEVER = Mistake(
    "never",
    "This reviewer rejects sound patches as readily as faulty ones, so approvals never lower the share.",
    "Return math.inf where the hit rate is not above the rate of false alarms.",
)
NOBODY = Mistake(
    "nobody",
    "The share is within the target before anybody looks.",
    "Return 0 where the base is not above the target.",
)
ROUNDED = Mistake(
    "rounded",
    "The number is one off, or no whole number.",
    "Return the first whole number after whose approvals the share is at most the target.",
)
NO_ALARMS = Mistake(
    "needed-no-alarms",
    "`reviewers_needed` takes all sound patches as approved.",
    "Each reviewer takes away from both piles.",
)
NEEDED = Mistake(
    "needed",
    "`reviewers_needed` is not the smallest number that reaches the target.",
    "Put your number, and one less, into `faulty_if_approved`.",
)
