"""Checks the five functions of a counter, each over models of several kinds."""

import math

import numpy as np

from struggle.compare import Mistake, close, explain, number, short, table
from struggle.verdict import Cases

TOLERANCE = 1e-10  # exact: a norm is more than that of these small models


def check(submission, rng):
    parts = Cases("parts")
    for part in (_total, _active, _cache, _training, _longest):
        with parts:
            part(submission, rng)
    return parts.verdict("Weights, work, cache, training and room, all from a config.")


NONE = {
    "kv_rank": 0, "q_rank": 0, "rope_dim": 0, "v_head_dim": 0, "window": 0, "full_every": 0,
    "n_experts": 0, "experts_per_token": 0, "d_expert": 0, "n_shared_experts": 0,
    "n_dense_layers": 0, "qk_norm": False, "tied": False,
}  # fmt: skip
MIXTURE = ["n_experts", "experts_per_token", "d_expert", "n_shared_experts", "n_dense_layers"]


def _dense(rng):
    """A dense model with grouped queries, in which no two lengths agree by chance."""
    n_kv_heads, head_dim = int(rng.integers(2, 6)), 8 * int(rng.integers(3, 10))
    n_heads = n_kv_heads * int(rng.integers(2, 6))
    d_model = 16 * int(rng.integers(12, 40)) + 4
    shape = {"vocab_size": int(rng.integers(1000, 5000)), "d_model": d_model}
    heads = {"n_heads": n_heads, "n_kv_heads": n_kv_heads, "head_dim": head_dim}
    layers = {"n_layers": int(rng.integers(9, 25)), "d_ff": 3 * d_model - int(rng.integers(1, 90))}
    return NONE | shape | heads | layers


def _tied(rng):
    return _dense(rng) | {"tied": True, "qk_norm": True}


def _mixture(rng):
    used, shared = int(rng.integers(4, 7)), int(rng.integers(1, 3))
    return _dense(rng) | {
        "n_experts": used * int(rng.integers(6, 12)) + 1,
        "experts_per_token": used,
        "d_expert": int(rng.integers(100, 300)),
        "n_shared_experts": shared,
        "n_dense_layers": int(rng.integers(2, 4)),
        "qk_norm": True,
    }


def _latent(rng):
    heads = int(rng.integers(4, 12))
    return _mixture(rng) | {
        "n_heads": heads,
        "n_kv_heads": heads,
        "kv_rank": int(rng.integers(60, 90)),
        "q_rank": int(rng.integers(100, 140)),
        "rope_dim": int(rng.integers(9, 20)),
        "v_head_dim": 2 * int(rng.integers(15, 25)) + 1,
        "qk_norm": False,
    }


def _all_mixture(rng):
    return _mixture(rng) | {"n_dense_layers": 0}


def _latent_dense(rng):
    return _latent(rng) | {name: NONE[name] for name in MIXTURE}


def _window(rng, over):
    """A window, and layers that `full_every` divides but for the rest `over`."""
    full_every = int(rng.integers(3, 6))
    layers = full_every * int(rng.integers(3, 6)) + over
    window = int(rng.integers(200, 900))
    return {"n_layers": layers, "window": window, "full_every": full_every}


def _sliding(rng):
    return _dense(rng) | _window(rng, 1)


def _full_last(rng):
    return _dense(rng) | _window(rng, 0)


def _latent_sliding(rng):
    return _latent(rng) | _window(rng, 1)


def _no_window(rng):
    return _sliding(rng) | {"window": 0}


def _all_sliding(rng):
    return _sliding(rng) | {"full_every": 0}


def _total(submission, rng):
    for kind in (_dense, _tied, _mixture, _latent, _all_mixture, _latent_dense):
        _compare(submission, "total_parameters", (kind(rng),), _parameters, TOTALS)


def _active(submission, rng):
    for kind in (_dense, _tied, _mixture, _latent, _all_mixture, _latent_dense):
        _compare(submission, "active_parameters", (kind(rng),), _working, ACTIVES)


def _cache(submission, rng):
    for kind, lengths in (
        (_dense, ()),
        (_latent, ()),
        (_sliding, (0.5, 4.5)),
        (_all_sliding, (4.5,)),
        (_full_last, (4.5,)),
        (_latent_sliding, (0.5, 4.5)),
        (_no_window, ()),
    ):
        config = kind(rng)
        for length in [int(x * config["window"]) for x in lengths] or [
            int(rng.integers(100, 9000))
        ]:
            inputs = config, length, int(rng.choice([1, 2]))
            _compare(submission, "cache_bytes", inputs, _kept, CACHES)


def _training(submission, rng):
    for kind in (_dense, _mixture, _tied, _latent):  # few tokens, so that whole numbers fit
        inputs = kind(rng), float(rng.integers(1, 90) * 10 ** int(rng.integers(5, 9)))
        _compare(submission, "training_flops", inputs, _flops, TRAININGS)


def _longest(submission, rng):
    some = rng.uniform(200, 900, 5)
    for kind, tokens, extra in (  # `extra` is a share of a token's cache; without it, memory is full
        (_dense, some[0], 0.3), (_mixture, some[1], 0.3), (_dense, some[2], 0.8),
        (_sliding, -rng.uniform(3, 9), 0.3), (_sliding, -rng.uniform(0.3, 0.8), 0.3),
        (_dense, 0, 0), (_all_sliding, -2, 0.3), (_all_sliding, -0.5, 0.3),
        (_tied, some[3], 0), (_latent, some[4], 0.3), (_no_window, some[0], 0.3),
        (_latent_sliding, -rng.uniform(3, 9), 0), (_all_sliding, -1, 0),
        (_sliding, 0, 0), (_all_sliding, 0, 0),
    ):  # fmt: skip
        config, width = kind(rng), int(rng.choice([1, 2]))
        tokens = tokens if tokens >= 0 else -tokens * config["window"]
        weights = width * _parameters(config)
        spare = _kept(config, int(tokens), width) + int(extra * _kept(config, 1, width))
        memory = weights + spare if tokens else 0.9 * weights
        _room(submission, (config, float(memory), width))


def _room(submission, inputs):
    value = submission.call("longest_context", *inputs)
    got = float(table(value, "longest_context", ())[()])
    want = _fits(*inputs)
    if got != want and (math.isinf(want) or not close(got, want, TOLERANCE)):
        case = _case(inputs, got)
        if math.isinf(want):
            raise ENDLESS.failure(case)
        raise explain(got, ROOMS, inputs, case, TOLERANCE)


def _compare(submission, name, inputs, right, mistakes):
    got, want = number(submission.call(name, *inputs), name), right(*inputs)
    if not close(got, want, TOLERANCE):
        raise explain(got, mistakes, inputs, _case(inputs, got), TOLERANCE)


def _case(inputs, got):
    """What the config has beyond zeros, the other arguments, and what came back."""
    config, *others = inputs
    shown = ", ".join(f"{name} {value}" for name, value in config.items() if value)
    rest = "".join(f"; {short(np.float64(value))}" for value in others)
    whole = f"{got:,.0f}" if math.isfinite(got) and abs(got) < 1e15 else short(np.float64(got))
    return f"{shown}{rest}; you returned {whole}"


def _attention(config, latent_norms=1, rotary_queries=1, rotary_cache=1):
    d, heads, wide = config["d_model"], config["n_heads"], config["head_dim"]
    if not config["kv_rank"]:
        keys = config["n_kv_heads"] * wide
        return 2 * d * heads * wide + 2 * d * keys + (2 * wide if config["qk_norm"] else 0)
    q, kv, rope, v = (config[k] for k in ("q_rank", "kv_rank", "rope_dim", "v_head_dim"))
    queries = d * q + q * heads * (wide + rotary_queries * rope)
    cache = d * (kv + rotary_cache * rope) + kv * heads * (wide + v)
    return queries + cache + heads * v * d + latent_norms * (q + kv)


def _parameters(config, routed=None, router=1, vocabularies=None, norms=1, **attention):
    """All parameters; `routed` experts a layer instead of all, `norms` times as many."""
    d, layers = config["d_model"], config["n_layers"]
    dense = config["n_dense_layers"] if config["n_experts"] else layers
    routed = config["n_experts"] if routed is None else routed
    experts = (routed + config["n_shared_experts"]) * 3 * d * config["d_expert"]
    mixture = experts + router * d * config["n_experts"] if config["n_experts"] else 0
    count = (1 if config["tied"] else 2) if vocabularies is None else vocabularies
    scales = norms * (2 * layers + 1) * d
    blocks = layers * _attention(config, **attention) + dense * 3 * d * config["d_ff"]
    return blocks + (layers - dense) * mixture + scales + count * config["vocab_size"] * d


def _working(config, routed=None, vocabularies=1, **change):
    routed = config["experts_per_token"] if routed is None else routed
    return _parameters(config, routed=routed, vocabularies=vocabularies, **change)


def _kept(config, length, width, held=min, full=None, numbers=None):
    layers, every = config["n_layers"], config["full_every"]
    if not config["window"]:
        full = layers
    elif full is None:
        full = layers // every if every else 0
    if numbers is None:
        latent = config["kv_rank"] + config["rope_dim"]
        numbers = latent if config["kv_rank"] else 2 * config["n_kv_heads"] * config["head_dim"]
    tokens = full * length + (layers - full) * held(length, config["window"])
    return tokens * numbers * width


def _flops(config, tokens):
    return 6 * _working(config) * tokens


def _fits(config, memory, width, weights=None, window=True, round_to=math.floor):
    room = memory - (width * _parameters(config) if weights is None else weights)
    if room < _kept(config, 1, width):
        return 0
    slides = config["window"] if window else 0
    if not slides or room < _kept(config, slides, width):
        return round_to(room / _kept(config | {"window": 0}, 1, width))
    growth = _kept(config, slides + 1, width) - _kept(config, slides, width)
    if not growth:
        return math.inf
    return round_to(slides + (room - _kept(config, slides, width)) / growth)


def _without(function, *keys):
    """What `function` gives if these keys are taken to be zero."""
    return lambda c, *others: [function(c | dict.fromkeys(keys, 0), *others)]


def _heads_instead(function):
    """Latent attention counted as if it had ordinary heads."""
    return lambda c, *others: [function(c | {"kv_rank": 0}, *others)] if c["kv_rank"] else []


def _attention_mistakes(function, name):
    def latent(**change):
        return lambda c, *others: [function(c, *others, **change)] if c["kv_rank"] else []

    return [
        Mistake(
            f"{name}-square",
            f"`{name}_parameters` takes the heads together to be as wide as the vector.",
            "Use `n_heads` times `head_dim`; here that is not `d_model`.",
            lambda c: [
                function(c)
                - 2 * c["n_layers"] * c["d_model"] * (c["n_heads"] * c["head_dim"] - c["d_model"])
            ],
        ),
        Mistake(
            f"{name}-ungrouped",
            f"`{name}_parameters` gives every query head a key and a value of its own.",
            "Keys and values have `n_kv_heads` heads.",
            lambda c: [function(c | {"n_kv_heads": c["n_heads"]})],
        ),
        Mistake(
            f"{name}-latent-as-heads",
            f"`{name}_parameters` counts latent attention like ordinary heads.",
            "Where there is a `kv_rank`, count the five matrices and two norms of the task.",
            _heads_instead(function),
        ),
        Mistake(
            f"{name}-rotary",
            f"`{name}_parameters` leaves out a rotary part of latent attention.",
            "`rope_dim` comes with each head of the queries, and once beside the latent vector.",
            lambda c: [
                value
                for off in (
                    {"rotary_queries": 0},
                    {"rotary_cache": 0},
                    {"rotary_queries": 0, "rotary_cache": 0},
                )
                for value in latent(**off)(c)
            ],
        ),
        Mistake(
            f"{name}-latent-norms",
            f"`{name}_parameters` leaves out the two norms inside latent attention.",
            "Add `q_rank` and `kv_rank` scales for each layer.",
            latent(latent_norms=0),
        ),
        Mistake(
            f"{name}-qk-norm",
            f"`{name}_parameters` leaves out the scales of queries and keys.",
            "Where `qk_norm` is true, add twice `head_dim` for each layer.",
            _without(function, "qk_norm"),
        ),
        Mistake(
            f"{name}-router",
            f"`{name}_parameters` leaves out the routers.",
            "Each mixture has a matrix from `d_model` to `n_experts`, and it works on every token.",
            lambda c: [function(c, router=0)],
        ),
        Mistake(
            f"{name}-shared",
            f"`{name}_parameters` leaves out the shared experts.",
            "They are as wide as the routed ones, and every token uses them.",
            _without(function, "n_shared_experts"),
        ),
        Mistake(
            f"{name}-dense-layers",
            f"`{name}_parameters` makes every layer a mixture, or every layer dense.",
            "The first `n_dense_layers` have a network of width `d_ff`, and no experts.",
            lambda c: (
                [function(c | {"n_dense_layers": n}) for n in (0, 1, c["n_layers"])]
                if c["n_experts"]
                else []
            ),
        ),
        Mistake(
            f"{name}-norms",
            f"`{name}_parameters` does not count two norms a layer and one at the end.",
            "Each has `d_model` scales.",
            lambda c: [function(c, norms=0), function(c) - c["d_model"]],
        ),
    ]


TOTALS = [
    Mistake(
        "total-tied",
        "`total_parameters` counts one matrix of the vocabulary too few or too many.",
        "There are two, except where the embedding is tied to the output.",
        lambda c: [_parameters(c, vocabularies=2 if c["tied"] else 1)],
    ),
    *_attention_mistakes(_parameters, "total"),
    Mistake(
        "total-active",
        "`total_parameters` counts only the experts that one token uses.",
        "The total holds all of them.",
        lambda c: [_parameters(c, routed=c["experts_per_token"]), _working(c)],
    ),
    Mistake(
        "total",
        "`total_parameters` is not the sum of the parts of this model.",
        "Print the parts, and work one of them out by hand.",
    ),
]
ACTIVES = [
    Mistake(
        "active-all-experts",
        "`active_parameters` counts all routed experts.",
        "A token uses `experts_per_token` of them in each mixture.",
        lambda c: [_working(c, routed=c["n_experts"]), _parameters(c)] if c["n_experts"] else [],
    ),
    Mistake(
        "active-one-expert",
        "`active_parameters` counts one routed expert in each mixture, or none.",
        "A token uses `experts_per_token` of them.",
        lambda c: [_working(c, routed=1), _working(c, routed=0)] if c["n_experts"] else [],
    ),
    Mistake(
        "active-embedding",
        "`active_parameters` counts the embedding.",
        "It is looked up, not multiplied; of the vocabulary only the output matrix works.",
        lambda c: [_working(c, vocabularies=2)],
    ),
    Mistake(
        "active-output",
        "`active_parameters` leaves out the output matrix.",
        "It is multiplied for every token, also where it is tied to the embedding.",
        lambda c: [_working(c, vocabularies=0)],
    ),
    *_attention_mistakes(_working, "active"),
    Mistake(
        "active",
        "`active_parameters` is not what one token is multiplied with.",
        "Take the parts of the total and ask of each how much of it one token uses.",
    ),
]
CACHES = [
    Mistake(
        "cache-latent",
        "`cache_bytes` does not keep one latent vector and one rotary key for each layer and token.",
        "With latent attention a layer keeps `kv_rank + rope_dim` numbers of a token, for all heads.",
        lambda c, n, width: [
            _kept(c, n, width, numbers=numbers)
            for numbers in (
                2 * (c["kv_rank"] + c["rope_dim"]),
                c["kv_rank"],
                2 * c["n_kv_heads"] * c["head_dim"],
                c["n_heads"] * (c["kv_rank"] + c["rope_dim"]),
            )
            if c["kv_rank"]
        ],
    ),
    Mistake(
        "cache-query-heads",
        "`cache_bytes` keeps a key and a value for each query head.",
        "Count the `n_kv_heads`.",
        lambda c, n, width: [_kept(c, n, width, numbers=2 * c["n_heads"] * c["head_dim"])],
    ),
    Mistake(
        "cache-keys-only",
        "`cache_bytes` keeps one vector for each key-value head.",
        "Keys and values are two.",
        lambda c, n, width: [_kept(c, n, width, numbers=c["n_kv_heads"] * c["head_dim"])],
    ),
    Mistake(
        "cache-none-full",
        "`cache_bytes` lets layers see everything where `full_every` is 0.",
        "With a `window` and a `full_every` of 0 all layers slide.",
        lambda c, n, width: (
            [_kept(c, n, width, full=c["n_layers"])] if c["window"] and not c["full_every"] else []
        ),
    ),
    Mistake(
        "cache-window-ignored",
        "`cache_bytes` lets sliding layers keep the whole text.",
        "They hold the last `window` tokens at most.",
        lambda c, n, width: [_kept(c, n, width, held=lambda n, w: n)],
    ),
    Mistake(
        "cache-window-reserved",
        "`cache_bytes` counts a whole window where the text is shorter than that.",
        "A sliding layer holds what there is, until there is more than the window.",
        lambda c, n, width: [_kept(c, n, width, held=lambda n, w: w)],
    ),
    Mistake(
        "cache-all-slide",
        "`cache_bytes` lets every layer slide.",
        "Each `full_every`-th layer holds the whole text.",
        lambda c, n, width: [_kept(c, n, width, full=0)],
    ),
    Mistake(
        "cache-layers-rounded",
        "`full_every` does not divide the number of layers here, and `cache_bytes` rounded otherwise.",
        "Count the numbers from 1 to `n_layers` that `full_every` divides.",
        lambda c, n, width: [
            _kept(c, n, width, full=rounded(c["n_layers"] / c["full_every"]))
            for rounded in (math.ceil, float)
            if c["full_every"]
        ],
    ),
    Mistake(
        "cache-last-layer",
        "The last layer sees everything here, and `cache_bytes` lets it slide.",
        "Count the numbers from 1 to `n_layers`, the last one included, that `full_every` divides.",
        lambda c, n, width: (
            [_kept(c, n, width, full=(c["n_layers"] - 1) // c["full_every"])]
            if c["window"] and c["full_every"]
            else []
        ),
    ),
    Mistake(
        "cache-no-window",
        "`cache_bytes` lets layers slide where the `window` is 0.",
        "With a `window` of 0 every layer holds the whole text, whatever `full_every` says.",
        lambda c, n, width: (
            [_kept(c | {"window": 1}, n, width, held=lambda n, w: 0)]
            if c["full_every"] and not c["window"]
            else []
        ),
    ),
    Mistake(
        "cache",
        "`cache_bytes` is not tokens held, summed over the layers, times numbers times bytes.",
        "Print the tokens that each layer of this model holds.",
    ),
]
TRAININGS = [
    Mistake(
        "training-total",
        "`training_flops` trains with all parameters on each token.",
        "Use the active ones.",
        lambda c, tokens: [6 * _parameters(c) * tokens],
    ),
    Mistake(
        "training-forward",
        "`training_flops` does not count six FLOPs for each active parameter and token.",
        "Two are for the way forward and four for the way back.",
        lambda c, tokens: [factor * _working(c) * tokens for factor in (1, 2, 3, 4)],
    ),
    Mistake(
        "training",
        "`training_flops` is not six times active parameters times tokens.",
        "Mend `active_parameters` first, and use it.",
    ),
]
ENDLESS = Mistake(
    "room-endless",
    "Here every layer slides and a full window fits, so the text may be as long as it likes.",
    "Return math.inf where the cache stops growing before the memory is full.",
)
ROOMS = [
    Mistake(
        "room-weights",
        "`longest_context` leaves no room for the weights.",
        "Take the parameters, at `bytes_per_number` each, off the memory first.",
        lambda c, memory, width: [
            _fits(c, memory, width, weights=0),
            _fits(c, memory, width, weights=_parameters(c)),
        ],
    ),
    Mistake(
        "room-window",
        "`longest_context` divides as if no layer ever stopped growing.",
        "Beyond the window only the full layers grow.",
        lambda c, memory, width: [_fits(c, memory, width, window=False)],
    ),
    Mistake(
        "room-negative",
        "`longest_context` returns a number of tokens that is not whole or below zero.",
        "Return 0 where nothing fits, and drop the fraction.",
        lambda c, memory, width: [
            _fits(c, memory, width, round_to=float),
            (memory - width * _parameters(c)) // _kept(c, 1, width),
            (memory - width * _parameters(c)) / _kept(c, 1, width),
        ],
    ),
    Mistake(
        "room",
        "`longest_context` is not the longest text that fits.",
        "Put your answer, and one more, into `cache_bytes`, and add the weights.",
    ),
]
