"""Checks `faulty_if_approved` by Bayes' rule and `reviewers_needed` by counting."""

import math

import numpy as np

from struggle.compare import Mistake, close, explain, number, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for count, poor in ((1, False), (3, False), (2, False), (0, False), (2, True)):
        with cases:
            _share(submission, rng, count, poor)
    for kind in ("some", "rare", "many", "none", "edge", "none-poor", "never", "same"):
        with cases:
            _needed(submission, rng, kind)
    return cases.verdict("Each approval multiplies the odds, and only a good eye makes them fall.")


def _share(submission, rng, count, poor):
    """Some patches and `count` reviewers; `poor` ones reject sound patches most."""
    base = rng.uniform(0.6, 0.9) if poor else rng.uniform(0.1, 0.4)
    hits = rng.uniform(0.55, 0.9, count).tolist()
    alarms = rng.uniform(0.1, 0.4, count).tolist()
    if poor:
        hits, alarms = alarms, hits
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
    """Inputs for `reviewers_needed`; on "some" no mistake comes near the right number."""
    while True:
        base, alarm = rng.uniform(0.3, 0.6), rng.uniform(0.1, 0.4)
        hit = alarm + rng.uniform(0.1, 0.4)
        target = base * rng.uniform(0.02, 0.1)
        if kind == "some":
            base, hit = rng.uniform(0.6, 0.9), alarm + rng.uniform(0.05, 0.2)
            target = rng.uniform(0.2, 0.4)
        if kind == "many":
            steps = rng.integers(1500, 2500) + 0.25
            hit = 1 - (1 - alarm) * (_odds(target) / _odds(base)) ** (1 / steps)
        if kind.startswith("none"):
            target = base + rng.uniform(0.05, 0.2)
        if kind == "edge":
            base = target = 0.5  # whose odds are exact
        if kind in ("none-poor", "never"):
            hit, alarm = alarm, hit
        if kind == "same":
            hit = alarm
        inputs = (base, hit, alarm, target)
        if kind not in ("some", "rare") or _shows(*inputs, 2 if kind == "some" else 0):
            return inputs


def _shows(base, hit, alarm, target, apart):
    """Whether rounding to the nearest is too few, and each mistake differs by `apart`."""
    inputs = (base, hit, alarm, target)
    want = _count(*inputs)
    exact = math.log(_odds(target) / _odds(base)) / math.log((1 - hit) / (1 - alarm))
    few, mixed = _miss_only(*inputs), _mixed(*inputs)
    far = all(abs(each - want) >= apart for each in (few, *mixed)) and few not in (want, *mixed)
    return want < 60 and 0.05 < exact % 1 < 0.45 and far


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
    return _steps(_odds(base), (1 - hit) / (1 - alarm), _odds(target))


def _steps(start, factor, end):
    count = 0
    while start > end:
        start, count = start * factor, count + 1
    return count


def _mixed(base, hit, alarm, target):
    """What comes out where a share stands for odds: of the target, of both, of the base."""
    factor = (1 - hit) / (1 - alarm)
    ends = ((_odds(base), target), (base, target), (base, _odds(target)))
    return [_steps(start, factor, end) for start, end in ends]


def _miss_only(base, hit, alarm, target):
    return _count(base, hit, 0, target)


def _cause(got, want, inputs):
    if want == math.inf:
        return NEVER
    if want == 0:
        return NOBODY
    if math.isinf(got):
        return CAPPED
    if got in _mixed(*inputs):
        return MIXED
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
        "poor-ignored",
        "An approval by somebody who rejects mostly sound patches makes a fault likelier.",
        "Treat every reviewer alike, whichever of the two rates is higher.",
        lambda base, hits, alarms: [base] if alarms > hits else [],
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
CAPPED = Mistake(
    "capped",
    "You returned no finite number, and there is one, large as it may be.",
    "Count on for as long as each approval lowers the share at all.",
)
MIXED = Mistake(
    "mixed",
    "The factor belongs to odds, and a share was put in the place of the odds.",
    "Turn both the base and the target into odds first.",
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
