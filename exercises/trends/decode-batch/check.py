"""Checks `decode_batch` and `prefill_length` against the times of calculating and of reading."""

import math

import numpy as np

from struggle.compare import Mistake, close, explain, number, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-6  # a whole number that is one off differs by more: the batches stay below 20,000


def check(submission, rng):
    cases = Cases()
    for share, cache in ((0.2, 0.3), (1, 0.5), (0.1, 1.3), (0.3, 0.6)):
        with cases:
            _decode(submission, rng, *_sheets(rng, share, cache))
    for share in (0.2, 1):
        with cases:
            _prefill(submission, *_sheets(rng, share, 0.3)[:2])
    return cases.verdict("A prompt keeps the chip busy alone; decoding needs company.")


def _sheets(rng, share, cache):
    """A chip, a model and a context; `cache` is the time of reading it over that of a token's work.

    Drawn until no mistake gives a right number.
    """
    while True:
        bandwidth = rng.uniform(200, 4000) * 1e9
        chip = {"peak": bandwidth * rng.uniform(100, 400), "bandwidth": bandwidth}
        total = rng.uniform(5, 400) * 1e9
        context = int(rng.integers(500, 5000))
        n_bytes = cache * rng.uniform(0.9, 1.1) * 2 * share * total / chip["peak"] * bandwidth
        model = {
            "total": total,
            "active": share * total,
            "weight_bytes": float(rng.choice([0.5, 1] if share < 1 else [0.5, 1, 2])),
            "cache_bytes": n_bytes / context,
        }
        inputs = (chip, model, context)
        batch, length = _batch(*inputs), _batch(chip, model, 0)
        exact = _batch(*inputs, up=float), _batch(chip, model, 0, up=float)
        clear = all(math.isinf(x) or 0.05 < x % 1 < 0.95 for x in exact)
        if clear and (share == 1 or length > 1.5 * chip["peak"] / bandwidth):
            if math.isinf(batch) or (batch < 20_000 and batch > length + 2):
                return inputs


def _decode(submission, rng, chip, model, context):
    inputs = (chip, model, context)
    got = float(table(submission.call("decode_batch", *inputs), "decode_batch", ())[()])
    want = _batch(*inputs)
    if got != want and (math.isinf(want) or not close(got, want, TOLERANCE)):
        case = f"{_shown(chip, model)}, context {context}; you returned {short(np.float64(got))}"
        if math.isinf(want):
            raise NEVER.failure(case)
        raise explain(got, BATCHES, inputs, case, TOLERANCE)


def _prefill(submission, chip, model):
    got = number(submission.call("prefill_length", chip, model), "prefill_length")
    if not close(got, _batch(chip, model, 0), TOLERANCE):
        case = f"{_shown(chip, model)}; you returned {short(got)}"
        raise explain(got, LENGTHS, (chip, model, 0), case, TOLERANCE)


def _batch(chip, model, context, read="total", worked="active", flops=2, sign=1, up=math.ceil):
    shared = model[read] * model["weight_bytes"] / chip["bandwidth"]
    token = flops * model[worked] / chip["peak"]
    cache = context * model["cache_bytes"] / chip["bandwidth"]
    return up(shared / (token - sign * cache)) if token > cache else math.inf


def _shown(chip, model):
    return ", ".join(f"{name} {short(np.float64(each))}" for name, each in (chip | model).items())


def _rounded(chip, model, context):
    exact = _batch(chip, model, context, up=float)
    return [exact, math.floor(exact), round(exact)]


def _with(**change):
    """What a batch with a mistake in it gives, where it is finite and differs from the right one."""

    def values(*sheets):
        found = _batch(*sheets, **change)
        return [found] if math.isfinite(found) and found != _batch(*sheets) else []

    return values


NEVER = Mistake(
    "never",
    "Here each text's cache takes longer to read than its token to calculate, so no batch is enough.",
    "Return math.inf where a further text costs reading at least as much time as calculating.",
)
BATCHES = [
    Mistake(
        "active-read",
        "`decode_batch` reads the active parameters only.",
        "A large batch needs every expert: read the total.",
        _with(read="active"),
    ),
    Mistake(
        "total-worked",
        "`decode_batch` calculates with all parameters for each token.",
        "Only the active ones work on a token.",
        _with(worked="total"),
    ),
    Mistake(
        "one-flop",
        "`decode_batch` counts one FLOP for each active parameter.",
        "Each takes part in a product and in a sum: count two.",
        _with(flops=1),
    ),
    Mistake(
        "cache-forgotten",
        "`decode_batch` leaves out the cache that each text brings, or all but one of its tokens.",
        "Each step reads the whole cache: subtract its time from what a text gains.",
        lambda chip, model, context: [_batch(chip, model, 0), _batch(chip, model, 1)],
    ),
    Mistake(
        "cache-added",
        "`decode_batch` adds the cache's time to the calculating, but it delays reading.",
        "A further text gains the difference of the two times.",
        _with(sign=-1),
    ),
    Mistake(
        "rounded",
        "`decode_batch` did not round up, and with this batch reading still takes longer.",
        "Return the first whole number from the crossing on.",
        _rounded,
    ),
    Mistake(
        "ridge",
        "This is the chip's ratio of FLOPs to bytes.",
        "Set the two times of a batch equal, and solve for the number of texts.",
        lambda chip, model, context: [
            chip["peak"] / chip["bandwidth"],
            math.ceil(chip["peak"] / chip["bandwidth"]),
        ],
    ),
    Mistake(
        "batch",
        "`decode_batch` is not the first batch whose calculating takes as long as its reading.",
        "Put your answer, and one less, into both times.",
    ),
]
LENGTHS = [
    Mistake(
        "prefill-active-read",
        "`prefill_length` reads the active parameters only.",
        "The tokens of a prompt need every expert among them: read the total.",
        _with(read="active"),
    ),
    Mistake(
        "prefill-rounded",
        "`prefill_length` did not round up to a whole number of tokens.",
        "Return the first whole number from the crossing on.",
        _rounded,
    ),
    Mistake(
        "prefill-ridge",
        "This is the chip's ratio of FLOPs to bytes, right only for a dense model at two bytes.",
        "Set the time of a prompt's calculating equal to that of reading the parameters.",
        lambda chip, model, context: [
            chip["peak"] / chip["bandwidth"],
            math.ceil(chip["peak"] / chip["bandwidth"]),
        ],
    ),
    Mistake(
        "length",
        "`prefill_length` is not the first length whose calculating takes as long as the reading.",
        "Put your answer, and one less, into both times.",
    ),
]
