"""Checks `layer_numbers` and `cache_bytes` for four kinds of attention."""

import math

from struggle.compare import Mistake, close, explain, number, short
from struggle.verdict import Cases

TOLERANCE = 1e-9


def check(submission, rng):
    cases = Cases()
    for kind in (_full, _grouped, _latent):
        with cases:
            _numbers(submission, kind(rng))
    for kind in (_full, _latent):
        with cases:
            _bytes(submission, rng, kind(rng), int(rng.integers(1000, 90_000)))
    for longer, full_last in (
        (rng.uniform(3, 40), False),
        (rng.uniform(0.2, 0.8), False),
        (rng.uniform(3, 40), True),
    ):
        with cases:
            config = _sliding(rng, full_last)
            _bytes(submission, rng, config, int(longer * config["window"]))
    return cases.verdict("Fewer heads, a shorter vector or fewer tokens: each shrinks one factor.")


def _full(rng):
    heads = int(rng.integers(3, 60))
    return _grouped(rng) | {"n_heads": heads, "n_kv_heads": heads}


def _grouped(rng):
    n_kv_heads = int(rng.integers(2, 9))
    return {
        "n_layers": int(rng.integers(10, 90)),
        "n_heads": n_kv_heads * int(rng.integers(3, 9)),
        "n_kv_heads": n_kv_heads,
        "head_dim": 8 * int(rng.integers(5, 17)),
    }


def _latent(rng):
    rope_dim = 8 * int(rng.integers(3, 12))
    return _full(rng) | {"kv_rank": rope_dim * int(rng.integers(3, 9)) + 8, "rope_dim": rope_dim}


def _sliding(rng, full_last):
    """Layers that `full_every` divides only if the last one is to be full."""
    full_every = int(rng.integers(3, 8))
    layers = full_every * int(rng.integers(3, 10))
    layers += 0 if full_last else int(rng.integers(1, full_every))
    window = 128 * int(rng.integers(1, 33))
    return _grouped(rng) | {"n_layers": layers, "window": window, "full_every": full_every}


def _numbers(submission, config):
    got = number(submission.call("layer_numbers", config), "layer_numbers")
    if not close(got, _kept(config), TOLERANCE):
        case = f"{_shown(config)}; you returned {short(got)}"
        raise explain(got, NUMBERS, (config,), case, TOLERANCE)


def _bytes(submission, rng, config, length):
    inputs = (config, length, int(rng.choice([1, 2, 4])))
    got = number(submission.call("cache_bytes", *inputs), "cache_bytes")
    if not close(got, _cache(*inputs), TOLERANCE):
        case = f"{_shown(config)}, {length} tokens, {inputs[2]} bytes a number; you returned "
        raise explain(got, BYTES, inputs, f"{case}{short(got)}", TOLERANCE)


def _shown(config):
    return ", ".join(f"{name} {value}" for name, value in config.items())


def _heads(config, heads="n_kv_heads", vectors=2):
    return vectors * config[heads] * config["head_dim"]


def _kept(config):
    if "kv_rank" in config:
        return config["kv_rank"] + config["rope_dim"]
    return _heads(config)


def _cache(config, length, width, held=min, full=None):
    """`held` gives the tokens of a sliding layer, `full` the layers that see everything."""
    layers = config["n_layers"]
    if "window" not in config:
        return layers * length * _kept(config) * width
    full = layers // config["full_every"] if full is None else full
    tokens = full * length + (layers - full) * held(length, config["window"])
    return tokens * _kept(config) * width


def _if_latent(*values):
    """Mistakes of the latent kind: each of `values` takes rank, rotary width and heads."""
    return lambda c: (
        [value(c["kv_rank"], c["rope_dim"], c["n_heads"]) for value in values]
        if "kv_rank" in c
        else []
    )


def _if_sliding(change):
    return lambda c, length, width: [_cache(c, length, width, **change(c))] if "window" in c else []


NUMBERS = [
    Mistake(
        "latent-ignored",
        "`layer_numbers` counts keys and values where a latent vector is kept instead.",
        "Where the config has a `kv_rank`, no key or value of a head is kept.",
        lambda c: [_heads(c), _heads(c) + c["kv_rank"] + c["rope_dim"]] if "kv_rank" in c else [],
    ),
    Mistake(
        "latent-doubled",
        "`layer_numbers` counts the latent twice.",
        "Keys and values are both computed from the one vector that is kept.",
        _if_latent(lambda r, p, h: 2 * (r + p), lambda r, p, h: 2 * r + p),
    ),
    Mistake(
        "latent-per-head",
        "`layer_numbers` counts the latent or the rotary key once for each head.",
        "All heads share one latent vector and one rotary key.",
        _if_latent(
            lambda r, p, h: h * (r + p), lambda r, p, h: r + h * p, lambda r, p, h: h * r + p
        ),
    ),
    Mistake(
        "rotary-forgotten",
        "`layer_numbers` leaves out the rotary key.",
        "Beside the latent a key of `rope_dim` numbers is kept.",
        _if_latent(lambda r, p, h: r),
    ),
    Mistake(
        "query-heads",
        "`layer_numbers` counts a key and a value for each query head.",
        "Only `n_kv_heads` heads have keys and values of their own.",
        lambda c: [_heads(c, "n_heads")],
    ),
    Mistake(
        "keys-only",
        "`layer_numbers` counts one vector for each key-value head.",
        "A key and a value are two.",
        lambda c: [_heads(c, vectors=1), _heads(c, "n_heads", vectors=1)],
    ),
    Mistake(
        "numbers",
        "`layer_numbers` is not what one layer keeps of one token.",
        "Write down the vectors that it keeps, and how long each of them is.",
    ),
]
BYTES = [
    Mistake(
        "window-ignored",
        "`cache_bytes` lets the sliding layers keep the whole text.",
        "They hold the last `window` tokens at most.",
        lambda c, length, width: [_cache(c, length, width, held=lambda n, w: n)],
    ),
    Mistake(
        "window-reserved",
        "`cache_bytes` counts a whole window where the text is shorter than that.",
        "A sliding layer holds what there is, until there is more than the window.",
        _if_sliding(lambda c: {"held": lambda n, w: w}),
    ),
    Mistake(
        "all-slide",
        "`cache_bytes` lets every layer slide.",
        "Each `full_every`-th layer holds the whole text.",
        _if_sliding(lambda c: {"full": 0}),
    ),
    Mistake(
        "sorts-swapped",
        "`cache_bytes` has full and sliding layers in each other's place.",
        "One of `full_every` layers is full, the others slide.",
        _if_sliding(lambda c: {"full": c["n_layers"] - c["n_layers"] // c["full_every"]}),
    ),
    Mistake(
        "layers-rounded",
        "`full_every` does not divide the number of layers here, and `cache_bytes` rounded otherwise.",
        "Count the numbers from 1 to `n_layers` that `full_every` divides.",
        lambda c, length, width: [
            _cache(c, length, width, full=rounded(c["n_layers"] / c["full_every"]))
            for rounded in (math.ceil, float, round)
            if "window" in c
        ],
    ),
    Mistake(
        "last-layer",
        "The last layer sees everything here, and `cache_bytes` lets it slide.",
        "Count the numbers from 1 to `n_layers`, the last one included, that `full_every` divides.",
        _if_sliding(lambda c: {"full": (c["n_layers"] - 1) // c["full_every"]}),
    ),
    Mistake(
        "one-layer",
        "`cache_bytes` counts one layer.",
        "Every layer keeps a cache of its own.",
        lambda c, length, width: [length * _kept(c) * width],
    ),
    Mistake(
        "bytes-forgotten",
        "`cache_bytes` returns numbers, not bytes.",
        "Multiply by `bytes_per_number`.",
        lambda c, length, width: [_cache(c, length, 1)],
    ),
    Mistake(
        "bytes",
        "`cache_bytes` is not layers times tokens held times numbers times bytes.",
        "Print the four factors of this case, for each sort of layer.",
    ),
]
