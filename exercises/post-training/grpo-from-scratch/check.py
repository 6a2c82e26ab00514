"""Checks the six parts of GRPO, each by itself, and at last whether a small policy learns."""

import itertools

import numpy as np

from struggle.compare import Mistake, close, explain, number, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-5  # single precision inside is good enough
CLIP, ENOUGH = 0.2, 0.9
ANSWERS = [  # to the targets 5 and 6; 0 ends an answer
    [(2, 3, 0, 1, 3), (1, 1, 1, 1, 1), (1, 2, 0, 2, 0), (3, 1, 0, 1, 2), (1, 1, 3, 0, 0)],
    [(3, 3, 0, 3, 3), (1, 1, 1, 2, 1), (3, 0, 3, 0, 0), (2, 2, 2, 0, 0), (1, 0, 0, 0, 0)],
]


def check(submission, rng):
    parts = Cases("parts")
    for part in (_mask, _reward, _advantages, _log_probs, _loss, _train):
        with parts:
            part(submission, rng)
    return parts.verdict("Sample, grade, compare, step: this is all of GRPO.")


def _mask(submission, rng):
    tokens = rng.integers(1, 4, (2, 3, 5))
    tokens[[0, 0, 1, 1, 1], [0, 1, 0, 1, 1], [2, 0, 4, 1, 3]] = 0
    got = _flags(submission.call("answer_mask", tokens), "answer_mask", tokens.shape)
    _same(got, _until_end(tokens), MASKS, (tokens,), "")


def _reward(submission, rng):
    tokens, targets = np.array(ANSWERS)[:, rng.permutation(5)], np.array([5, 6])
    got = _flags(submission.call("reward", tokens, targets), "reward", (2, 5))
    _same(got, _grade(tokens, targets), REWARDS, (tokens, targets), f" to the targets {targets}")


def _same(got, want, mistakes, inputs, about):
    """Compare what `got` says of each answer, and show the first answer that differs."""
    if not close(got, want, TOLERANCE):
        p, g = np.argwhere(got != want)[0][:2]
        case = f"the answer {inputs[0][p, g]} of row {p}{about}; you returned {short(got[p, g])}"
        raise explain(got, mistakes, inputs, case, TOLERANCE)


def _advantages(submission, rng):
    rewards = rng.permuted(np.arange(8) < np.array([[0], [1], [3], [6]]), axis=1).astype(float)
    got = numbers(submission.call("advantages", rewards), "advantages", rewards.shape)
    spread = rewards.std(1, keepdims=True) + 1e-6
    if not close(got, (rewards - rewards.mean(1, keepdims=True)) / spread, TOLERANCE):
        case = f"rewards {short(rewards[1])}; you returned {short(got[1])}"
        raise ADVANTAGES.failure(case)


def _log_probs(submission, rng):
    logits, tokens = rng.normal(0, 1, (2, 5, 4)), rng.integers(0, 4, (2, 3, 5))
    got = numbers(submission.call("log_probs", logits, tokens), "log_probs", tokens.shape)
    if not close(got, _chosen(logits, tokens), TOLERANCE):
        case = f"logits {short(logits[0, 0])}, token {tokens[0, 0, 0]}; you returned "
        raise LOGS.failure(f"{case}{short(got[0, 0, 0])}")


def _loss(submission, rng):
    logits, tokens = rng.normal(0, 1, (2, 5, 4)), rng.integers(0, 4, (2, 4, 5))
    moves = rng.uniform(0.3, 0.6, tokens.shape) * rng.choice([-1, 0.1, 1], tokens.shape)
    mask, old = _until_end(tokens), _chosen(logits, tokens) + moves
    args = (logits, tokens, mask, old, rng.normal(0, 1, (2, 4)), CLIP)
    value = submission.call("loss_and_gradient", *args)
    pair = isinstance(value, (tuple, list)) and len(value) == 2
    loss, gradient = value if pair else (value, None)
    loss = number(loss, "loss_and_gradient(...)[0]")
    gradient = numbers(gradient, "loss_and_gradient(...)[1]", logits.shape)
    want, slope, _ = _surrogate(*args)
    case = f"{int(mask.sum())} tokens in 8 answers"
    if not close(loss, want, TOLERANCE):
        raise explain(loss, LOSSES, args, f"{case}; you returned the loss {short(loss)}", TOLERANCE)
    if not np.allclose(gradient, slope, rtol=TOLERANCE, atol=1e-8):
        raise explain(gradient, GRADIENTS, args, case, TOLERANCE)


def _train(submission, rng):
    logits, targets = rng.normal(0, 0.5, (6, 5, 4)), rng.permutation(np.arange(2, 8))
    seed = int(rng.integers(1000))
    got = numbers(submission.call("train", logits, targets, seed), "train", logits.shape)
    before, after = (_accuracy(each, targets) for each in (logits, got))
    if after.mean() <= ENOUGH:
        case = f"right in {100 * before.mean():.0f} % of all samples before and in "
        case = f"{case}{100 * after.mean():.0f} % after; by problem {short(after)}"
        if close(got, logits, TOLERANCE):
            raise UNCHANGED.failure(case)
        raise (WORSE if after.mean() < before.mean() else NOT_LEARNT).failure(case)


def _accuracy(logits, targets):
    """The exact chance (problems,) of a right answer, summed over all answers."""
    answers = np.array(list(itertools.product(range(4), repeat=5)))
    every = np.repeat(answers[None], len(targets), axis=0)
    return (np.exp(_chosen(logits, every).sum(-1)) * _grade(every, targets)).sum(1)


def _flags(value, name, shape):
    """True and false are as good as one and zero."""
    flags = isinstance(value, np.ndarray) and value.dtype == bool
    return numbers(value.astype(float) if flags else value, name, shape)


def _softmax(logits):
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)


def _chosen(logits, tokens):
    """Log-probabilities (problems, group, length) under logits (problems, length, vocabulary)."""
    problems, _, length = tokens.shape
    rows = np.arange(problems)[:, None, None]
    every = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
    return every[rows, np.arange(length), tokens]


def _until_end(tokens):
    return np.cumsum(tokens == 0, -1) - (tokens == 0) == 0


def _grade(tokens, targets, ended=True, mask=_until_end):
    total = (tokens * mask(tokens)).sum(-1) == targets[:, None]
    return (total & ((tokens == 0).any(-1) if ended else True)).astype(float)


def _surrogate(logits, tokens, mask, old, advantages, clip):
    """The loss, its gradient by the chain rule, and what other ways of averaging give."""
    ratio, A = np.exp(_chosen(logits, tokens) - old), advantages[..., None]
    limited = np.where(A > 0, np.minimum(ratio, 1 + clip), np.maximum(ratio, 1 - clip))
    weight = np.where(limited == ratio, ratio * A, 0) * mask / mask.sum()
    score = np.eye(logits.shape[-1])[tokens] - _softmax(logits)[:, None]
    loss, kept = -limited * A, -limited * A * mask
    others = [(kept.sum(-1) / mask.sum(-1)).mean()], [loss.mean(), kept.mean(), kept.sum()]
    return loss[mask].mean(), -(weight[..., None] * score).sum(1), others


MASKS = [
    Mistake(
        "end-excluded",
        "`answer_mask` leaves out the token that ends the answer, so the policy never learns to stop.",
        "The end is an action like the others: include the first one.",
        lambda tokens: [np.cumsum(tokens == 0, -1) == 0],
    ),
    Mistake(
        "after-the-end",
        "`answer_mask` goes by single tokens, and takes up digits after the end again.",
        "Everything after the first end is padding, whatever it holds.",
        lambda tokens: [tokens != 0],
    ),
    Mistake(
        "mask",
        "`answer_mask` is not true up to the first end and false after it.",
        "A cumulative count of ends tells each position what came before it.",
    ),
]
REWARDS = [
    Mistake(
        "counts-after-end",
        "`reward` adds up digits after the end.",
        "Use the mask of the part before.",
        lambda *args: [_grade(*args, mask=np.ones_like)],
    ),
    Mistake(
        "no-end-needed",
        "`reward` accepts an answer that never ends.",
        "Ask for a zero among its tokens as well.",
        lambda *args: [_grade(*args, ended=False)],
    ),
    Mistake(
        "reward",
        "`reward` is not one for exactly the answers that end and add up to the target.",
        "Grade the answer of the case by hand.",
    ),
]
ADVANTAGES = Mistake(
    "advantages",
    "`advantages` is not the distance from the group's mean in units of the group's spread.",
    "Go back to the exercise on group advantages: it knows the usual slips.",
)
LOGS = Mistake(
    "log-probs",
    "`log_probs` is not the log-probability of each token at its own problem and position.",
    "Take `log_softmax` over the last axis, and pick the entry of the token.",
)
LOSSES = [
    Mistake(
        "sign",
        "`loss_and_gradient` returned the gain as the loss.",
        "Return its negative.",
        lambda *args: [-_surrogate(*args)[0]],
    ),
    Mistake(
        "per-sequence",
        "`loss_and_gradient` averages over each answer first.",
        "Divide one sum by the number of tokens in all answers.",
        lambda *args: _surrogate(*args)[2][0],
    ),
    Mistake(
        "padding-counted",
        "`loss_and_gradient` counts padding, in the sum or in the number of tokens.",
        "Keep to the places where the mask is true in both.",
        lambda *args: _surrogate(*args)[2][1],
    ),
    Mistake(
        "loss",
        "`loss_and_gradient` returned a loss that is not the clipped surrogate.",
        "Go back to the exercise on the clipped objective.",
    ),
]
GRADIENTS = [
    Mistake(
        "ascent",
        "`loss_and_gradient` returned the gradient of the gain.",
        "Return that of the loss, its negative.",
        lambda *args: [-_surrogate(*args)[1]],
    ),
    Mistake(
        "clip-not-in-gradient",
        "The loss is right, but the gradient is that of a loss without the clip.",
        "Where the clipped product is the smaller, the gradient is zero.",
        lambda *args: [_surrogate(*args[:5], np.inf)[1]],
    ),
    Mistake(
        "gradient",
        "The loss is right, and its gradient is another one.",
        "Move one logit by 1e-5 and see how the loss changes.",
    ),
]
UNCHANGED = Mistake(
    "unchanged",
    "`train` returned the logits that it got, as if no gradient had reached them.",
    "Keep the result of each step, and draw the answers of a group apart: alike, they teach nothing.",
)
WORSE = Mistake(
    "worse",
    "`train` made the policy worse.",
    "Lower the loss: step against the gradient.",
)
NOT_LEARNT = Mistake(
    "not-learnt",
    "The policy improved too little.",
    "Print each problem's mean reward every ten steps. If all creep, raise the learning rate; if one "
    "stays at zero, its answers agree: lower the rate or draw larger groups.",
)
