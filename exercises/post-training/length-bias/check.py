"""Checks the weight of a token under three normalisations, and whom each of them favours."""

import numpy as np

from struggle.compare import Mistake, close, explain, number, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6
SCHEMES = ("batch", "sequence", "constant")  # a length too many shows under the first one


def check(submission, rng):
    cases = Cases()
    for scheme in SCHEMES:
        for stage in (_weights_of, _favour_of):
            with cases:
                stage(submission, scheme, *_group(rng))
    return cases.verdict(
        "Only the mean over each answer makes a long failure cheaper by the token."
    )


def _weights_of(submission, scheme, _, lengths, limit):
    args = (lengths, scheme, limit)
    got = numbers(submission.call("token_weights", *args), "token_weights", lengths.shape)
    if not close(got, _weights(*args), TOLERANCE):
        case = f"lengths {short(lengths)}, '{scheme}', limit {limit}; you returned {short(got)}"
        raise explain(got, WEIGHTS, args, case, TOLERANCE)


def _favour_of(submission, scheme, rewards, lengths, limit):
    args = (rewards, lengths, scheme, limit)
    got = number(submission.call("favour", *args), "favour")
    if not close(got, _gap(*args), TOLERANCE):
        case = f"rewards {short(rewards)}, lengths {short(lengths)}, '{scheme}', limit {limit}"
        raise explain(got, FAVOURS, args, f"{case}; you returned {short(got)}", TOLERANCE)


def _group(rng):
    """Rewards and lengths of six answers, the shortest and the longest right, and the limit."""
    lengths = np.sort(rng.choice(np.arange(5, 120), 6, replace=False))
    order = rng.permutation(6)
    return np.array([1.0, 0, 0, 0, 0, 1])[order], lengths[order], int(rng.integers(128, 512))


def _weights(lengths, scheme, limit):
    match scheme:
        case "sequence":
            return 1 / (lengths.size * lengths)
        case "batch":
            return np.full(lengths.size, 1 / lengths.sum())
        case _:
            return np.full(lengths.size, 1 / (lengths.size * limit))


def _push(rewards, lengths, scheme, limit):
    return (rewards - rewards.mean()) * _weights(lengths, scheme, limit)


def _gap(rewards, lengths, scheme, limit):
    return _between(_push(rewards, lengths, scheme, limit), rewards, lengths)


def _between(push, rewards, lengths):
    failed = np.flatnonzero(rewards == 0)
    order = failed[np.argsort(lengths[failed])]
    return push[order[-1]] - push[order[0]]


def _whole_answers(lengths, scheme, limit):
    return [_weights(lengths, scheme, limit) * lengths]


def _not_averaged(lengths, scheme, limit):
    return [_weights(lengths, scheme, limit) * lengths.size] if scheme != "batch" else []


def _padded(lengths, scheme, limit):
    longest = np.full(lengths.size, 1 / (lengths.size * lengths.max()))
    return [longest] if scheme != "sequence" else []


WEIGHTS = [
    Mistake(
        "whole-answers",
        "`token_weights` returned the weight of each whole answer.",
        "Return that of one of its tokens, a share of it as large as the others.",
        _whole_answers,
    ),
    Mistake(
        "not-averaged",
        "`token_weights` adds up the answers in place of averaging them.",
        "Divide by the number of answers too.",
        _not_averaged,
    ),
    Mistake(
        "longest",
        "`token_weights` divides by the longest answer, so padding counts or one long answer makes "
        "all others lighter.",
        "Divide by the true number of tokens for 'batch', and by the limit for 'constant'.",
        _padded,
    ),
    Mistake(
        "limit-for-batch",
        "`token_weights` divides by the limit where the tokens of the batch should be counted.",
        "For 'batch', divide by the sum of the lengths.",
        lambda lengths, scheme, limit: [
            _weights(lengths, "constant", limit),
            1 / limit + 0 * lengths,
        ],
    ),
    Mistake(
        "inverted",
        "`token_weights` gives the tokens of long answers more weight.",
        "Averaging over more tokens leaves less for each.",
        lambda lengths, scheme, limit: [lengths / lengths.sum(), lengths.astype(float)],
    ),
    Mistake(
        "weights",
        "`token_weights` does not give the factor with which one token enters the loss.",
        "Write the loss of two answers out as a sum over tokens and read the factors off.",
    ),
]
FAVOURS = [
    Mistake(
        "order",
        "`favour` subtracts the long failure from the short one.",
        "Return the push on the longest minus the push on the shortest.",
        lambda *args: [-_gap(*args)],
    ),
    Mistake(
        "successes-included",
        "`favour` looked for the longest and the shortest among all answers.",
        "Leave out the answers with a reward of one.",
        lambda rewards, lengths, scheme, limit: [
            _between(_push(rewards, lengths, scheme, limit), 0 * rewards, lengths)
        ],
    ),
    Mistake(
        "not-centred",
        "`favour` used the rewards themselves, which push no failure at all.",
        "The advantage is the reward minus the mean of the group.",
        lambda *args: [0.0],
    ),
    Mistake(
        "advantage-missing",
        "`favour` compares the weights without the advantage.",
        "Multiply each weight by the advantage of its answer: it turns the sign.",
        lambda rewards, lengths, *rest: [_between(_weights(lengths, *rest), rewards, lengths)],
    ),
    Mistake(
        "standardised",
        "`favour` divided the advantage by the spread of the group.",
        "Here it is the reward minus the mean and nothing more.",
        lambda rewards, *rest: [
            _gap(rewards, *rest) / rewards.std(),
            _gap(rewards, *rest) / rewards.std(ddof=1),
        ],
    ),
    Mistake(
        "length-twice",
        "`favour` multiplied by the length of the answer.",
        "The score of an answer already is a sum over its tokens; the push is the factor before it.",
        lambda rewards, lengths, *rest: [
            _between(_push(rewards, lengths, *rest) * lengths, rewards, lengths)
        ],
    ),
    Mistake(
        "favour",
        "`favour` is not the difference of the two pushes.",
        "Print the weight and the advantage of both answers, and multiply them.",
    ),
]
