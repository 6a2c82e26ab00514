"""Checks the five parts of masked diffusion against sums over all texts, masks and orders."""

import itertools
import math

import numpy as np

from struggle.compare import Mistake, close, explain, number, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-5  # single precision inside is good enough
MASK, LENGTH, SYMBOLS = 3, 4, 3
TEXTS = np.array(list(itertools.product(range(SYMBOLS), repeat=LENGTH)))
DRAWN = 3000  # the mean distance of 3000 fair draws from their distribution is below 0.07
APART = 0.13  # and farther than this less than once in a thousand million times
EXCESS = 0.06  # nats a token over the entropy; what knows no pairs lies 0.2 above it, or more


def check(submission, rng):
    parts = Cases("parts")
    for part in (_hide, _loss, _bound, _train, _sample, _sample_given):
        with parts:
            part(submission, rng)
    return parts.verdict(
        "Hide, guess, and open a little at a time: this is all of masked diffusion."
    )


def _hide(submission, rng):
    texts, seed = rng.integers(0, SYMBOLS, (DRAWN, LENGTH)), int(rng.integers(1000))
    low, high = rng.uniform(0.15, 0.35), rng.uniform(0.65, 0.85)
    times = np.where(np.arange(DRAWN) % 2, low, high)
    first, again, other = (
        numbers(submission.call("hide", texts, times, each), "hide", texts.shape)
        for each in (seed, seed, seed + 1)
    )
    hidden = first == MASK
    if not np.array_equal(first[~hidden], texts[~hidden]):
        raise CHANGED.failure(f"the text {texts[0]}; you returned {short(first[0])}")
    if not np.array_equal(first, again) or np.array_equal(first, other):
        raise SEED.failure(f"the seeds {seed}, {seed} and {seed + 1}")
    for time in (low, high):
        found = hidden[times == time]
        case = f"time {short(time)}, {len(found)} texts; hidden at each position {short(found.mean(0))}"
        if np.ptp(found.mean(0)) > 0.15:
            raise ONE_PATTERN.failure(case)
        if abs(found.mean() - time) > 0.05:
            raise (INVERTED if abs(found.mean() - 1 + time) < 0.05 else SHARE).failure(case)
        if abs(found.sum(1).var() / (LENGTH * time * (1 - time)) - 1) > 0.3:
            raise TOGETHER.failure(f"{case}; hidden in the first texts {found[:9].sum(1).tolist()}")


def _loss(submission, rng):
    weights, texts = rng.normal(0, 1, (4, 4, 4, 3)), rng.integers(0, SYMBOLS, (6, LENGTH))
    hidden = rng.permuted(np.arange(LENGTH) < np.array([[0], [1], [2], [2], [3], [4]]), axis=1)
    args = (weights, texts, np.where(hidden, MASK, texts), rng.uniform(0.1, 0.9, 6))
    value = submission.call("loss_and_gradient", *args)
    pair = isinstance(value, (tuple, list)) and len(value) == 2
    loss, gradient = value if pair else (value, None)
    loss = number(loss, "loss_and_gradient(...)[0]")
    gradient = numbers(gradient, "loss_and_gradient(...)[1]", weights.shape)
    want, slope = _weighted(*args)
    case = (
        f"{hidden.sum(1).tolist()} of {LENGTH} tokens hidden; you returned the loss {short(loss)}"
    )
    if not close(loss, want, TOLERANCE):
        raise explain(loss, LOSSES, args, case, TOLERANCE)
    if not np.allclose(gradient, slope, rtol=TOLERANCE, atol=1e-8):
        raise explain(gradient, GRADIENTS, args, case, TOLERANCE)


def _bound(submission, rng):
    joint, exact = _language(rng)
    want = -np.log(joint) / LENGTH
    for weights, truth in ((rng.normal(0, 1, exact.shape), None), (exact, want)):
        got = numbers(submission.call("bound", weights, TEXTS), "bound", (len(TEXTS),))
        right = _nelbo(weights) if truth is None else truth
        if not close(got, right, TOLERANCE):
            case = f"the text {TEXTS[1]}; you returned {short(got[1])}"
            raise explain(got, BOUNDS, (weights,), case, TOLERANCE)


def _train(submission, rng):
    joint, exact = _language(rng)
    texts = TEXTS[rng.choice(len(TEXTS), 600, p=joint)]
    start, seed = rng.normal(0, 0.1, exact.shape), int(rng.integers(1000))
    got = numbers(submission.call("train", start, texts, seed), "train", start.shape)
    before, after, blind = (joint @ _nelbo(each) for each in (start, got, _blind(joint)))
    entropy = -joint @ np.log(joint) / LENGTH
    if after - entropy > EXCESS:
        case = f"the bound is {before:.2f} nats a token before and {after:.2f} after"
        case = f"{case}; the entropy is {entropy:.2f}"
        if close(got, start, TOLERANCE):
            raise UNCHANGED.failure(case)
        if after > before:
            raise WORSE.failure(case)
        alone = joint @ _surprise(got, np.full_like(TEXTS, MASK)).mean(1)
        raise (ONLY_BLANK if alone < blind + 0.05 and after > blind - 0.05 else NOT_LEARNT).failure(
            case
        )


def _sample(submission, rng):
    _joint, weights = _language(rng)
    blank = np.full((DRAWN, LENGTH), MASK)
    for order, steps in (("random", 4), ("confident", 2), ("random", 2), ("random", 1)):
        _drawn(submission, rng, weights, blank, steps, order)


def _sample_given(submission, rng):
    _joint, weights = _language(rng)
    given = np.full((DRAWN, LENGTH), MASK)
    given[:, rng.integers(LENGTH)] = rng.integers(SYMBOLS)
    _drawn(submission, rng, weights, given, 2, "random")
    mixed = np.where(rng.permuted(np.arange(LENGTH) < np.array([[2], [3], [4]]), axis=1), MASK, 1)
    got = numbers(
        submission.call("sample", weights, mixed, 2, "confident", 0), "sample", (3, LENGTH)
    )
    if not np.isin(got, range(SYMBOLS)).all() or not (got == 1)[mixed == 1].all():
        raise LEFT.failure(f"the text {mixed[0]}, 2 steps; you returned {short(got[0])}")


def _drawn(submission, rng, weights, texts, steps, order):
    """Compare `sample` from many copies of one text with the exact distribution of its results."""
    seed = int(rng.integers(1000))
    args = (weights, texts, steps, order)
    got, again = (
        numbers(submission.call("sample", *args, seed), "sample", texts.shape) for _ in range(2)
    )
    start = tuple(texts[0].tolist())
    case = f"{DRAWN} times the text {texts[0]}, {steps} steps, '{order}'"
    if not np.isin(got, range(SYMBOLS)).all():
        raise LEFT.failure(f"{case}; you returned {short(got[0])}")
    if not (got == texts)[texts != MASK].all():
        raise GIVEN.failure(f"{case}; you returned {short(got[0])}")
    if not np.array_equal(got, again):
        raise SEED_OF_SAMPLE.failure(case)
    places = got.astype(int) @ SYMBOLS ** np.arange(LENGTH)[::-1]
    share = np.bincount(places, minlength=len(TEXTS)) / len(got)
    distance = _apart(share, _reached(weights, start, steps, order))
    if distance > APART:
        text = np.argmax(np.abs(share - _reached(weights, start, steps, order)))
        want = _reached(weights, start, steps, order)[text]
        case = f"{case}; {TEXTS[text]} came in {100 * share[text]:.0f} % of them, not {100 * want:.0f} %"
        raise _guess(share, weights, start, steps, order).failure(case)


def _guess(share, weights, start, steps, order):
    """The mistake whose own distribution is the one that was drawn."""
    n = start.count(MASK)
    other = {"random": "confident", "confident": "random"}[order]
    candidates = [
        (AT_ONCE, 1, order, False),
        (GREEDY, steps, order, True),
        (STEPS_IGNORED, n, order, False),
        (ORDER_IGNORED, steps, other, False),
        (ORDER_IGNORED, steps, "in turn", False),
        (LEAST_SURE, steps, "unsure", False),
    ]
    for mistake, *how in candidates:
        if how != [steps, order, False] and _apart(share, _reached(weights, start, *how)) < APART:
            return mistake
    return SAMPLE


def _apart(p, q):
    """Total variation distance."""
    return np.abs(p - q).sum() / 2


# The language and the model


def _language(rng):
    """The chance of each text, and weights with which the model knows it exactly.

    The first and the third symbol hang together, and so do the second and the fourth; nothing else.
    """
    weights, joint = np.zeros((LENGTH, LENGTH, MASK + 1, SYMBOLS)), np.ones(len(TEXTS))
    for i, j in ((0, 2), (1, 3)):
        mostly = np.eye(SYMBOLS)[rng.permutation(SYMBOLS)] * rng.permutation([0.5, 0.3, 0.15])
        pair = mostly + rng.uniform(0.01, 0.03, (SYMBOLS, SYMBOLS))
        pair /= pair.sum()
        left, right = pair.sum(1), pair.sum(0)
        joint *= pair[TEXTS[:, i], TEXTS[:, j]]
        weights[i, i, MASK], weights[j, j, MASK] = np.log(left), np.log(right)
        gain = np.log(pair / np.outer(left, right))  # what each says of the other
        weights[i, j, :MASK], weights[j, i, :MASK] = gain.T, gain
    return joint, weights


def _blind(joint):
    """Weights that know how often each symbol comes, and no pairs."""
    weights = np.zeros((LENGTH, LENGTH, MASK + 1, SYMBOLS))
    for i in range(LENGTH):
        weights[i, i, MASK] = np.log(np.bincount(TEXTS[:, i], joint))
    return weights


def _log_probs(weights, tokens):
    place = np.arange(LENGTH)
    votes = weights[place[:, None], place, tokens[:, None]].sum(2)
    return votes - np.logaddexp.reduce(votes, axis=-1, keepdims=True)


def _surprise(weights, noisy, texts=TEXTS):
    return -np.take_along_axis(_log_probs(weights, noisy), texts[..., None], -1)[..., 0]


def _weighted(weights, texts, noisy, times):
    """The loss and its gradient by the chain rule."""
    factor = (noisy == MASK) / times[:, None] / texts.size
    score = np.exp(_log_probs(weights, noisy)) - np.eye(SYMBOLS)[texts]
    gradient = np.zeros_like(weights)
    for i, j in itertools.product(range(LENGTH), repeat=2):
        np.add.at(gradient[i, j], noisy[:, j], factor[:, i, None] * score[:, i])
    return (factor * _surprise(weights, noisy, texts)).sum(), gradient


def _by_masks(weights):
    """For each way to hide something, how many tokens it hides and their mean surprise by text."""
    for ways in itertools.product((False, True), repeat=LENGTH):
        if any(ways):
            hidden = np.array(ways)
            losses = _surprise(weights, np.where(hidden, MASK, TEXTS))
            yield int(hidden.sum()), losses[:, hidden].mean(1)


def _nelbo(weights):
    return sum(mean / math.comb(LENGTH, n) for n, mean in _by_masks(weights)) / LENGTH


def _reached(weights, start, steps, order, greedy=False):
    """The exact chance of each text after decoding `start`, summed over all draws and choices."""
    states, n_blank = {start: 1.0}, start.count(MASK)
    for step in range(1, steps + 1):
        left, after = n_blank * (steps - step) // steps, {}
        for state, chance in states.items():
            for found, share in _step(weights, state, left, order, greedy):
                after[found] = after.get(found, 0) + chance * share
        states = after
    found = np.zeros(len(TEXTS))
    for state, chance in states.items():
        found[np.array(state) @ SYMBOLS ** np.arange(LENGTH)[::-1]] = chance
    return found


def _step(weights, state, left, order, greedy):
    """Every state that one step may lead to, with its chance."""
    blanks = [i for i in range(LENGTH) if state[i] == MASK]
    p = np.exp(_log_probs(weights, np.array([state])))[0][blanks]
    if greedy:
        p = np.eye(SYMBOLS)[p.argmax(1)] * (1 - 1e-9) + p * 1e-9
    n = len(blanks) - left
    for drawn in itertools.product(range(SYMBOLS), repeat=len(blanks)):
        sure = [row[symbol] for row, symbol in zip(p.tolist(), drawn, strict=True)]
        share = math.prod(sure)
        choices = list(_choices(sure, n, order))
        for chosen in choices if share > 1e-7 else ():
            after = list(state)
            for place in chosen:
                after[blanks[place]] = drawn[place]
            yield tuple(after), share / len(choices)


def _choices(sure, n, order):
    """The blanks that may be opened, all with the same chance."""
    places = range(len(sure))
    match order:
        case "random":
            return itertools.combinations(places, n)
        case "confident":
            return [sorted(places, key=lambda place: -sure[place])[:n]]
        case "unsure":
            return [sorted(places, key=lambda place: sure[place])[:n]]
    return [places[:n]]


CHANGED = Mistake(
    "changed",
    "`hide` changed a token that it did not hide.",
    "Put the mask where a random number is below the time, and leave the rest as it is.",
)
SEED = Mistake(
    "seed",
    "`hide` must give the same for the same seed, and something else for another.",
    "Make a generator of the seed inside: `np.random.default_rng(seed)`.",
)
INVERTED = Mistake(
    "inverted",
    "`hide` hides what it should show: the share that is hidden is one minus the time.",
    "A random number between zero and one is below t with probability t.",
)
SHARE = Mistake(
    "share",
    "`hide` does not hide each token with the probability that its text's time gives.",
    "Compare a table of random numbers with the times, one time for each row.",
)
ONE_PATTERN = Mistake(
    "one-pattern",
    "`hide` hides the same positions in every text.",
    "Draw a random number for each token of each text.",
)
TOGETHER = Mistake(
    "together",
    "`hide` does not decide on each token by itself: the number that it hides varies too little or "
    "too much.",
    "Draw a random number for each token, not one for each text and no fixed number of masks.",
)
LOSSES = [
    Mistake(
        "unweighted",
        "`loss_and_gradient` leaves out the weight.",
        "Divide the loss of each text by its time.",
        lambda w, x, z, t: [np.mean(_surprise(w, z, x) * (z == MASK))],
    ),
    Mistake(
        "everything",
        "`loss_and_gradient` counts tokens that the model was shown.",
        "Keep those that are a mask in the noisy text.",
        lambda w, x, z, t: [np.mean(_surprise(w, z, x) / t[:, None])],
    ),
    Mistake(
        "sign",
        "`loss_and_gradient` returned the negative of the loss.",
        "Take minus the logarithm.",
        lambda *args: [-_weighted(*args)[0]],
    ),
    Mistake(
        "loss",
        "`loss_and_gradient` returned a loss that is not the weighted one of the hidden tokens.",
        "Go back to the exercise on the loss of a masked text: it knows the usual slips.",
    ),
]
GRADIENTS = [
    Mistake(
        "ascent",
        "The loss is right, and the gradient has the opposite sign.",
        "Return the gradient of the loss itself.",
        lambda *args: [-_weighted(*args)[1]],
    ),
    Mistake(
        "gradient",
        "The loss is right, and its gradient is another one.",
        "Move one weight by 1e-5 and see how the loss changes.",
    ),
]
BOUNDS = [
    Mistake(
        "masks-alike",
        "`bound` averages over all ways to hide something alike, so those with two masks rule.",
        "Average over the ways with one mask, with two and so on, then over these four means.",
        lambda w: [sum(mean for _, mean in _by_masks(w)) / 15],
    ),
    Mistake(
        "not-by-token",
        "`bound` is in nats a text.",
        "Divide by the length.",
        lambda w: [LENGTH * _nelbo(w)],
    ),
    Mistake(
        "all-blank",
        "`bound` looks only at texts with everything hidden.",
        "Go through every way to hide some of the tokens.",
        lambda w: [_surprise(w, np.full_like(TEXTS, MASK)).mean(1)],
    ),
    Mistake(
        "left-to-right",
        "`bound` reveals the tokens from left to right only.",
        "Go through every way to hide some of the tokens, not only the endings.",
        lambda w: [
            np.mean(
                [
                    _surprise(w, np.where(np.arange(LENGTH) < n, TEXTS, MASK))[:, n]
                    for n in range(LENGTH)
                ],
                axis=0,
            )
        ],
    ),
    Mistake(
        "bound",
        "`bound` is not the mean over the number of masks, the ways to place them and the masks.",
        "Write out the six ways to place two masks, and print what each gives.",
    ),
]
UNCHANGED = Mistake(
    "unchanged",
    "`train` returned the weights that it got.",
    "Keep the result of each step; a NumPy array does not change by itself.",
)
WORSE = Mistake(
    "worse",
    "`train` made the model worse.",
    "Step against the gradient, and not too far.",
)
ONLY_BLANK = Mistake(
    "only-blank",
    "The model knows how often each symbol comes and nothing of how they hang together, as if it had "
    "seen only empty texts.",
    "Draw a new time between zero and one for each text at each step, and hide by it.",
)
NOT_LEARNT = Mistake(
    "not-learnt",
    "The model learnt too little.",
    "Print the loss every twenty steps: if it still falls, take more or larger steps; if it only "
    "jumps, smaller ones. Adam saves the search.",
)
LEFT = Mistake(
    "left",
    "`sample` left a mask, or put something in that is no symbol.",
    "Count the blanks of each text by itself; after the last step none may be left.",
)
GIVEN = Mistake(
    "given",
    "`sample` changed a symbol that it was given.",
    "Write only where a mask stands.",
)
SEED_OF_SAMPLE = Mistake(
    "seed-of-sample",
    "`sample` gave two results for the same seed.",
    "Take all chance from one generator that is made of the seed.",
)
AT_ONCE = Mistake(
    "at-once",
    "`sample` draws all symbols at once, so they do not know one another.",
    "Keep the share that the step allows, and ask the model again with what is kept.",
)
GREEDY = Mistake(
    "greedy",
    "`sample` takes the likeliest symbol where it should draw one.",
    "Draw each symbol with its probability, for instance with Gumbel noise.",
)
STEPS_IGNORED = Mistake(
    "steps-ignored",
    "`sample` opens one blank at a time, whatever the number of steps.",
    "After step k of S, the number of blanks times (S - k) / S is left, rounded down.",
)
ORDER_IGNORED = Mistake(
    "order-ignored",
    "`sample` chooses the blanks to open in another order than it was told.",
    "Rank by fresh random numbers for 'random', by the probability of what was drawn for 'confident'.",
)
LEAST_SURE = Mistake(
    "least-sure",
    "`sample` opens first the blanks of which the model is least sure.",
    "The highest probability goes first.",
)
SAMPLE = Mistake(
    "sample",
    "`sample` draws texts with other probabilities than this number of steps and this order give.",
    "Follow one text through its steps, and print the model's probabilities at each.",
)
