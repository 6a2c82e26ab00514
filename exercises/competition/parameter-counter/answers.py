"""Answers to parameter-counter: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import math

from struggle.answers import reference, right, wrong


def attention(config):
    d, heads, head_dim = config["d_model"], config["n_heads"], config["head_dim"]
    if config["kv_rank"]:
        q, kv, rope, v = (config[k] for k in ("q_rank", "kv_rank", "rope_dim", "v_head_dim"))
        queries = d * q + q + q * heads * (head_dim + rope)
        keys_and_values = d * (kv + rope) + kv + kv * heads * (head_dim + v)
        return queries + keys_and_values + heads * v * d
    scales = 2 * head_dim if config["qk_norm"] else 0
    return 2 * d * head_dim * (heads + config["n_kv_heads"]) + scales


def parameters(config, routed_experts, vocabularies):
    d, layers = config["d_model"], config["n_layers"]
    dense = config["n_dense_layers"] if config["n_experts"] else layers
    experts = routed_experts + config["n_shared_experts"]
    mixture = d * config["n_experts"] + experts * 3 * d * config["d_expert"]
    norms = (2 * layers + 1) * d
    networks = dense * 3 * d * config["d_ff"] + (layers - dense) * mixture
    return layers * attention(config) + networks + norms + vocabularies * config["vocab_size"] * d


@reference
def total_parameters(config):
    return parameters(config, config["n_experts"], 1 if config["tied"] else 2)


@reference
def active_parameters(config):
    return parameters(config, config["experts_per_token"], 1)


def full_layers(config):
    if not config["window"]:
        return config["n_layers"]
    return config["n_layers"] // config["full_every"] if config["full_every"] else 0


def numbers_kept(config):
    if config["kv_rank"]:
        return config["kv_rank"] + config["rope_dim"]
    return 2 * config["n_kv_heads"] * config["head_dim"]


@reference
def cache_bytes(config, length, bytes_per_number):
    full = full_layers(config)
    sliding = config["n_layers"] - full
    tokens = full * length + sliding * min(length, config["window"])
    return tokens * numbers_kept(config) * bytes_per_number


@reference
def training_flops(config, tokens):
    return 6 * active_parameters(config) * tokens


@reference
def longest_context(config, memory, bytes_per_number):
    room = memory - total_parameters(config) * bytes_per_number
    number = numbers_kept(config) * bytes_per_number
    bend = cache_bytes(config, config["window"], bytes_per_number)
    if room < bend or not config["window"]:
        return max(0, int(room // (config["n_layers"] * number)))
    if not full_layers(config):
        return math.inf
    return config["window"] + int((room - bend) // (full_layers(config) * number))


@right("doubling, then halving the interval")
def longest_context(config, memory, bytes_per_number):
    weights = total_parameters(config) * bytes_per_number

    def fits(length):
        return weights + cache_bytes(config, length, bytes_per_number) <= memory

    if not fits(1):
        return 0
    high = 2
    while fits(high):
        high *= 2
        if high > 10**15:
            return math.inf
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


@right("a list of shapes, layer by layer")
def total_parameters(config):
    c, d = config, config["d_model"]
    heads, wide = c["n_heads"], c["head_dim"]
    shapes = [(c["vocab_size"], d), (1, d)] + ([] if c["tied"] else [(d, c["vocab_size"])])
    for layer in range(c["n_layers"]):
        shapes += [(1, d), (1, d)]
        if c["kv_rank"]:
            shapes += [(d, c["q_rank"]), (1, c["q_rank"]), (d, c["kv_rank"]), (d, c["rope_dim"])]
            shapes += [(1, c["kv_rank"]), (c["q_rank"], heads * wide)]
            shapes += [(c["q_rank"], heads * c["rope_dim"]), (c["kv_rank"], heads * wide)]
            shapes += [(c["kv_rank"], heads * c["v_head_dim"]), (heads * c["v_head_dim"], d)]
        else:
            shapes += [(d, heads * wide)] * 2 + [(d, c["n_kv_heads"] * wide)] * 2
            shapes += [(1, wide)] * 2 if c["qk_norm"] else []
        if c["n_experts"] and layer >= c["n_dense_layers"]:
            shapes += [(d, c["n_experts"])]
            shapes += [(d, c["d_expert"])] * 3 * (c["n_experts"] + c["n_shared_experts"])
        else:
            shapes += [(d, c["d_ff"])] * 3
    return sum(rows * columns for rows, columns in shapes)


@right("the total less what a token leaves idle")
def active_parameters(config):
    d = config["d_model"]
    mixtures = config["n_layers"] - config["n_dense_layers"]
    idle = config["n_experts"] - config["experts_per_token"]
    experts = mixtures * idle * 3 * d * config["d_expert"]
    embedding = 0 if config["tied"] else config["vocab_size"] * d
    return total_parameters(config) - experts - embedding


@right("layer by layer")
def cache_bytes(config, length, bytes_per_number):
    held = 0
    for layer in range(1, config["n_layers"] + 1):
        every = config["full_every"]
        slides = config["window"] and not (every and layer % every == 0)
        held += min(length, config["window"]) if slides else length
    return held * numbers_kept(config) * bytes_per_number


def total(config, **changes):
    changed = config | changes
    return parameters(changed, changed["n_experts"], 1 if changed["tied"] else 2)


def active(config, **changes):
    changed = config | changes
    return parameters(changed, changed["experts_per_token"], 1)


@wrong("total-tied")
def total_parameters(config):
    return total(config, tied=False)


@wrong("total-square")
def total_parameters(config):
    d, heads = config["d_model"], config["n_heads"] * config["head_dim"]
    return total(config) - 2 * config["n_layers"] * d * (heads - d)


@wrong("total-ungrouped")
def total_parameters(config):
    return total(config, n_kv_heads=config["n_heads"])


@wrong("total-latent-as-heads")
def total_parameters(config):
    return total(config, kv_rank=0)


@wrong("total-rotary")
def total_parameters(config):
    return total(config) - config["n_layers"] * config["d_model"] * config["rope_dim"]


@wrong("total-latent-norms")
def total_parameters(config):
    return total(config) - config["n_layers"] * (config["q_rank"] + config["kv_rank"])


@wrong("total-qk-norm")
def total_parameters(config):
    return total(config, qk_norm=False)


@wrong("total-router")
def total_parameters(config):
    mixtures = config["n_layers"] - config["n_dense_layers"]
    return total(config) - mixtures * config["d_model"] * config["n_experts"]


@wrong("total-shared")
def total_parameters(config):
    return total(config, n_shared_experts=0)


@wrong("total-dense-layers")
def total_parameters(config):
    return total(config, n_dense_layers=0)


@wrong("total-norms")
def total_parameters(config):
    return total(config) - config["d_model"]


@wrong("total-active")
def total_parameters(config):
    return parameters(config, config["experts_per_token"], 1 if config["tied"] else 2)


@wrong("total")
def total_parameters(config):
    return total(config) + 1000


@wrong("active-all-experts")
def active_parameters(config):
    return parameters(config, config["n_experts"], 1)


@wrong("active-one-expert")
def active_parameters(config):
    return active(config, experts_per_token=1)


@wrong("active-embedding")
def active_parameters(config):
    return parameters(config, config["experts_per_token"], 2)


@wrong("active-output")
def active_parameters(config):
    return parameters(config, config["experts_per_token"], 0 if config["tied"] else 1)


@wrong("active-shared")
def active_parameters(config):
    return active(config, n_shared_experts=0)


@wrong("active-router")
def active_parameters(config):
    mixtures = config["n_layers"] - config["n_dense_layers"]
    return active(config) - mixtures * config["d_model"] * config["n_experts"]


@wrong("active-dense-layers")
def active_parameters(config):
    return active(config, n_dense_layers=0)


@wrong("active")
def active_parameters(config):
    return active(config) // 2


def kept(config, length, held=min, numbers=None, full=None):
    full = full_layers(config) if full is None else full
    tokens = full * length + (config["n_layers"] - full) * held(length, config["window"])
    return tokens * (numbers or numbers_kept(config))


@wrong("cache-latent")
def cache_bytes(config, length, bytes_per_number):
    numbers = 2 * numbers_kept(config) if config["kv_rank"] else None
    return kept(config, length, numbers=numbers) * bytes_per_number


@wrong("cache-latent")
def cache_bytes(config, length, bytes_per_number):
    numbers = 2 * config["n_kv_heads"] * config["head_dim"]
    return kept(config, length, numbers=numbers) * bytes_per_number


@wrong("cache-query-heads")
def cache_bytes(config, length, bytes_per_number):
    numbers = None if config["kv_rank"] else 2 * config["n_heads"] * config["head_dim"]
    return kept(config, length, numbers=numbers) * bytes_per_number


@wrong("cache-keys-only")
def cache_bytes(config, length, bytes_per_number):
    numbers = None if config["kv_rank"] else config["n_kv_heads"] * config["head_dim"]
    return kept(config, length, numbers=numbers) * bytes_per_number


@wrong("cache-window-ignored")
def cache_bytes(config, length, bytes_per_number):
    return kept(config, length, held=lambda n, window: n) * bytes_per_number


@wrong("cache-all-slide")
def cache_bytes(config, length, bytes_per_number):
    full = 0 if config["window"] else None
    return kept(config, length, full=full) * bytes_per_number


@wrong("cache-none-full")
def cache_bytes(config, length, bytes_per_number):
    full = None if config["full_every"] or not config["window"] else config["n_layers"]
    return kept(config, length, full=full) * bytes_per_number


@wrong("cache-layers-rounded")
def cache_bytes(config, length, bytes_per_number):
    every = config["full_every"]
    full = math.ceil(config["n_layers"] / every) if every else None
    return kept(config, length, full=full) * bytes_per_number


@wrong("cache-window-reserved")
def cache_bytes(config, length, bytes_per_number):
    return kept(config, length, held=lambda n, window: window) * bytes_per_number


@wrong("cache")
def cache_bytes(config, length, bytes_per_number):
    return kept(config, length + 1) * bytes_per_number + 1


@wrong("training-total")
def training_flops(config, tokens):
    return 6 * total_parameters(config) * tokens


@wrong("training-forward")
def training_flops(config, tokens):
    return 2 * active_parameters(config) * tokens


@wrong("training")
def training_flops(config, tokens):
    return 6 * active_parameters(config) * tokens / config["n_layers"]


def room_for(config, room, bytes_per_number):
    return room / cache_bytes(config, 1, bytes_per_number)


@wrong("room-window")
def longest_context(config, memory, bytes_per_number):
    room = memory - total_parameters(config) * bytes_per_number
    if not full_layers(config):
        return math.inf
    return max(0, int(room_for(config, room, bytes_per_number)))


@wrong("room-endless")
def longest_context(config, memory, bytes_per_number):
    room = memory - total_parameters(config) * bytes_per_number
    number = numbers_kept(config) * bytes_per_number
    bend = cache_bytes(config, config["window"], bytes_per_number)
    if room < bend or not full_layers(config) or not config["window"]:
        return max(0, int(room_for(config, room, bytes_per_number)))
    return config["window"] + int((room - bend) // (full_layers(config) * number))


@wrong("room-weights")
def longest_context(config, memory, bytes_per_number):
    number = numbers_kept(config) * bytes_per_number
    bend = cache_bytes(config, config["window"], bytes_per_number)
    if memory < bend or not config["window"]:
        return int(memory // (config["n_layers"] * number))
    if not full_layers(config):
        return math.inf
    return config["window"] + int((memory - bend) // (full_layers(config) * number))


@wrong("room-negative")
def longest_context(config, memory, bytes_per_number):
    room = memory - total_parameters(config) * bytes_per_number
    return room_for(config, room, bytes_per_number)


@wrong("room")
def longest_context(config, memory, bytes_per_number):
    return config["window"] + config["n_layers"]


@wrong("total-dense-layers")
def total_parameters(config):
    dense = config["n_dense_layers"] or config["n_layers"]
    return total(config, n_dense_layers=dense)


@wrong("active-dense-layers")
def active_parameters(config):
    return active(config, n_dense_layers=max(1, config["n_dense_layers"]))


@wrong("total-latent-as-heads")
def total_parameters(config):
    return total(config, kv_rank=config["kv_rank"] if config["n_experts"] else 0)


@wrong("cache-last-layer")
def cache_bytes(config, length, bytes_per_number):
    every, full = config["full_every"], full_layers(config)
    if config["window"] and every:
        full = len([layer for layer in range(1, config["n_layers"]) if layer % every == 0])
    return kept(config, length, full=full) * bytes_per_number


@wrong("cache-window-ignored")
def cache_bytes(config, length, bytes_per_number):
    if config["kv_rank"]:
        return config["n_layers"] * length * numbers_kept(config) * bytes_per_number
    return kept(config, length) * bytes_per_number


@wrong("cache-no-window")
def cache_bytes(config, length, bytes_per_number):
    every = config["full_every"]
    full = config["n_layers"] // every if every else full_layers(config)
    return kept(config, length, full=full) * bytes_per_number


@wrong("training")
def training_flops(config, tokens):
    """A tied matrix is thought to work twice."""
    twice = config["vocab_size"] * config["d_model"] if config["tied"] else 0
    return 6 * (active_parameters(config) + twice) * tokens


@wrong("room")
def longest_context(config, memory, bytes_per_number):
    """The memory must not be full."""
    length = 0
    weights = total_parameters(config) * bytes_per_number
    step = 2**20
    while step:
        cache = cache_bytes(config, length + step, bytes_per_number)
        length += step if weights + cache < memory else 0
        step //= 2
    return length if length < 2**20 else math.inf


@wrong("room-endless")
def longest_context(config, memory, bytes_per_number):
    """A window that fits exactly is taken for one that does not."""
    room = memory - total_parameters(config) * bytes_per_number
    number = numbers_kept(config) * bytes_per_number
    bend = cache_bytes(config, config["window"], bytes_per_number)
    if room <= bend or not config["window"]:
        return max(0, int(room // (config["n_layers"] * number)))
    if not full_layers(config):
        return math.inf
    return config["window"] + int((room - bend) // (full_layers(config) * number))


@wrong("room")
def longest_context(config, memory, bytes_per_number):
    """Rounds to the nearest."""
    room = memory - total_parameters(config) * bytes_per_number
    number = numbers_kept(config) * bytes_per_number
    bend = cache_bytes(config, config["window"], bytes_per_number)
    if room < bend or not config["window"]:
        return max(0, round(room / (config["n_layers"] * number)))
    if not full_layers(config):
        return math.inf
    return config["window"] + int((room - bend) // (full_layers(config) * number))


@wrong("room-negative")
def longest_context(config, memory, bytes_per_number):
    """Only models without a window may have no room at all."""
    room = memory - total_parameters(config) * bytes_per_number
    number = numbers_kept(config) * bytes_per_number
    bend = cache_bytes(config, config["window"], bytes_per_number)
    if not config["window"]:
        return max(0, int(room // (config["n_layers"] * number)))
    if room < bend:
        return int(room // (config["n_layers"] * number))
    if not full_layers(config):
        return math.inf
    return config["window"] + int((room - bend) // (full_layers(config) * number))
