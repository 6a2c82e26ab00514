"""Checks the five stages of a fit from raw runs, each on data of its own, so that each can pass."""

import numpy as np

from struggle.compare import Mistake, close, explain, number, numbers, short, span, table
from struggle.verdict import Cases

TOLERANCE = 1e-6  # for the stages with one answer
SLACK = 1.05  # a fit may be this much worse than the law that made the data; the best is below 1


def check(submission, rng):
    stages = Cases("stages")
    for stage in (_clean, _predict, _huber, _fit, _optimum):
        with stages:
            stage(submission, rng)
    return stages.verdict("From raw runs to a budget: this is the whole of a scaling study.")


def _clean(submission, rng):
    runs, diverged, want = _runs(rng)
    got = table(submission.call("clean", runs), "clean", (3, None))
    pairs = list(zip(*got[:2].tolist(), strict=True))
    wanted = list(zip(*want[:2].tolist(), strict=True))
    case = f"{len(runs)} records; you kept {len(pairs)}"
    if set(pairs) & diverged:
        raise DIVERGED.failure(case)
    if len(set(pairs)) < len(pairs):
        raise DUPLICATES.failure(case)
    if pairs != wanted:
        raise LOST.failure(f"{case} where {len(wanted)} are good")
    if not close(got[2], want[2], TOLERANCE):
        curves = {(run["n_params"], run["tokens"]): run["curve"] for run in runs}
        good = [[loss for _, loss in curves[pair]] for pair in pairs]
        bad = np.argmax(np.abs(got[2] / want[2] - 1))
        case = f"the run with N = {short(got[0, bad])}, D = {short(got[1, bad])}"
        raise explain(
            got[2], SUMMARIES, (good,), f"{case}; you returned L = {short(got[2, bad])}", TOLERANCE
        )


def _predict(submission, rng):
    params, N, D, _ = _data(rng)
    got = numbers(submission.call("predict_law", params, N, D), "predict_law", (N.size,))
    if not close(got, _law(params, N, D), TOLERANCE):
        case = f"params = {short(params)}, N = {short(N[0])}, D = {short(D[0])}"
        case = f"{case}; you returned {short(got[0])}"
        raise explain(got, PREDICTIONS, (params, N, D), case, TOLERANCE)


def _huber(submission, rng):
    params, N, D, L = _data(rng)
    for extra, delta in (((), 1e-3), ((1e-2,), 1e-2)):
        value = submission.call("huber_log_loss", params, N, D, L, *extra)
        got = number(value, "huber_log_loss")
        residual = np.log(_law(params, N, D) / L)
        if not close(got, _huber_sum(residual, delta), TOLERANCE):
            case = f"delta = {short(delta)} and {N.size} runs; you returned {short(got)}"
            inputs = (residual, _law(params, N, D) - L, delta)
            raise explain(got, LOSSES, inputs, case, TOLERANCE)


def _fit(submission, rng):
    truth, N, D, L = _data(rng)
    got = numbers(submission.call("fit", N, D, L), "fit", (5,))
    with np.errstate(all="ignore"):
        ours, best = np.log(_law(got, N, D) / L), np.log(_law(truth, N, D) / L)
    if not _huber_sum(ours, 1e-3) <= SLACK * _huber_sum(best, 1e-3):
        least_squares = np.sum(ours**2) <= SLACK * np.sum(best**2)
        case = f"{N.size} runs, {span(N, 'N')}; your five numbers {short(got)}"
        raise (PULLED if least_squares else NOT_FITTED).failure(case)


def _optimum(submission, rng):
    params, *_ = _data(rng)
    C = float(10 ** rng.uniform(18, 24))
    got = numbers(submission.call("optimum", params, C), "optimum", (2,))
    if not close(got, _split(params, C), TOLERANCE):
        case = f"params = {short(params)}, C = {short(C)}; you returned {short(got)}"
        raise explain(got, OPTIMA, (params, C), case, TOLERANCE)


def _data(rng):
    """A law, and 24 runs on a grid of sizes and tokens: noise of 0.2 %, two runs 3 % too high."""
    params = rng.uniform([5.5, 6.5, 0.4, 0.3, 0.36], [6.5, 7.5, 0.6, 0.34, 0.4])
    N = np.repeat(np.logspace(6, 9, 6), 4)
    D = N * np.tile([5.0, 20.0, 80.0, 320.0], 6)
    L = _law(params, N, D) * np.exp(rng.normal(0, 0.002, N.size))
    L[rng.choice(N.size, 2, replace=False)] *= 1.03
    return params, N, D, L


def _runs(rng):
    """Raw records, the (N, D) of those that diverged, and the three arrays to keep."""
    _, N, D, L = _data(rng)
    N, D = N.round(), D.round()
    curves = [_curve(rng, tokens, loss) for tokens, loss in zip(D, L, strict=True)]
    bad = rng.choice(N.size, 3, replace=False)
    spoilt = [(slice(8, 9), np.inf), (slice(22, 25), np.nan), (slice(18, 25), np.nan)]
    for index, (part, value) in zip(bad, spoilt, strict=True):
        curves[index][part] = [(seen, value) for seen, _ in curves[index][part]]
    runs = [
        {"n_params": int(n), "tokens": int(d), "curve": curve}
        for n, d, curve in zip(N, D, curves, strict=True)
    ]
    good = np.setdiff1d(np.arange(N.size), bad)
    summary = [np.median([loss for _, loss in curves[i][-5:]]) for i in good]
    again = [runs[i] for i in rng.choice(good, 3, replace=False)]
    diverged = {(N[i], D[i]) for i in bad}
    return runs + again, diverged, np.array([N[good], D[good], summary])


def _curve(rng, tokens, loss):
    """25 points that fall towards `loss`, with noise and a spike among the last five."""
    seen = tokens * np.arange(1, 26) / 25
    losses = loss * (1 + 0.3 * np.exp(-seen / tokens * 8)) * np.exp(rng.normal(0, 0.004, 25))
    losses[rng.integers(20, 25)] *= rng.uniform(2, 3)
    return list(zip(seen.tolist(), losses.tolist(), strict=True))


def _law(params, N, D):
    a, b, e, alpha, beta = params
    return np.exp(e) + np.exp(a) / N**alpha + np.exp(b) / D**beta


def _huber_sum(residual, delta):
    size = np.abs(residual)
    return np.where(size <= delta, size**2 / 2, delta * (size - delta / 2)).sum()


def _split(params, C, six=6.0):
    a, b, _, alpha, beta = params
    G = (alpha * np.exp(a) / (beta * np.exp(b))) ** (1 / (alpha + beta))
    N = G * (C / six) ** (beta / (alpha + beta))
    return N, C / (six * N)


def _swapped(params, C):
    a, b, e, alpha, beta = params
    G = (alpha * np.exp(a) / (beta * np.exp(b))) ** (1 / (alpha + beta))
    N = G * (C / 6) ** (alpha / (alpha + beta))
    return [(N, C / (6 * N)), _split((a, b, e, beta, alpha), C)]


def _half_missing(residual, raw, delta):
    size = np.abs(residual)
    whole = np.where(size <= delta, size**2, delta * (size - delta / 2)).sum()
    return [whole, np.where(size <= delta, size**2, delta * (size - delta)).sum()]


DIVERGED = Mistake(
    "diverged-kept",
    "`clean` kept a run that diverged.",
    "Drop a run if any loss of its curve, not only the last, is nan or inf.",
)
DUPLICATES = Mistake(
    "duplicates-kept",
    "`clean` kept a run twice.",
    "Two records with equal `n_params` and `tokens` are one run.",
)
LOST = Mistake(
    "runs-lost",
    "`clean` lost good runs or changed their order.",
    "Only equal `n_params` together with equal `tokens` make a duplicate, and spikes are no reason "
    "to drop a run.",
)
SUMMARIES = [
    Mistake(
        "last-loss",
        "`clean` took the last loss of each curve, which carries noise and may be a spike.",
        "Take the median over the last fifth.",
        lambda curves: [[curve[-1] for curve in curves]],
    ),
    Mistake(
        "spikes-kept",
        "`clean` took a mean, which one spike moves.",
        "Take the median over the last fifth.",
        lambda curves: [[np.mean(curve[-5:]) for curve in curves]],
    ),
    Mistake(
        "lowest-loss",
        "`clean` took the lowest loss of each curve, which is lucky noise.",
        "Take the median over the last fifth.",
        lambda curves: [[min(curve) for curve in curves]],
    ),
    Mistake(
        "whole-curve",
        "`clean` took the median of the whole curve, most of which is early training.",
        "Take it over the last fifth only.",
        lambda curves: [[np.median(curve) for curve in curves]],
    ),
    Mistake(
        "summary",
        "`clean` summed up a curve by another number than the median of its last fifth.",
        "Print one curve and the part of it that you use.",
    ),
]
PREDICTIONS = [
    Mistake(
        "still-in-logs",
        "`predict_law` returned the logarithm of the loss.",
        "Take the exponential at the end.",
        lambda params, N, D: [np.log(_law(params, N, D))],
    ),
    Mistake(
        "constants-not-logs",
        "`predict_law` used a, b and e as the constants themselves.",
        "They are the logarithms of A, B and E.",
        lambda p, N, D: [p[2] + p[0] / N ** p[3] + p[1] / D ** p[4]],
    ),
    Mistake(
        "floor-not-log",
        "`predict_law` used e as the floor itself.",
        "It is the logarithm of E, like a and b.",
        lambda p, N, D: [_law(p, N, D) - np.exp(p[2]) + p[2]],
    ),
    Mistake(
        "prediction",
        "`predict_law` returned losses that do not follow the law.",
        "Work out one of them by hand.",
    ),
]
LOSSES = [
    Mistake(
        "mean",
        "`huber_log_loss` returned the mean over the runs.",
        "Return the sum.",
        lambda residual, raw, delta: [_huber_sum(residual, delta) / residual.size],
    ),
    Mistake(
        "raw-residuals",
        "`huber_log_loss` compared the losses themselves.",
        "Compare the logarithms of the predicted and the measured loss.",
        lambda residual, raw, delta: [_huber_sum(raw, delta)],
    ),
    Mistake(
        "squares",
        "`huber_log_loss` squared every residual, the large ones too.",
        "Beyond delta, let it grow as a straight line.",
        lambda residual, raw, delta: [np.sum(residual**2) / 2, np.sum(residual**2)],
    ),
    Mistake(
        "half-missing",
        "`huber_log_loss` lacks a factor of one half.",
        "The square is halved, and the line is delta times (size minus half of delta).",
        _half_missing,
    ),
    Mistake(
        "delta-ignored",
        "`huber_log_loss` does not use the delta that it is given.",
        "Let the argument decide where the line begins.",
        lambda residual, raw, delta: [_huber_sum(residual, 1e-3)],
    ),
    Mistake(
        "loss",
        "`huber_log_loss` returned another sum than the Huber loss of the log residuals.",
        "Try one run whose residual is below delta, then one whose residual is above.",
    ),
]
NOT_FITTED = Mistake(
    "not-fitted",
    "`fit` stopped far from the best fit: the law that made the data has a clearly lower loss.",
    "Start from several points, and compare the losses at which the searches end.",
)
PULLED = Mistake(
    "pulled-by-outliers",
    "`fit` minimised squares, and two runs that went badly pulled the law towards them.",
    "Minimise `huber_log_loss` with its small delta.",
)
OPTIMA = [
    Mistake(
        "six",
        "`optimum` misses the 6 of the budget.",
        "The product of the two numbers must be C / 6.",
        lambda params, C: [_split(params, C, 1.0)],
    ),
    Mistake(
        "constants-not-logs",
        "`optimum` used a and b as the constants themselves.",
        "They are the logarithms of A and B.",
        lambda p, C: [_split((np.log(p[0]), np.log(p[1]), *p[2:]), C)],
    ),
    Mistake(
        "swapped",
        "`optimum` has alpha and beta in each other's place.",
        "Derive the exponent of N once more: it has beta above the fraction.",
        _swapped,
    ),
    Mistake(
        "split",
        "`optimum` returned a pair that another split of the budget beats.",
        "Compute the predicted loss of your pair, and of one with N a little larger.",
    ),
]
