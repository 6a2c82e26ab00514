"""Checks `kept(...)` on crowded batches where every plausible order of seating differs."""

import math

import numpy as np

from struggle.compare import Mistake, close, explain, numbers, short
from struggle.verdict import Cases

TOLERANCE = 1e-6  # the answers are zeros and ones


def check(submission, rng):
    cases = Cases()
    for k, factor in ((1, 1.0), (2, 1.0), (2, 1.25), (3, 0.75)):
        with cases:
            batch = _batch(rng, k, factor)
            chosen = batch[0].copy()
            got = numbers(submission.call("kept", chosen, *batch[1:]), "kept", chosen.shape)
            if not close(got, _kept(*batch), TOLERANCE):
                token = int(np.argmax(np.abs(got - _kept(*batch)).sum(1)))
                case = f"{len(chosen)} tokens, {batch[1]} experts, {k} for each token, factor "
                case += f"{short(factor)}; token {token} chose {short(batch[0][token])}"
                case += f" and you returned {short(got[token])}"
                raise explain(got, MISTAKES, batch, case, TOLERANCE)
    return cases.verdict("First come, first served, round by round.")


def _batch(rng, k, factor):
    """A crowded batch, drawn until rounding matters and every mistake shows.

    In rounds of one choice nobody chooses the last expert.
    """
    while True:
        n_tokens, n = int(rng.integers(17, 30)), int(rng.integers(4, 7))
        popular = rng.dirichlet(np.append(np.full(n - 1, 3.0), 3.0 if k > 1 else 0))
        picks = [rng.choice(n, k, replace=False, p=popular) for _ in range(n_tokens)]
        batch = (np.array(picks), n, factor)
        best, room = _kept(*batch), factor * k * n_tokens / n
        mistakes = [value for each in MISTAKES[:-1] for value in each.values(*batch)]
        # Above the half, `round` goes up; with a factor above one, an early rounding loses a seat.
        early = math.floor(factor * (k * n_tokens // n)) < math.floor(room)
        shows = early if factor > 1 else room % 1 > 0.5
        apart = 0.1 < room % 1 < 0.9 and _present(*batch) != math.ceil(room)
        if shows and apart and not any(close(value, best, 0.1) for value in mistakes):
            return batch


def _seated(order, chosen, room):
    """Ones at the choices, taken in `order` (pairs of token and rank), that find a place."""
    taken: dict[int, int] = {}
    mask = np.zeros(chosen.shape)
    for token, rank in order:
        expert = int(chosen[token, rank])
        mask[token, rank] = taken.get(expert, 0) < room
        taken[expert] = taken.get(expert, 0) + 1
    return mask


def _rounds(chosen):
    n_tokens, k = chosen.shape
    return [(token, rank) for rank in range(k) for token in range(n_tokens)]


def _room(chosen, n, factor):
    return math.floor(factor * chosen.size / n)


def _kept(chosen, n, factor):
    return _seated(_rounds(chosen), chosen, _room(chosen, n, factor))


def _present(chosen, n, factor):
    """The room if experts whom nobody chose did not count."""
    return _room(chosen, chosen.max() + 1, factor)


def _with(room):
    """What another capacity seats, where it is another."""

    def values(chosen, n, factor):
        other = room(chosen, n, factor)
        if other == _room(chosen, n, factor):
            return []
        return [_seated(_rounds(chosen), chosen, other)]

    return values


def _by_token(chosen, n, factor):
    order = sorted(_rounds(chosen))
    return [_seated(order, chosen, _room(chosen, n, factor))] if chosen.shape[1] > 1 else []


def _from_the_end(chosen, n, factor):
    room, rounds = _room(chosen, n, factor), _rounds(chosen)
    yield _seated(rounds[::-1], chosen, room)
    yield _seated(sorted(rounds, key=lambda place: (place[1], -place[0])), chosen, room)


def _each_round(chosen, n, factor):
    """Benches emptied between the rounds."""
    columns = [_seated(_rounds(c), c, _room(chosen, n, factor)) for c in chosen.T[:, :, None]]
    return [np.hstack(columns)] if chosen.shape[1] > 1 else []


def _whole_token(chosen, n, factor):
    mask = _kept(chosen, n, factor)
    return [np.ones_like(mask) * mask.min(1, keepdims=True)] if chosen.shape[1] > 1 else []


MISTAKES = [
    Mistake(
        "by-token",
        "All choices of a token were seated before the next token came.",
        "Seat every token's first choice first: go through the columns, and down each.",
        _by_token,
    ),
    Mistake(
        "from-the-end",
        "The last tokens were seated before the first ones.",
        "Let the tokens come in their order.",
        _from_the_end,
    ),
    Mistake(
        "no-k",
        "The capacity counts tokens, but each token asks for `k` places.",
        "Multiply by the number of choices that a token has.",
        _with(lambda c, n, f: math.floor(f * len(c) / n)),
    ),
    Mistake(
        "rounded-up",
        "The capacity was rounded up or to the nearest whole number.",
        "Round down: half a place seats nobody.",
        _with(lambda c, n, f: math.ceil(f * c.size / n)),
    ),
    Mistake(
        "rounded-early",
        "The even share was rounded before it was multiplied by the factor.",
        "Round once, at the end.",
        _with(lambda c, n, f: math.floor(f * (c.size // n))),
    ),
    Mistake(
        "present-only",
        "Experts whom nobody chose were left out when the places were shared.",
        "Divide by `n_experts`, not by how many occur.",
        _with(_present),
    ),
    Mistake(
        "no-factor",
        "The capacity factor was left out.",
        "Multiply the even share by it before rounding.",
        _with(lambda c, n, f: math.floor(c.size / n)),
    ),
    Mistake(
        "each-round",
        "The places were given out anew in every round.",
        "Whoever sat down in the first round keeps the place: go on with the same counters.",
        _each_round,
    ),
    Mistake(
        "whole-token",
        "A token that lost one choice lost all of them.",
        "Drop the single choice and keep the token's others.",
        _whole_token,
    ),
    Mistake(
        "inverted",
        "There are ones where a choice was dropped.",
        "Return one for kept and zero for dropped.",
        lambda *batch: [1 - _kept(*batch)],
    ),
    Mistake(
        "no-limit",
        "Everybody was seated.",
        "Count how many came before for the same expert, and compare with the capacity.",
        lambda c, n, f: [np.ones(c.shape)],
    ),
    Mistake(
        "kept",
        "Another set of choices finds a place.",
        "Seat the first five tokens by hand, with a stroke for each place taken.",
    ),
]
