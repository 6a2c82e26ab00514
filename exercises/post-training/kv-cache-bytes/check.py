"""Checks `kv_cache_bytes` and `texts_that_fit` against a count vector by vector."""

from struggle.compare import Mistake, close, explain, number, short
from struggle.verdict import Cases

TOLERANCE = 1e-9


def check(submission, rng):
    cases = Cases()
    for grouped in (1, 3, 8):
        with cases:
            _bytes(submission, rng, grouped)
    for room in (rng.integers(3, 9) + rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8), -0.5):
        with cases:
            _texts(submission, rng, float(room))
    return cases.verdict("Every key and value of every layer is counted once.")


def _model(rng, grouped):
    """A config in which `grouped` query heads share one key-value head."""
    n_kv_heads, head_dim = int(rng.integers(2, 7)), 16 * int(rng.integers(2, 7))
    n_heads = grouped * n_kv_heads
    return {
        "d_model": n_heads * head_dim,
        "n_layers": int(rng.integers(5, 40)),
        "n_heads": n_heads,
        "n_kv_heads": n_kv_heads,
    }


def _size(config, length, width):
    head_dim = config["d_model"] // config["n_heads"]
    return 2 * config["n_layers"] * config["n_kv_heads"] * head_dim * length * width


def _bytes(submission, rng, grouped):
    config, length, width = _model(rng, grouped), int(rng.integers(100, 9000)), 4
    got = number(submission.call("kv_cache_bytes", config, length, width), "kv_cache_bytes")
    if not close(got, _size(config, length, width), TOLERANCE):
        case = (
            f"{_shown(config)}, {length} tokens, {width} bytes a number; you returned {short(got)}"
        )
        raise explain(got, SIZES, (config, length, width), case, TOLERANCE)


def _texts(submission, rng, room):
    """`room` is how many texts fit beside the weights, with a fraction."""
    config, length, width = _model(rng, 4), int(rng.integers(100, 9000)), 4
    size = _size(config, length, width)
    weights = int(rng.uniform(3, 9) * size)
    inputs = (config, length, width, weights + int(room * size), weights)
    got = number(submission.call("texts_that_fit", *inputs), "texts_that_fit")
    if not close(got, max(0, room // 1), TOLERANCE):
        case = (
            f"memory {short(inputs[3])}, weights {short(weights)}, a cache of {short(size)} bytes"
        )
        raise explain(
            got, TEXTS, (room, weights / size), f"{case}; you returned {short(got)}", 1e-3
        )


def _shown(config):
    return ", ".join(f"{name} {value}" for name, value in config.items())


SIZES = [
    Mistake(
        "query-heads",
        "You store as much as if each query head had its own key and value; several share one.",
        "Store one for each key-value head, each as wide as a query head.",
        lambda c, n, w: [_size(c, n, w) * c["n_heads"] / c["n_kv_heads"]],
    ),
    Mistake(
        "keys-only",
        "You count keys or values, and both are kept.",
        "Count two vectors for each key-value head.",
        lambda c, n, w: [_size(c, n, w) / 2],
    ),
    Mistake(
        "one-layer",
        "This is the cache of one layer.",
        "Each layer keeps its own keys and values.",
        lambda c, n, w: [_size(c, n, w) / c["n_layers"]],
    ),
    Mistake(
        "head-width",
        "The vectors are too long: a head is not as wide as the model.",
        "Divide the width of the model by the number of query heads.",
        lambda c, n, w: [_size(c, n, w) * c["n_heads"]],
    ),
    Mistake(
        "squared",
        "You count pairs of tokens, and the scores of pairs are not kept.",
        "Count once for each token of the text.",
        lambda c, n, w: [_size(c, n, w) * n, _size(c, n, w) * (n + 1) / 2],
    ),
    Mistake(
        "numbers",
        "This is how many numbers there are, or their bits.",
        "Multiply the numbers by the bytes of each.",
        lambda c, n, w: [_size(c, n, w) / w, _size(c, n, w) * 8],
    ),
    Mistake(
        "bytes",
        "These are not the bytes of all keys and values.",
        "Count one token in one layer by hand, then multiply.",
    ),
]
TEXTS = [
    Mistake(
        "negative",
        "The weights alone are larger than the memory, and fewer than zero texts make no sense.",
        "Return zero where nothing fits.",
        lambda room, weights: [room, room // 1, -(-room // 1)] if room < 0 else [],
    ),
    Mistake(
        "fraction",
        "Part of a text is no text.",
        "Round down to a whole number.",
        lambda room, weights: [room],
    ),
    Mistake(
        "rounded-up",
        "The last of these texts does not fit whole.",
        "Round down, also when less than one text fits.",
        lambda room, weights: [room // 1 + 1],
    ),
    Mistake(
        "weights-forgotten",
        "The weights lie in the same memory, and you left no room for them.",
        "Subtract the weights before you divide.",
        lambda room, weights: [(room + weights) // 1, room + weights],
    ),
    Mistake(
        "texts",
        "This is not how many texts fit.",
        "Subtract the weights from the memory, and see how often one cache goes into the rest.",
    ),
]
