"""Checks `clipped_loss(new, old, advantages, mask, clip)` on batches that tell the clips apart."""

import numpy as np

from struggle.compare import Mistake, close, explain, number, short
from struggle.verdict import Cases

TOLERANCE = 1e-6


def check(submission, rng):
    cases = Cases()
    for args, about in _batches(rng):
        with cases:
            got = number(submission.call("clipped_loss", *args), "clipped_loss")
            if not close(got, _loss(*args), TOLERANCE):
                lengths = args[3].sum(1)
                case = f"{about}, lengths {short(lengths)}; you returned {short(got)}"
                raise explain(got, MISTAKES, args, case, TOLERANCE)
    return cases.verdict("Steps that help are cut short, and steps that harm are felt in full.")


def _batches(rng):
    """Ratios near one, then far, with advantages of both signs and of one; lengths differ."""
    still = _batch(rng, spread=0.02, signs=[1, -1, 1, -1])
    both = _batch(rng, spread=0.5, signs=[1, -1, -1, 1], clip=float(rng.uniform(0.1, 0.3)))
    good = _batch(rng, spread=0.5, signs=[1, 1, 1, 1])
    bad = _batch(rng, spread=0.5, signs=[-1, -1, -1, -1])
    return [
        (still, "ratios near one"),
        (both, f"advantages of both signs, clip = {short(both[4])}"),
        (good, "positive advantages"),
        (bad, "negative advantages"),
    ]


def _batch(rng, spread, signs, clip=0.2):
    """Log-probabilities (4, 9) new and old, advantages (4,), mask (4, 9), and the clip."""
    old = rng.uniform(-4, -0.1, (4, 9))
    change = rng.uniform(0.5, 1, old.shape) * spread * rng.choice([-1, 1], old.shape)
    change[:, :2] = spread * np.array([0.9, -0.9])  # each answer has ratios above and below one
    mask = np.arange(9) < rng.permutation([3, 5, 7, 9])[:, None]
    new = np.where(mask, old + change, -30.0)
    return new, np.where(mask, old, -30.5), np.array(signs) * rng.uniform(0.5, 2, 4), mask, clip


def _terms(new, old, advantages, mask, clip, pick=np.minimum, low=1.0, high=1.0):
    """The surrogate of every token, the padding included."""
    ratio, scale = np.exp(new - old), advantages[:, None]
    return pick(ratio * scale, np.clip(ratio, 1 - low * clip, 1 + high * clip) * scale)


def _loss(new, old, advantages, mask, clip, **how):
    return -_mean(_terms(new, old, advantages, mask, clip, **how), mask)


def _mean(terms, mask):
    return (terms * mask).sum() / mask.sum()


def _only_clipped(new, old, advantages, mask, clip):
    return [_loss(new, old, advantages, mask, clip, pick=lambda plain, clipped: clipped)]


def _one_sided(*args):
    return [_loss(*args, low=1e9), _loss(*args, high=1e9)]


def _difference(new, old, advantages, mask, clip):
    gap, scale = new - old, advantages[:, None]
    clipped = np.clip(gap, -clip, clip)
    yield -_mean(gap * scale, mask)
    yield -_mean(np.minimum(gap * scale, clipped * scale), mask)
    yield -_mean(np.minimum(gap * scale, np.clip(gap, 1 - clip, 1 + clip) * scale), mask)
    yield -_mean(np.minimum(np.exp(gap) * scale, np.exp(clipped) * scale), mask)


def _clipped_too_late(new, old, advantages, mask, clip):
    product = np.exp(new - old) * advantages[:, None]
    return [-_mean(np.minimum(product, np.clip(product, 1 - clip, 1 + clip)), mask)]


def _per_sequence(*args):
    terms, mask = _terms(*args), args[3]
    return [-((terms * mask).sum(1) / mask.sum(1)).mean()]


def _unmasked(*args):
    terms, mask = _terms(*args), args[3]
    return [-terms.mean(), -terms.sum() / mask.sum()]


def _other_counts(*args):
    total = (_terms(*args) * args[3]).sum()
    return [-total, -total / args[3].size, -total / len(args[3])]


MISTAKES = [
    Mistake(
        "sign",
        "You returned the objective, which training would have to raise.",
        "Return its negative, for an optimiser lowers the loss.",
        lambda *args: [-_loss(*args)],
    ),
    Mistake(
        "mask-forgotten",
        "Padding after the end of an answer counts as tokens of it.",
        "Leave out the places where the mask is false, in the sum and in the count.",
        _unmasked,
    ),
    Mistake(
        "per-sequence",
        "You averaged over each answer first, so that a token of a long answer weighs less.",
        "Divide one sum over all tokens of the batch by their number.",
        _per_sequence,
    ),
    Mistake(
        "count",
        "The sum over the tokens is right, and it is divided by something else than their number.",
        "Count the places where the mask is true, over the whole batch.",
        _other_counts,
    ),
    Mistake(
        "ratio-inverted",
        "The ratio is upside down: old over new.",
        "Divide the new probability by the old one.",
        lambda new, old, *rest: [_loss(old, new, *rest)],
    ),
    Mistake(
        "not-a-ratio",
        "You compared log-probabilities, and the ratio of probabilities is the exponential of that.",
        "Take the exponential of new minus old, and clip the result.",
        _difference,
    ),
    Mistake(
        "no-minimum",
        "You kept the clipped product alone, so a token that drifted far against its advantage has "
        "no gradient to bring it back.",
        "Take the smaller of the clipped and the unclipped product, token by token.",
        _only_clipped,
    ),
    Mistake(
        "maximum",
        "You took the larger of the two products, which lets a step that helps go on for ever.",
        "Take the smaller one: the surrogate is a cautious estimate of the gain.",
        lambda *args: [_loss(*args, pick=np.maximum)],
    ),
    Mistake(
        "not-clipped",
        "No ratio was clipped.",
        "Clip it to the interval from 1 - clip to 1 + clip.",
        lambda *args: [_loss(*args, pick=lambda plain, clipped: plain)],
    ),
    Mistake(
        "one-sided",
        "The ratio was clipped on one side only.",
        "A negative advantage is limited from below, a positive one from above.",
        _one_sided,
    ),
    Mistake(
        "product-clipped",
        "You clipped the product of ratio and advantage.",
        "Clip the ratio first, and multiply by the advantage afterwards.",
        _clipped_too_late,
    ),
    Mistake(
        "value",
        "This is not the mean over the tokens of the smaller of the two products.",
        "Work out one token by hand: ratio 1.5, advantage -1, clip 0.2.",
    ),
]
