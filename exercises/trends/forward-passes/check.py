"""Checks the FLOPs and seconds of both decoders, and their break-even in its four regimes."""

from struggle.compare import Mistake, close, explain, number, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for regime in REGIMES:
        for stage in (_autoregressive, _diffusion, _break_even):
            with cases:
                stage(submission, rng, *_machine(rng, *regime))
    return cases.verdict("Diffusion pays in arithmetic for what it saves in waiting.")


# Batch, and tokens of a whole batch, in multiples of the ridge: between the two parts of each pass.
REGIMES = [
    (0.01, 0.2),  # both wait for memory
    (0.05, 6.0),  # one at a time waits for memory, a whole text for arithmetic
    (0.4, 9.0),
    (2.5, 60.0),  # both wait for arithmetic
]


def _machine(rng, batches, tokens):
    """(parameters, length, batch, peak, bandwidth)"""
    batch = int(rng.integers(4, 9))
    length = max(2, round(tokens / batches * rng.uniform(0.9, 1.1)))
    bandwidth = rng.uniform(20, 3000) * 1e9
    return rng.uniform(0.1, 70) * 1e9, length, batch, batch / batches * bandwidth, bandwidth


def _autoregressive(submission, rng, *inputs):
    got = numbers(submission.call("autoregressive", *inputs), "autoregressive", (2,))
    _pair(got, _one_by_one(*inputs), inputs, AUTOREGRESSIVE, _case(*inputs))


def _diffusion(submission, rng, parameters, length, batch, *machine):
    steps = int(rng.integers(2, 5))  # so few that the first regime stays one
    inputs = (parameters, length, batch, steps, *machine)
    got = numbers(submission.call("diffusion", *inputs), "diffusion", (2,))
    case = f"{_case(parameters, length, batch, *machine)}, {steps} steps"
    _pair(got, _all_at_once(*inputs), inputs, DIFFUSION, case)


def _pair(got, want, inputs, mistakes, case):
    """FLOPs first, for whoever has them right has only the seconds to look for."""
    case = f"{case}; you returned {short(got)}"
    if not close(got[0], want[0], TOLERANCE):
        raise explain(got, mistakes[0], inputs, case, TOLERANCE)
    if not close(got[1], want[1], TOLERANCE):
        raise explain(got[1], mistakes[1], inputs, case, TOLERANCE)


def _break_even(submission, rng, *inputs):
    got = number(submission.call("break_even", *inputs), "break_even")
    if not close(got, _equal(*inputs), TOLERANCE):
        case = f"{_case(*inputs)}; you returned {short(got)}"
        raise explain(got, BREAK_EVEN, inputs, case, TOLERANCE)


def _case(parameters, length, batch, peak, bandwidth):
    texts = f"{batch} texts of {length} tokens, {short(parameters)} parameters"
    return f"{texts}, peak {short(peak)}, bandwidth {short(bandwidth)}"


def _pass(n, tokens, peak, bandwidth):
    return max(2 * n * tokens / peak, 2 * n / bandwidth)


def _one_by_one(n, length, batch, peak, bandwidth):
    return 2 * n * length * batch, length * _pass(n, batch, peak, bandwidth)


def _all_at_once(n, length, batch, steps, peak, bandwidth):
    return 2 * n * length * batch * steps, steps * _pass(n, batch * length, peak, bandwidth)


def _equal(n, length, batch, peak, bandwidth):
    inputs = (peak, bandwidth)
    return length * _pass(n, batch, *inputs) / _pass(n, batch * length, *inputs)


def _without_cache(n, length, batch, peak, bandwidth):
    lengths = range(1, length + 1)
    growing = sum(_pass(n, batch * tokens, peak, bandwidth) for tokens in lengths)
    yield n * batch * length * (length + 1), growing
    yield 2 * n * batch * length**2, length * _pass(n, batch * length, peak, bandwidth)


ORDER = (
    "order",
    "These are the right two numbers in the other order.",
    "Return the FLOPs first, then the seconds.",
)
ADDED = (
    "added",
    "You let arithmetic wait for memory; the two times are added.",
    "Both work at once, so the longer part of a pass is its time.",
)
AUTOREGRESSIVE = (
    [
        Mistake(*ORDER, lambda *inputs: [_one_by_one(*inputs)[::-1]]),
        Mistake(
            "no-cache",
            "`autoregressive` sends the whole text so far through the model for each token.",
            "With a cache only the newest token of each text goes through.",
            _without_cache,
        ),
        Mistake(
            "batch-forgotten",
            "`autoregressive` counts one text.",
            "Every pass takes one token of each text of the batch.",
            lambda n, length, b, p, w: [_one_by_one(n, length, 1, p, w)],
        ),
        Mistake(
            "flops",
            "`autoregressive` does not do two FLOPs for each parameter and each token.",
            "Count the tokens that go through the model in all passes together.",
        ),
    ],
    [
        Mistake(
            "one-pass",
            "`autoregressive` takes the whole text through in one pass.",
            "The next token depends on the last: there are as many passes as tokens.",
            lambda n, length, b, p, w: [_pass(n, b * length, p, w)],
        ),
        Mistake(
            "arithmetic-only",
            "The FLOPs of `autoregressive` are right, but its time leaves out reading the parameters.",
            "Each pass takes the longer of its two parts.",
            lambda n, length, b, p, w: [2 * n * b * length / p],
        ),
        Mistake(*ADDED, lambda n, length, b, p, w: [length * (2 * n * b / p + 2 * n / w)]),
        Mistake(
            "seconds",
            "The FLOPs of `autoregressive` are right, and its time is not.",
            "Find the time of one pass with a token of each text, then multiply by the passes.",
        ),
    ],
)
DIFFUSION = (
    [
        Mistake(*ORDER, lambda *inputs: [_all_at_once(*inputs)[::-1]]),
        Mistake(
            "share-of-tokens",
            "`diffusion` sends each token through the model once in all.",
            "Every step takes all tokens, those already decided too, for the others look at them.",
            lambda n, length, b, s, p, w: [
                (2 * n * length * b, s * _pass(n, b * length / s, p, w)),
                (2 * n * length * b, s * _pass(n, b * length, p, w)),
            ],
        ),
        Mistake(
            "flops",
            "`diffusion` does not do two FLOPs for each parameter, each token and each step.",
            "Count the tokens that go through the model in all passes together.",
        ),
    ],
    [
        Mistake(
            "bytes-by-token",
            "`diffusion` reads the parameters again for every token.",
            "One pass reads them once, however many tokens go through.",
            lambda n, length, b, s, p, w: [2 * n * length * b * s / w],
        ),
        Mistake(
            "arithmetic-only",
            "The FLOPs of `diffusion` are right, but its time leaves out reading the parameters.",
            "Each pass takes the longer of its two parts.",
            lambda n, length, b, s, p, w: [2 * n * length * b * s / p],
        ),
        Mistake(
            "read-once",
            "`diffusion` reads the parameters once for all its steps.",
            "Each pass reads them again.",
            lambda n, length, b, s, p, w: [max(2 * n * length * b * s / p, 2 * n / w)],
        ),
        Mistake(*ADDED, lambda n, length, b, s, p, w: [s * (2 * n * b * length / p + 2 * n / w)]),
        Mistake(
            "seconds",
            "The FLOPs of `diffusion` are right, and its time is not.",
            "Find the time of one pass with all tokens, then multiply by the steps.",
        ),
    ],
)
BREAK_EVEN = [
    Mistake(
        "equal-flops",
        "At one step the arithmetic is equal, but here the two do not take equally long.",
        "Compare seconds: a pass with few tokens waits for the parameters.",
        lambda *inputs: [1],
    ),
    Mistake(
        "length",
        "With as many steps as tokens both make equally many passes, but here the passes of diffusion "
        "take longer.",
        "Divide the time of one model by the time that the other needs for a step.",
        lambda n, length, b, p, w: [length],
    ),
    Mistake(
        "always-ridge",
        "The machine's FLOPs a byte are the answer only for one long text.",
        "Divide the time of one model by the time that the other needs for a step.",
        lambda n, length, b, p, w: [p / w],
    ),
    Mistake(
        "inverse",
        "This is one over the number of steps.",
        "Divide the time of the autoregressive model by that of one step of diffusion.",
        lambda *inputs: [1 / _equal(*inputs)],
    ),
    Mistake(
        "break-even",
        "At this number of steps the two do not take equally long.",
        "Put it into `diffusion` and compare the seconds; the number need not be whole.",
    ),
]
