"""Checks `least_seconds` and `knee` against the two times themselves."""

import math

import numpy as np

from struggle.compare import Mistake, close, explain, number, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for intensity in (0.2, 5.0):  # as a multiple of the ridge: one on each side
        with cases:
            _time(submission, rng, intensity)
    for cache in (0.0, rng.uniform(0.3, 0.7), rng.uniform(1.2, 3)):
        with cases:
            _knee(submission, rng, cache)
    return cases.verdict("The slower of the two workers decides, and a shared load has a knee.")


def _machine(rng):
    """A peak in FLOP/s and a bandwidth in bytes a second, with a ridge between 8 and 300."""
    bandwidth = rng.uniform(10, 3000) * 1e9
    return bandwidth * rng.uniform(8, 300), bandwidth


def _time(submission, rng, intensity):
    peak, bandwidth = _machine(rng)
    n_bytes = rng.uniform(1, 9) * 1e9
    flops = intensity * n_bytes * peak / bandwidth
    got = number(submission.call("least_seconds", flops, n_bytes, peak, bandwidth), "least_seconds")
    if not close(got, max(flops / peak, n_bytes / bandwidth), TOLERANCE):
        case = f"{short(flops)} FLOPs, {short(n_bytes)} bytes; {_shown(peak, bandwidth, got)}"
        raise explain(got, TIMES, (flops, n_bytes, peak, bandwidth), case, TOLERANCE)


def _knee(submission, rng, cache):
    """`cache` is the time to read a text's cache over the time of its arithmetic."""
    peak, bandwidth = _machine(rng)
    weights = rng.uniform(1, 20) * 1e9
    flops = weights * rng.uniform(0.5, 1)
    n_bytes = cache * flops / peak * bandwidth
    inputs = (weights, flops, n_bytes, peak, bandwidth)
    got = float(table(submission.call("knee", *inputs), "knee", ())[()])
    want = _catch_up(*inputs) if cache < 1 else math.inf
    if got != want and (math.isinf(want) or not close(got, want, TOLERANCE)):
        case = (
            f"{short(weights)} bytes of weights, {short(flops)} FLOPs and {short(n_bytes)} bytes "
        )
        case += f"a text; {_shown(peak, bandwidth, got)}"
        if want == math.inf:
            raise NEVER.failure(case)
        raise explain(got, KNEES, inputs, case, TOLERANCE)


def _catch_up(weights, flops, n_bytes, peak, bandwidth):
    return weights / bandwidth / (flops / peak - n_bytes / bandwidth)


def _shown(peak, bandwidth, got):
    return (
        f"peak {short(peak)}, bandwidth {short(bandwidth)}; you returned {short(np.float64(got))}"
    )


TIMES = [
    Mistake(
        "added",
        "You let arithmetic wait for memory; the two times are added.",
        "Both work at once, so the longer time is enough.",
        lambda f, b, p, w: [f / p + b / w],
    ),
    Mistake(
        "shorter",
        "This is the shorter of the two times, and then the other worker is not done.",
        "Wait for the slower one.",
        lambda f, b, p, w: [min(f / p, b / w)],
    ),
    Mistake(
        "crossed",
        "FLOPs are divided by the bandwidth, or bytes by the peak.",
        "Pair each amount with its own speed: FLOPs with the peak, bytes with the bandwidth.",
        lambda f, b, p, w: [max(f / w, b / p)],
    ),
    Mistake(
        "speed",
        "This is the attainable speed in FLOP/s.",
        "Divide the FLOPs by it, and you have the time.",
        lambda f, b, p, w: [min(p, w * f / b)],
    ),
    Mistake(
        "time",
        "This is not the least time for this work.",
        "Compute the time of each worker by hand for this case, and compare.",
    ),
]
NEVER = Mistake(
    "never",
    "Here each text takes longer to read than to calculate, so arithmetic never catches up.",
    "Return math.inf where another text costs memory at least as much time as arithmetic.",
)
KNEES = [
    Mistake(
        "cache-forgotten",
        "You count the weights and leave out the cache that each text brings.",
        "Subtract the time to read a text's cache from the time of its arithmetic.",
        lambda w, f, b, p, m: [w / m / (f / p)],
    ),
    Mistake(
        "cache-added",
        "You add the cache's time to the arithmetic's, but it delays memory.",
        "Both lines grow with the batch; what counts is the difference of their slopes.",
        lambda w, f, b, p, m: [w / m / (f / p + b / m)],
    ),
    Mistake(
        "ridge",
        "This is the ridge, an intensity in FLOPs a byte.",
        "Set the two times of a batch equal, and solve for the number of texts.",
        lambda w, f, b, p, m: [p / m],
    ),
    Mistake(
        "inverse",
        "This is one over the knee.",
        "Divide the time of the weights by the time gained with each text.",
        lambda w, f, b, p, m: [1 / _catch_up(w, f, b, p, m)],
    ),
    Mistake(
        "knee",
        "At this batch the two times differ.",
        "Put your answer into both times, arithmetic and memory, and see which is longer.",
    ),
]
