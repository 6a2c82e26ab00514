"""Answers to forward-passes: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


def seconds_of_pass(parameters, tokens, peak, bandwidth):
    return max(2 * parameters * tokens / peak, 2 * parameters / bandwidth)


@reference
def autoregressive(parameters, length, batch, peak, bandwidth):
    seconds = length * seconds_of_pass(parameters, batch, peak, bandwidth)
    return 2 * parameters * length * batch, seconds


@reference
def diffusion(parameters, length, batch, steps, peak, bandwidth):
    seconds = steps * seconds_of_pass(parameters, batch * length, peak, bandwidth)
    return 2 * parameters * length * batch * steps, seconds


@reference
def break_even(parameters, length, batch, peak, bandwidth):
    _, one_by_one = autoregressive(parameters, length, batch, peak, bandwidth)
    _, one_step = diffusion(parameters, length, batch, 1, peak, bandwidth)
    return one_by_one / one_step


@right("a closed form: parameters cancel, the ridge stays")
def break_even(parameters, length, batch, peak, bandwidth):
    ridge = peak / bandwidth  # tokens a pass from which arithmetic takes longer
    return length * max(batch, ridge) / max(batch * length, ridge)


@right("pass after pass, added up")
def autoregressive(parameters, length, batch, peak, bandwidth):
    flops = seconds = 0.0
    for _ in range(length):
        work = 2.0 * parameters * batch
        flops += work
        seconds += np.maximum(work / peak, 2.0 * parameters / bandwidth)
    return [flops, seconds]


@right("bisection on the steps")
def break_even(parameters, length, batch, peak, bandwidth):
    limit = autoregressive(parameters, length, batch, peak, bandwidth)[1]
    low, high = 0.0, 2.0 * length
    for _ in range(80):
        steps = (low + high) / 2
        late = diffusion(parameters, length, batch, steps, peak, bandwidth)[1] > limit
        low, high = (low, steps) if late else (steps, high)
    return high


@wrong("no-cache")
def autoregressive(parameters, length, batch, peak, bandwidth):
    tokens = batch * length * (length + 1) / 2
    lengths = range(1, length + 1)
    seconds = [seconds_of_pass(parameters, batch * n, peak, bandwidth) for n in lengths]
    return 2 * parameters * tokens, sum(seconds)


@wrong("no-cache")
def autoregressive(parameters, length, batch, peak, bandwidth):
    flops = 2 * parameters * batch * length**2
    return flops, length * seconds_of_pass(parameters, batch * length, peak, bandwidth)


@wrong("batch-forgotten")
def autoregressive(parameters, length, batch, peak, bandwidth):
    return 2 * parameters * length, length * seconds_of_pass(parameters, 1, peak, bandwidth)


@wrong("one-pass")
def autoregressive(parameters, length, batch, peak, bandwidth):
    seconds = seconds_of_pass(parameters, batch * length, peak, bandwidth)
    return 2 * parameters * length * batch, seconds


@wrong("arithmetic-only")
def autoregressive(parameters, length, batch, peak, bandwidth):
    flops = 2 * parameters * length * batch
    return flops, flops / peak


@wrong("added")
def autoregressive(parameters, length, batch, peak, bandwidth):
    flops = 2 * parameters * length * batch
    return flops, flops / peak + length * 2 * parameters / bandwidth


@wrong("flops")
def autoregressive(parameters, length, batch, peak, bandwidth):
    seconds = length * seconds_of_pass(parameters, batch, peak, bandwidth)
    return parameters * length * batch, seconds


@wrong("order")
def autoregressive(parameters, length, batch, peak, bandwidth):
    seconds = length * seconds_of_pass(parameters, batch, peak, bandwidth)
    return seconds, 2 * parameters * length * batch


@wrong("share-of-tokens")
def diffusion(parameters, length, batch, steps, peak, bandwidth):
    seconds = steps * seconds_of_pass(parameters, batch * length / steps, peak, bandwidth)
    return 2 * parameters * length * batch, seconds


@wrong("added")
def diffusion(parameters, length, batch, steps, peak, bandwidth):
    flops = 2 * parameters * length * batch * steps
    return flops, flops / peak + steps * 2 * parameters / bandwidth


@wrong("bytes-by-token")
def diffusion(parameters, length, batch, steps, peak, bandwidth):
    flops = 2 * parameters * length * batch * steps
    return flops, max(flops / peak, flops / bandwidth)


@wrong("read-once")
def diffusion(parameters, length, batch, steps, peak, bandwidth):
    flops = 2 * parameters * length * batch * steps
    return flops, max(flops / peak, 2 * parameters / bandwidth)


@wrong("arithmetic-only")
def diffusion(parameters, length, batch, steps, peak, bandwidth):
    flops = 2 * parameters * length * batch * steps
    return flops, flops / peak


@wrong("seconds")
def diffusion(parameters, length, batch, steps, peak, bandwidth):
    flops = 2 * parameters * length * batch * steps
    return flops, steps * seconds_of_pass(parameters, batch, peak, bandwidth)


@wrong("equal-flops")
def break_even(parameters, length, batch, peak, bandwidth):
    return 1


@wrong("length")
def break_even(parameters, length, batch, peak, bandwidth):
    return length


@wrong("always-ridge")
def break_even(parameters, length, batch, peak, bandwidth):
    return peak / bandwidth


@wrong("inverse")
def break_even(parameters, length, batch, peak, bandwidth):
    _, one_by_one = autoregressive(parameters, length, batch, peak, bandwidth)
    return diffusion(parameters, length, batch, 1, peak, bandwidth)[1] / one_by_one


@wrong("break-even")
def break_even(parameters, length, batch, peak, bandwidth):
    _, one_by_one = autoregressive(parameters, length, batch, peak, bandwidth)
    return one_by_one // diffusion(parameters, length, batch, 1, peak, bandwidth)[1] + 1
