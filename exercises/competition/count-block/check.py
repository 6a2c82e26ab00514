"""Checks `block_parameters` and `model_parameters` against a count matrix by matrix."""

from struggle.compare import Mistake, close, explain, number, short
from struggle.verdict import Cases

TOLERANCE = 1e-10  # exact: the smallest part of these models is a millionth of the whole


def check(submission, rng):
    cases = Cases()
    for _ in range(3):
        with cases:
            _block(submission, _config(rng))
    for tied in (False, True):
        with cases:
            _model(submission, _config(rng) | {"tied": tied})
    return cases.verdict("Every matrix is its inputs times its outputs, counted once.")


def _config(rng):
    """A config for which no two mistakes, and no mistake and the truth, give the same number."""
    while True:
        config = _draw(rng)
        counts = [{_layer(config)}, *(set(mistake.values(config)) for mistake in BLOCKS)]
        if len(set.union(*counts)) == sum(map(len, counts)):
            return config


def _draw(rng):
    n_kv_heads, shared = int(rng.integers(2, 7)), int(rng.integers(2, 6))
    d_model = 16 * int(rng.integers(12, 60))
    return {
        "vocab_size": int(rng.integers(1000, 9000)),
        "d_model": d_model,
        "n_layers": int(rng.integers(3, 20)),
        "n_heads": n_kv_heads * shared,
        "n_kv_heads": n_kv_heads,
        "head_dim": 8 * int(rng.integers(3, 10)),
        "d_ff": int(2.7 * d_model) + int(rng.integers(1, 40)),
        "tied": False,
    }


def _block(submission, config):
    got = number(submission.call("block_parameters", config), "block_parameters")
    if not close(got, _layer(config), TOLERANCE):
        raise explain(got, BLOCKS, (config,), _case(config, got), TOLERANCE)


def _model(submission, config):
    got = number(submission.call("model_parameters", config), "model_parameters")
    if not close(got, _total(config), TOLERANCE):
        raise explain(got, MODELS, (config,), _case(config, got), TOLERANCE)


def _case(config, got):
    shown = ", ".join(f"{name} {value}" for name, value in config.items())
    return (
        f"{shown}; you returned {got:,.0f}" if got < 1e15 else f"{shown}; you returned {short(got)}"
    )


def _layer(config, matrices=3, norms=2):
    width, heads = config["d_model"], config["n_heads"] * config["head_dim"]
    keys = config["n_kv_heads"] * config["head_dim"]
    attention = width * (heads + 2 * keys) + heads * width
    return attention + matrices * width * config["d_ff"] + norms * width


def _total(config, vocabularies=None, norms=1, layers=None):
    count = vocabularies or (1 if config["tied"] else 2)
    layers = config["n_layers"] * _layer(config) if layers is None else layers
    return layers + norms * config["d_model"] + count * config["vocab_size"] * config["d_model"]


def _square(config):
    """With the heads taken to fill the vector: for queries and the way back, or the width of a head."""
    width, heads = config["d_model"], config["n_heads"] * config["head_dim"]
    narrow = config | {"head_dim": width / config["n_heads"]}
    floor = config | {"head_dim": width // config["n_heads"]}
    both = _layer(config) - 2 * width * heads
    back = _layer(config) - width * heads + width**2
    return [_layer(narrow), _layer(floor), both + 2 * width**2, back]


BLOCKS = [
    Mistake(
        "square",
        "Here the query heads together are not as wide as the vector.",
        "For the queries and for the way back use `n_heads` times `head_dim`.",
        _square,
    ),
    Mistake(
        "ungrouped",
        "`block_parameters` gives every query head a key and a value of its own.",
        "Keys and values have `n_kv_heads` heads.",
        lambda c: [_layer(c | {"n_kv_heads": c["n_heads"]})],
    ),
    Mistake(
        "values-forgotten",
        "`block_parameters` counts three matrices of attention.",
        "Keys and values have a matrix each.",
        lambda c: [_layer(c) - c["d_model"] * c["n_kv_heads"] * c["head_dim"]],
    ),
    Mistake(
        "way-back",
        "`block_parameters` leaves out the matrix that leads from the heads back to the vector.",
        "Count four matrices of attention.",
        lambda c: [_layer(c) - c["d_model"] * c["n_heads"] * c["head_dim"]],
    ),
    Mistake(
        "gate",
        "`block_parameters` counts two matrices in the feed-forward network.",
        "A gated one has three: two lead to `d_ff` and one back.",
        lambda c: [_layer(c, matrices=2)],
    ),
    Mistake(
        "norms",
        "`block_parameters` does not count two norms, with a scale for each number of the vector.",
        "Add two times `d_model`.",
        lambda c: [
            _layer(c, norms=0),
            _layer(c, norms=1),
            _layer(c, norms=4),
            _layer(c) - 2 * c["d_model"] + 2,
        ],
    ),
    Mistake(
        "block",
        "`block_parameters` is not the sum of seven matrices and two norms.",
        "Write the seven pairs of lengths down and add up their products.",
    ),
]
MODELS = [
    Mistake(
        "tied",
        "`model_parameters` counts the vocabulary twice where it is tied, or once where it is not.",
        "Add the output matrix only where `tied` is false.",
        lambda c: [_total(c, vocabularies=2 if c["tied"] else 1)],
    ),
    Mistake(
        "last-norm",
        "`model_parameters` leaves out the norm after the last layer.",
        "Add `d_model` once more.",
        lambda c: [_total(c, norms=0)],
    ),
    Mistake(
        "one-layer",
        "`model_parameters` counts a single layer.",
        "Take `n_layers` of them.",
        lambda c: [_total(c, layers=_layer(c))],
    ),
    Mistake(
        "layers-only",
        "`model_parameters` counts the layers and not the vocabulary.",
        "Add the embedding, and the output where it is not tied.",
        lambda c: [c["n_layers"] * _layer(c), c["n_layers"] * _layer(c) + c["d_model"]],
    ),
    Mistake(
        "model",
        "`model_parameters` is not layers, last norm and vocabulary together.",
        "Print the three parts of this model beside one another.",
    ),
]
