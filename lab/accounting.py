"""What a model costs, counted from its config alone: parameters, FLOPs, bytes."""

from lab.transformer import Config


def parameters(config: Config) -> int:
    """Every number that training changes; the embedding counts once, for it is the output too."""
    heads = config.n_heads + 2 * config.n_kv_heads
    attention = config.d_model * config.head_dim * heads + config.d_model**2
    feed_forward = 3 * config.d_model * config.d_ff
    norms = 2 * config.d_model
    block = attention + feed_forward + norms
    return config.vocab_size * config.d_model + config.n_layers * block + config.d_model


def forward_flops(config: Config, context: int) -> int:
    """FLOPs to read one token of a window of `context` tokens: two for each multiply-add.

    Every matrix is used once a token; attention adds scores and sums over all positions, or where
    it is causal over (context + 1) / 2 on average.  Norms, softmax and rotations are left out:
    below one per cent.
    """
    twice_seen = context + 1 if config.causal else 2 * context
    attention = config.n_layers * config.d_model * twice_seen
    return 2 * (_matrix_entries(config) + attention)


def decode_flops(config: Config, context: int) -> int:
    """FLOPs to generate one token with a KV cache: it looks back at all `context` positions.

    Counted as in `forward_flops`; `context` includes the token's own position.
    """
    attention = config.n_layers * 2 * config.d_model * context
    return 2 * (_matrix_entries(config) + attention)


def _matrix_entries(config: Config) -> int:
    return parameters(config) - (2 * config.n_layers + 1) * config.d_model


def training_flops(config: Config, context: int, tokens: int) -> int:
    """FLOPs to train on `tokens`: the backward pass costs twice the forward one."""
    return 3 * tokens * forward_flops(config, context)


def kv_cache_bytes(config: Config, positions: int, bytes_per_number: int = 4) -> int:
    """Memory of one sequence's keys and values."""
    numbers = 2 * config.n_layers * config.n_kv_heads * config.head_dim
    return numbers * positions * bytes_per_number
