"""Answers to count-block: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

from struggle.answers import reference, right, wrong


@reference
def block_parameters(config):
    d_model, head_dim = config["d_model"], config["head_dim"]
    queries = d_model * config["n_heads"] * head_dim
    keys = d_model * config["n_kv_heads"] * head_dim
    feed_forward = 3 * d_model * config["d_ff"]
    return 2 * queries + 2 * keys + feed_forward + 2 * d_model


@reference
def model_parameters(config):
    vocabulary = config["vocab_size"] * config["d_model"]
    matrices = 1 if config["tied"] else 2
    layers = config["n_layers"] * block_parameters(config)
    return layers + config["d_model"] + matrices * vocabulary


@right("a list of shapes")
def block_parameters(config):
    d, ff = config["d_model"], config["d_ff"]
    q, k = (config[name] * config["head_dim"] for name in ("n_heads", "n_kv_heads"))
    shapes = [(d, q), (d, k), (d, k), (q, d), (d, ff), (d, ff), (ff, d), (1, d), (1, d)]
    return sum(rows * columns for rows, columns in shapes)


@right("arrays without memory")
def block_parameters(config):
    import numpy as np

    d, wide = config["d_model"], config["head_dim"]
    into = np.array(
        [config["n_heads"] * wide, config["n_kv_heads"] * wide, config["n_kv_heads"] * wide]
    )
    return int(d * (into.sum() + into[0] + 3 * config["d_ff"] + 2))


@right("by adding layer after layer")
def model_parameters(config):
    count = config["vocab_size"] * config["d_model"]
    for _ in range(config["n_layers"]):
        count += block_parameters(config)
    count += config["d_model"]
    if not config["tied"]:
        count += config["d_model"] * config["vocab_size"]
    return count


def block(config, kv="n_kv_heads", values=2, back=1, matrices=3, norms=2):
    d, heads = config["d_model"], config["n_heads"] * config["head_dim"]
    keys = config[kv] * config["head_dim"]
    attention = d * (heads + values * keys) + back * heads * d
    return attention + matrices * d * config["d_ff"] + norms * d


@wrong("square")
def block_parameters(config):
    d = config["d_model"]
    return block(config | {"head_dim": d // config["n_heads"]})


@wrong("square")
def block_parameters(config):
    d, heads = config["d_model"], config["n_heads"] * config["head_dim"]
    return block(config) - 2 * d * heads + 2 * d**2


@wrong("ungrouped")
def block_parameters(config):
    return block(config, kv="n_heads")


@wrong("values-forgotten")
def block_parameters(config):
    return block(config, values=1)


@wrong("way-back")
def block_parameters(config):
    return block(config, back=0)


@wrong("gate")
def block_parameters(config):
    return block(config, matrices=2)


@wrong("norms")
def block_parameters(config):
    return block(config, norms=0)


@wrong("block")
def block_parameters(config):
    return block(config, matrices=4)


def model(config, matrices, norms=1, layers=None):
    count = config["n_layers"] if layers is None else layers
    vocabulary = matrices * config["vocab_size"] * config["d_model"]
    return count * block_parameters(config) + norms * config["d_model"] + vocabulary


@wrong("tied")
def model_parameters(config):
    return model(config, 2)


@wrong("tied")
def model_parameters(config):
    return model(config, 1)


@wrong("last-norm")
def model_parameters(config):
    return model(config, 1 if config["tied"] else 2, norms=0)


@wrong("one-layer")
def model_parameters(config):
    return model(config, 1 if config["tied"] else 2, layers=1)


@wrong("layers-only")
def model_parameters(config):
    return model(config, 0)


@wrong("model")
def model_parameters(config):
    return model(config, 1 if config["tied"] else 2) + config["vocab_size"]
