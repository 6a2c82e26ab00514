"""What a published model costs, counted from its architecture: parameters, cache bytes, FLOPs.

`lab.accounting` does this for the models that the course trains; here one count covers every
`Architecture`, and its tests hold it to the parameters that `transformers` makes.
"""

from typing import Literal

from lab.architectures import Architecture, Model

# Which of the two vocabulary matrices count as active: makers differ.
Embeddings = Literal["both", "output", "none"]
CONVENTIONS: tuple[Embeddings, ...] = ("both", "output", "none")


def parts(arch: Architecture) -> dict[str, int]:
    """Parameters by part, in the order of a token's way; MTP modules are left out.

    The order is "embedding", "attention", "feed-forward" (dense layers), "router", "shared experts",
    "experts", "norms", "output".  Scales of queries and keys count as attention, learned positions
    as embedding.
    """
    dense, mixtures = arch.n_layers - arch.n_moe_layers, arch.n_moe_layers
    matrix = arch.vocab_size * arch.d_model
    expert = feed_forward_parameters(arch, arch.d_expert)
    norm = arch.d_model * (2 if arch.layer_norm else 1)
    return {
        "embedding": matrix + arch.n_positions * arch.d_model,
        "attention": arch.n_layers * attention_parameters(arch),
        "feed-forward": dense * feed_forward_parameters(arch, arch.d_ff),
        "router": mixtures * _router_parameters(arch),
        "shared experts": mixtures * arch.n_shared_experts * expert,
        "experts": mixtures * arch.n_experts * expert,
        "norms": (arch.n_layers * arch.norms_per_layer + 1) * norm,
        "output": 0 if arch.tied else matrix,
    }


def attention_parameters(arch: Architecture) -> int:
    """Matrices, biases, scales and sinks of one attention layer."""
    if arch.kv_rank:
        return _latent_attention_parameters(arch)
    query, key = arch.n_heads * arch.head_dim, arch.n_kv_heads * arch.head_dim
    matrices = arch.d_model * (query + 2 * key) + query * arch.d_model
    biases = (query + 2 * key if arch.qkv_bias else 0) + (arch.d_model if arch.output_bias else 0)
    scales = {"": 0, "head": 2 * arch.head_dim, "projection": query + key}[arch.qk_norm]
    return matrices + biases + scales + (arch.n_heads if arch.sinks else 0)


def _latent_attention_parameters(arch: Architecture) -> int:
    """DeepSeek-V2's latent attention: queries and keys-and-values each go through a narrow vector."""
    to_queries = arch.d_model * arch.q_rank
    queries = arch.q_rank * arch.n_heads * (arch.head_dim + arch.rope_dim)
    to_cache = arch.d_model * (arch.kv_rank + arch.rope_dim)
    keys_and_values = arch.kv_rank * arch.n_heads * (arch.head_dim + arch.v_head_dim)
    output = arch.n_heads * arch.v_head_dim * arch.d_model
    scales = arch.q_rank + arch.kv_rank
    return to_queries + queries + to_cache + keys_and_values + output + scales


def feed_forward_parameters(arch: Architecture, width: int) -> int:
    """One feed-forward network, or one expert, of this inner width."""
    inward = 2 if arch.gated else 1
    biases = inward * width + arch.d_model if arch.ff_bias else 0
    return (inward + 1) * arch.d_model * width + biases


def _router_parameters(arch: Architecture) -> int:
    return arch.n_experts * (arch.d_model + (1 if arch.router_bias else 0))


def total_parameters(arch: Architecture) -> int:
    """Every number that training changes by gradients, MTP modules apart."""
    return sum(parts(arch).values())


def active_parameters(arch: Architecture, embeddings: Embeddings = "output") -> int:
    """Parameters that work on one token: of each mixture's experts, only those that it is sent to.

    The embedding is looked up, not multiplied, so "output" is what costs arithmetic; where one
    matrix serves as both, it counts once unless `embeddings` is "none".
    """
    count = parts(arch)
    if arch.n_experts:
        count["experts"] = count["experts"] // arch.n_experts * arch.experts_per_token
    vocabulary = arch.vocab_size * arch.d_model
    left_out = {
        "both": 0,
        "output": count["embedding"],
        "none": count["embedding"] + count["output"],
    }
    kept = vocabulary if embeddings == "output" and arch.tied else 0
    return sum(count.values()) - left_out[embeddings] + kept


def mtp_parameters(arch: Architecture) -> int:
    """Modules for further tokens (DeepSeek-V3, section 2.2), without the matrices that they share.

    Each is one more layer, a matrix that joins two vectors into one, and three norms.
    """
    mixture = _router_parameters(arch) + (
        arch.n_experts + arch.n_shared_experts
    ) * feed_forward_parameters(arch, arch.d_expert)
    layer = attention_parameters(arch) + mixture + arch.norms_per_layer * arch.d_model
    return arch.n_mtp_layers * (layer + 2 * arch.d_model**2 + 3 * arch.d_model)


def cached_numbers(arch: Architecture) -> int:
    """Numbers that one layer keeps of one token."""
    if arch.kv_rank:
        return arch.kv_rank + arch.rope_dim
    return 2 * arch.n_kv_heads * arch.head_dim


def unshared_numbers(arch: Architecture) -> int:
    """Numbers that one layer would keep if every query head had its own key and value in the cache."""
    if arch.kv_rank:
        return arch.n_heads * (arch.head_dim + arch.rope_dim + arch.v_head_dim)
    return 2 * arch.n_heads * arch.head_dim


def cache_bytes(arch: Architecture, length: int, bytes_per_number: float = 2) -> float:
    """Memory for the keys and values of one text while its last token, number `length`, is computed.

    A sliding layer holds the tokens in its window and no more.
    """
    sliding = arch.n_layers - arch.n_full_layers
    held = arch.n_full_layers * length + sliding * min(length, arch.window)
    return held * cached_numbers(arch) * bytes_per_number


def bytes_per_token(arch: Architecture, bytes_per_number: float = 2) -> float:
    """Growth of the cache with each token, as long as no window is full."""
    return cache_bytes(arch, 1, bytes_per_number)


def longest_context(arch: Architecture, memory: float, bytes_per_number: float = 2) -> float:
    """Tokens of one text whose cache fits into `memory` bytes; infinite where every layer slides."""
    number = cached_numbers(arch) * bytes_per_number
    if memory < cache_bytes(arch, arch.window, bytes_per_number):
        return memory // (arch.n_layers * number)
    if not arch.n_full_layers:
        return float("inf")
    windows = (arch.n_layers - arch.n_full_layers) * arch.window * number
    return (memory - windows) // (arch.n_full_layers * number)


def training_flops(arch: Architecture, tokens: float) -> float:
    """Six FLOPs for each active parameter and token; attention over the context is left out."""
    return 6 * active_parameters(arch) * tokens


def nearest_convention(model: Model) -> tuple[Embeddings, float]:
    """The convention whose count is nearest to the maker's active parameters, and count / figure - 1.

    Raises `ValueError` where the maker published no such figure.
    """
    published = model.active.value
    if published is None:
        raise ValueError(f"{model.name}: {model.active.source}")
    off = {
        name: active_parameters(model.architecture, name) / published - 1 for name in CONVENTIONS
    }
    best = min(CONVENTIONS, key=lambda name: abs(off[name]))
    return best, off[best]
