"""Answers to clipped-objective: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def clipped_loss(new, old, advantages, mask, clip):
    ratio = np.exp(new - old)
    A = advantages[:, None]  # one advantage for all tokens of an answer
    gain = np.minimum(ratio * A, np.clip(ratio, 1 - clip, 1 + clip) * A)
    return -gain[mask].mean()


@right("by cases on the sign of the advantage")
def clipped_loss(new, old, advantages, mask, clip):
    ratio = np.exp(new - old)
    A = np.repeat(advantages[:, None], new.shape[1], axis=1)
    limited = np.where(A > 0, np.minimum(ratio, 1 + clip), np.maximum(ratio, 1 - clip))
    return -np.sum(np.where(mask, limited * A, 0)) / np.sum(mask)


@right("a loop over the tokens")
def clipped_loss(new, old, advantages, mask, clip):
    losses = []
    for row, A in enumerate(advantages):
        for column in np.flatnonzero(mask[row]):
            ratio = math.exp(new[row, column] - old[row, column])
            kept = min(max(ratio, 1 - clip), 1 + clip)
            losses.append(max(-ratio * A, -kept * A))
    return sum(losses) / len(losses)


@wrong("no-minimum")
def clipped_loss(new, old, advantages, mask, clip):
    ratio = np.clip(np.exp(new - old), 1 - clip, 1 + clip)
    return -(ratio * advantages[:, None])[mask].mean()


@wrong("maximum")
def clipped_loss(new, old, advantages, mask, clip):
    ratio, A = np.exp(new - old), advantages[:, None]
    return -np.maximum(ratio * A, np.clip(ratio, 1 - clip, 1 + clip) * A)[mask].mean()


@wrong("maximum")
def clipped_loss(new, old, advantages, mask, clip):
    ratio, loss = np.exp(new - old), -advantages[:, None]
    return np.minimum(ratio * loss, np.clip(ratio, 1 - clip, 1 + clip) * loss)[mask].mean()


@wrong("per-sequence")
def clipped_loss(new, old, advantages, mask, clip):
    ratio, A = np.exp(new - old), advantages[:, None]
    gain = np.minimum(ratio * A, np.clip(ratio, 1 - clip, 1 + clip) * A)
    return -((gain * mask).sum(1) / mask.sum(1)).mean()


@wrong("mask-forgotten")
def clipped_loss(new, old, advantages, mask, clip):
    ratio, A = np.exp(new - old), advantages[:, None]
    return -np.minimum(ratio * A, np.clip(ratio, 1 - clip, 1 + clip) * A).mean()


@wrong("count")
def clipped_loss(new, old, advantages, mask, clip):
    ratio, A = np.exp(new - old), advantages[:, None]
    return -(np.minimum(ratio * A, np.clip(ratio, 1 - clip, 1 + clip) * A) * mask).mean()


@wrong("ratio-inverted")
def clipped_loss(new, old, advantages, mask, clip):
    ratio, A = np.exp(old - new), advantages[:, None]
    return -np.minimum(ratio * A, np.clip(ratio, 1 - clip, 1 + clip) * A)[mask].mean()


@wrong("sign")
def clipped_loss(new, old, advantages, mask, clip):
    ratio, A = np.exp(new - old), advantages[:, None]
    return np.minimum(ratio * A, np.clip(ratio, 1 - clip, 1 + clip) * A)[mask].mean()


@wrong("not-clipped")
def clipped_loss(new, old, advantages, mask, clip):
    return -(np.exp(new - old) * advantages[:, None])[mask].mean()


@wrong("one-sided")
def clipped_loss(new, old, advantages, mask, clip):
    ratio, A = np.exp(new - old), advantages[:, None]
    return -np.minimum(ratio * A, np.minimum(ratio, 1 + clip) * A)[mask].mean()


@wrong("not-a-ratio")
def clipped_loss(new, old, advantages, mask, clip):
    change, A = new - old, advantages[:, None]
    return -np.minimum(change * A, np.clip(change, -clip, clip) * A)[mask].mean()


@wrong("product-clipped")
def clipped_loss(new, old, advantages, mask, clip):
    gain = np.exp(new - old) * advantages[:, None]
    return -np.minimum(gain, np.clip(gain, 1 - clip, 1 + clip))[mask].mean()


@wrong("value")
def clipped_loss(new, old, advantages, mask, clip):
    ratio, A = np.exp(new - old), np.abs(advantages)[:, None]
    return -np.minimum(ratio * A, np.clip(ratio, 1 - clip, 1 + clip) * A)[mask].mean()


@wrong("raised")
def clipped_loss(new, old, advantages, mask, clip):
    ratio = np.exp(new - old)
    gain = np.minimum(ratio * advantages, np.clip(ratio, 1 - clip, 1 + clip) * advantages)
    return -gain[mask].mean()
