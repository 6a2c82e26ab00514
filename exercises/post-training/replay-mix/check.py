"""Checks `mixing_plan(total, phase, replay, domain)` against the count of tokens."""

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for _ in range(3):
        with cases:
            run = _run(rng)
            got = numbers(submission.call("mixing_plan", *run), "mixing_plan", (2,))
            if not close(got, _plan(*run), TOLERANCE):
                raise explain(got, MISTAKES, run, _case(run, got), TOLERANCE)
    return cases.verdict("Both runs read the same tokens; only their order differs.")


def _run(rng):
    """A run whose phase, replay and their complements are clearly apart."""
    total, phase = int(rng.integers(500_000, 5_000_000)), float(rng.uniform(0.1, 0.2))
    return total, phase, float(rng.uniform(0.25, 0.4)), int(rng.integers(50_000, 200_000))


def _case(run, got):
    names = ("total", "phase", "replay", "domain")
    given = ", ".join(f"{name} = {short(value)}" for name, value in zip(names, run, strict=True))
    return f"{given}; you returned {short(got)}"


def _plan(total, phase, replay, domain):
    share = phase * (1 - replay)
    return total * share / domain, share


MISTAKES = [
    Mistake(
        "order",
        "These are the right numbers in the other order.",
        "Return the passes over the domain text first, then the control's share.",
        lambda *run: [_plan(*run)[::-1]],
    ),
    Mistake(
        "no-replay",
        "The replayed text is counted as domain text.",
        "Take the replayed share of the phase away first.",
        lambda total, phase, replay, domain: [_plan(total, phase, 0, domain)],
    ),
    Mistake(
        "complement",
        "The share that is replayed and the share that is left have changed places.",
        "The domain gets what replay leaves: one minus replay.",
        lambda total, phase, replay, domain: [_plan(total, phase, 1 - replay, domain)],
    ),
    Mistake(
        "of-the-phase",
        "The passes are right; the share is that of the last phase, not of the whole run.",
        "The control mixes from the beginning: divide by all tokens of the run.",
        lambda total, phase, replay, domain: [(_plan(total, phase, replay, domain)[0], 1 - replay)],
    ),
    Mistake(
        "whole-run",
        "The phase is left out, as if the whole run were mid-training.",
        "Only the share `phase` of the tokens belongs to it.",
        lambda total, phase, replay, domain: [_plan(total, 1, replay, domain)],
    ),
    Mistake(
        "tokens",
        "The share is right; the first number counts tokens and not passes.",
        "Divide by the size of the domain text.",
        lambda total, phase, replay, domain: [_wide(total, phase, replay)],
    ),
    Mistake(
        "value",
        "These are not the passes and the share that make both runs read the same tokens.",
        "Count the domain tokens of the phase first, then divide twice.",
    ),
]


def _wide(total, phase, replay):
    share = phase * (1 - replay)
    return total * share, share
