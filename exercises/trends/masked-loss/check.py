"""Checks `masked_loss(...)` against a sum over the hidden tokens, each over its text's time."""

import numpy as np

from struggle.compare import Mistake, close, explain, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for texts, positions, empty in ((4, 4, False), (3, 6, False), (3, 6, True)):
        with cases:
            _loss_of(submission, *_batch(rng, texts, positions, empty))
    return cases.verdict(
        "Only blanks count, and the fewer there are, the more each of them weighs."
    )


def _loss_of(submission, *batch):
    got = float(table(submission.call("masked_loss", *batch), "masked_loss", ())[()])
    hidden, times = batch[2:]
    case = f"{hidden.sum(1).tolist()} of {hidden.shape[1]} tokens hidden, times {short(times)}"
    case = f"{case}; you returned {short(got)}"
    if not np.isfinite(got):
        raise (NOT_FINITE if hidden.any(1).all() else NOTHING_HIDDEN).failure(case)
    if not close(got, _loss(*batch), TOLERANCE):
        raise explain(got, MISTAKES, batch, case, TOLERANCE)


def _batch(rng, texts, positions, empty):
    """Each text has something hidden and something shown; if `empty`, one has nothing hidden."""
    logits = rng.normal(0, 1, (texts, positions, 5))
    log_probs = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
    n_hidden = rng.integers(1, positions, texts)
    n_hidden[0] = 0 if empty else 1
    n_hidden[1] = positions - 1
    hidden = rng.permuted(np.arange(positions) < n_hidden[:, None], axis=1)
    tokens = rng.integers(0, 5, (texts, positions))
    times = rng.permutation(np.linspace(0.15, 0.95, texts)) + rng.uniform(-0.04, 0.04, texts)
    return log_probs, tokens, hidden, times


def _surprise(log_probs, tokens):
    return -np.take_along_axis(log_probs, tokens[..., None], axis=-1)[..., 0]


def _loss(log_probs, tokens, hidden, times):
    return np.mean(_surprise(log_probs, tokens) * hidden / times[:, None])


def _by_hidden(log_probs, tokens, hidden, times):
    kept = _surprise(log_probs, tokens) * hidden
    yield kept.sum() / hidden.sum()
    yield np.mean(kept.sum(1) / hidden.sum(1))


def _broadcast(log_probs, tokens, hidden, times):
    if times.size == hidden.shape[1]:
        yield np.mean(_surprise(log_probs, tokens) * hidden / times)


def _summed(log_probs, tokens, hidden, times):
    loss = _loss(log_probs, tokens, hidden, times)
    return [loss * hidden.shape[1], loss * hidden.size, loss * len(hidden)]


NOTHING_HIDDEN = Mistake(
    "nothing-hidden",
    "A text in which nothing is hidden came out as nan or infinity.",
    "It adds nothing to the sum: divide by the number of all tokens, which is never zero.",
)
NOT_FINITE = Mistake(
    "not-finite",
    "`masked_loss` returned nan or infinity.",
    "The logarithms are taken already; look for a second one, or for a division by zero.",
)
MISTAKES = [
    Mistake(
        "broadcast",
        "The times were lined up with the positions, which only a square batch lets pass.",
        "Give the times a second axis of length one: `times[:, None]`.",
        _broadcast,
    ),
    Mistake(
        "unweighted",
        "The weight is missing, so texts with many blanks make up nearly the whole loss.",
        "Divide each text's sum by its time.",
        lambda p, x, h, t: [np.mean(_surprise(p, x) * h)],
    ),
    Mistake(
        "by-hidden",
        "You averaged over the hidden tokens, as BERT does; this bounds no likelihood.",
        "Divide by the time and by the number of all tokens.",
        _by_hidden,
    ),
    Mistake(
        "twice",
        "Few blanks are made up for twice, by their number and by the time.",
        "Divide by the number of all tokens, and leave the rest to the time.",
        lambda p, x, h, t: [np.mean((_surprise(p, x) * h).sum(1) / h.sum(1) / t)],
    ),
    Mistake(
        "everything",
        "The tokens that the model was shown count as well, and it has only to copy them.",
        "Keep the hidden ones.",
        lambda p, x, h, t: [np.mean(_surprise(p, x) / t[:, None])],
    ),
    Mistake(
        "shown",
        "You counted the tokens that are shown and left out the hidden ones.",
        "`hidden` is true where the model has to guess.",
        lambda p, x, h, t: [np.mean(_surprise(p, x) * ~h / t[:, None])],
    ),
    Mistake(
        "sign",
        "This is the negative of the loss.",
        "A loss falls as the true symbols become more probable: take minus the logarithm.",
        lambda *batch: [-_loss(*batch)],
    ),
    Mistake(
        "times-time",
        "You multiplied by the time where the formula divides.",
        "The fewer tokens are hidden, the more each of them has to stand for.",
        lambda p, x, h, t: [np.mean(_surprise(p, x) * h * t[:, None])],
    ),
    Mistake(
        "summed",
        "You added up where the mean is asked for, over positions or over texts.",
        "Divide by the number of texts and by the number of positions.",
        _summed,
    ),
    Mistake(
        "one-time",
        "All texts got the same weight.",
        "Each text has a time of its own: divide before you average.",
        lambda p, x, h, t: [np.mean(_surprise(p, x) * h) / t.mean()],
    ),
    Mistake(
        "value",
        "This is not the weighted loss of the hidden tokens.",
        "Compute a batch of one text with a single hidden token by hand.",
    ),
]
