"""Counts against the parameters and caches of `transformers`, and against what makers print."""

from dataclasses import replace
from typing import Any

import pytest
import torch
import transformers as hf
from hypothesis import given
from hypothesis import strategies as st

from lab.architectures import Architecture, models
from lab.counting import (
    CONVENTIONS,
    active_parameters,
    bytes_per_token,
    cache_bytes,
    cached_numbers,
    longest_context,
    mtp_parameters,
    nearest_convention,
    parts,
    total_parameters,
    training_flops,
    unshared_numbers,
)

NAMES = list(models())


def config_of(name: str, arch: Architecture) -> Any:
    """The configuration of the class in `transformers` that makes this model."""
    common = {
        "vocab_size": arch.vocab_size,
        "hidden_size": arch.d_model,
        "num_hidden_layers": arch.n_layers,
        "num_attention_heads": arch.n_heads,
        "num_key_value_heads": arch.n_kv_heads,
        "tie_word_embeddings": arch.tied,
        "pad_token_id": None,
    }
    dense = common | {"head_dim": arch.head_dim, "intermediate_size": arch.d_ff}
    window = {"sliding_window": arch.window or None}
    routed = {"num_experts_per_tok": arch.experts_per_token}
    many = routed | {"moe_intermediate_size": arch.d_expert}
    shared = {
        "n_shared_experts": arch.n_shared_experts,
        "first_k_dense_replace": arch.n_dense_layers,
    }
    local = (
        common
        | routed
        | {
            "head_dim": arch.head_dim,
            "intermediate_size": arch.d_expert,
            "num_local_experts": arch.n_experts,
        }
    )
    mixed = window | {"layer_types": layer_types(arch)}
    match name.split("-")[0]:
        case "gpt2":
            return hf.GPT2Config(
                vocab_size=arch.vocab_size,
                n_positions=arch.n_positions,
                n_embd=arch.d_model,
                n_layer=arch.n_layers,
                n_head=arch.n_heads,
                n_inner=arch.d_ff,
            )
        case "llama" if arch.n_experts:
            return hf.Llama4TextConfig(
                **local, intermediate_size_mlp=arch.d_ff, interleave_moe_layer_step=arch.moe_every
            )
        case "llama" | "smollm2":
            return hf.LlamaConfig(**dense)
        case "mistral":
            return hf.MistralConfig(**dense, **window)
        case "mixtral":
            return hf.MixtralConfig(**local)
        case "qwen3" if arch.n_experts:
            return hf.Qwen3MoeConfig(**dense, **many, num_experts=arch.n_experts)
        case "qwen3":
            return hf.Qwen3Config(**dense)
        case "gemma":
            return hf.Gemma3TextConfig(**dense, **mixed)
        case "olmo":
            return hf.Olmo3Config(**common, **mixed, intermediate_size=arch.d_ff)
        case "minimax":
            return hf.MiniMaxM2Config(**local)
        case "gpt":
            return hf.GptOssConfig(**local, **mixed)
        case "glm":
            return hf.Glm4MoeConfig(
                **dense,
                **many,
                **shared,
                n_routed_experts=arch.n_experts,
                use_qk_norm=bool(arch.qk_norm),
                attention_bias=arch.qkv_bias,
                num_mtp_layers=0,
            )
        case "deepseek" | "kimi":
            return hf.DeepseekV3Config(
                **common,
                **many,
                **shared,
                intermediate_size=arch.d_ff,
                n_routed_experts=arch.n_experts,
                kv_lora_rank=arch.kv_rank,
                q_lora_rank=arch.q_rank,
                qk_rope_head_dim=arch.rope_dim,
                qk_nope_head_dim=arch.head_dim,
                v_head_dim=arch.v_head_dim,
                num_mtp_layers=0,
            )
    raise LookupError(name)


def layer_types(arch: Architecture) -> list[str]:
    return [
        "full_attention"
        if arch.full_every and layer % arch.full_every == arch.full_every - 1
        else "sliding_attention"
        for layer in range(arch.n_layers)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_total_is_what_transformers_makes(name: str) -> None:
    arch = models()[name].architecture
    with torch.device("meta"):
        model = hf.AutoModelForCausalLM.from_config(config_of(name, arch))
    assert total_parameters(arch) == sum(p.numel() for p in model.parameters())


def test_totals_are_those_that_the_makers_print() -> None:
    """All within 1 %, but for three that are told on the page."""
    off = {n: total_parameters(m.architecture) / m.total.value - 1 for n, m in models().items()}
    told = {"kimi-k2", "llama-4-scout", "olmo-3-7b"}  # other count, vision encoder, a name only
    assert {name for name, x in off.items() if abs(x) > 0.01} == told
    assert (
        sum(model.total.fits(total_parameters(model.architecture)) for model in models().values())
        >= 16
    )


def test_active_parameters_are_those_that_the_makers_print() -> None:
    mixtures = {n: nearest_convention(m) for n, m in models().items() if m.architecture.n_experts}
    assert all(abs(off) < 0.02 for _, off in mixtures.values())
    conventions = {name: convention for name, (convention, _) in mixtures.items()}
    assert conventions["gpt-oss-120b"] == conventions["gpt-oss-20b"] == "output"  # as they say
    assert conventions["glm-4-5"] == "none"  # as they say
    assert conventions["mixtral-8x7b"] == "both"
    with pytest.raises(ValueError, match="dense"):
        nearest_convention(models()["gpt2"])


def billions(count: float, digits: int) -> str:
    return f"{count / 1e9:.{digits}f}"


def test_parts_are_those_of_the_gpt_oss_model_card() -> None:
    """Table 1 of arXiv:2508.10925; its MLP row has the router."""
    for name, mlp, attention in (
        ("gpt-oss-120b", "114.71", "0.96"),
        ("gpt-oss-20b", "19.12", "0.64"),
    ):
        count = parts(models()[name].architecture)
        assert billions(count["experts"] + count["router"], 2) == mlp
        assert billions(count["attention"], 2) == attention
        assert billions(count["embedding"] + count["output"], 2) == "1.16"


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("gemma-3-27b", "25.600"),
        ("qwen3-32b", "31.2"),
        ("qwen3-0-6b", "0.44"),
        ("qwen3-30b-a3b", "29.9"),
        ("qwen3-235b-a22b", "234"),
    ],
)
def test_parameters_outside_the_embedding_are_printed_too(name: str, printed: str) -> None:
    count = parts(models()[name].architecture)
    rest = sum(count.values()) - count["embedding"] - count["output"]
    assert billions(rest, len(printed.partition(".")[2])) == printed


def test_modules_for_further_tokens_are_counted_apart() -> None:
    """DeepSeek's README_WEIGHTS says 11.5B, and 685B on disk with second copies of what is shared."""
    arch = models()["deepseek-v3"].architecture
    assert mtp_parameters(arch) == pytest.approx(11.5e9, rel=0.01)
    shared = 2 * arch.vocab_size * arch.d_model
    assert billions(total_parameters(arch) + mtp_parameters(arch) + shared, 0) in ("684", "685")
    glm = models()["glm-4-5"]
    count = parts(glm.architecture)
    told = sum(count.values()) - count["embedding"] - count["output"]
    assert glm.total.fits(told + mtp_parameters(glm.architecture))
    assert mtp_parameters(models()["gpt2"].architecture) == 0


def test_cache_bytes_are_those_of_the_paper() -> None:
    """Table 1 of arXiv:2505.09343; Qwen2.5 72B caches with the shape of Llama's 70B."""
    for name in ("deepseek-v3", "llama-405b"):
        model = models()[name]
        assert bytes_per_token(model.architecture) == model.cache.value
    assert bytes_per_token(models()["llama-70b"].architecture) == 327_680


SMALL = {"vocab_size": 50, "d_model": 24, "n_layers": 6, "n_heads": 4, "head_dim": 6}
TINY = {
    "gpt2": {"n_kv_heads": 4, "d_ff": 96, "n_positions": 64, "gated": False, "tied": True},
    "llama": {"n_kv_heads": 2, "d_ff": 32},
    "mistral": {"n_kv_heads": 2, "d_ff": 32, "window": 8},
    "gemma": {"n_kv_heads": 2, "d_ff": 32, "window": 8, "full_every": 6},
    "gpt-oss": {
        "n_kv_heads": 2,
        "window": 8,
        "full_every": 2,
        "n_experts": 4,
        "experts_per_token": 2,
        "d_expert": 16,
    },
    "deepseek": {
        "n_kv_heads": 4,
        "d_ff": 32,
        "kv_rank": 10,
        "q_rank": 12,
        "rope_dim": 4,
        "v_head_dim": 8,
        "n_experts": 16,
        "experts_per_token": 2,
        "d_expert": 16,
        "n_dense_layers": 1,
        "n_shared_experts": 1,
    },
}


@pytest.mark.parametrize("name", TINY)
@pytest.mark.parametrize("length", [5, 30])
def test_the_cache_is_what_transformers_keeps(name: str, length: int) -> None:
    """A window that is full keeps one token less between steps than while a step is computed."""
    arch = Architecture(**SMALL | TINY[name])
    config = config_of(name, arch)
    model = hf.AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        cache = model(torch.randint(0, 50, (1, length)), use_cache=True).past_key_values
    kept = sum(t.numel() for layer in cache.layers for t in (layer.keys, layer.values))
    sliding = arch.n_layers - arch.n_full_layers
    between_steps = sliding * cached_numbers(arch) if arch.window and length >= arch.window else 0
    assert cache_bytes(arch, length, 1) == kept + between_steps


def test_a_latent_replaces_the_heads_that_it_is_unfolded_to() -> None:
    arch = models()["deepseek-v3"].architecture
    with torch.device("meta"):
        attention = (
            hf.AutoModelForCausalLM.from_config(config_of("deepseek", arch))
            .model.layers[0]
            .self_attn
        )
    assert cached_numbers(arch) == attention.kv_a_proj_with_mqa.out_features
    keys_and_values = attention.kv_b_proj.out_features + arch.n_heads * arch.rope_dim
    assert unshared_numbers(arch) == keys_and_values
    llama = models()["llama-405b"].architecture
    assert unshared_numbers(llama) == 16 * cached_numbers(llama)


@given(st.sampled_from(NAMES), st.floats(1e5, 1e13), st.sampled_from([0.5, 1, 2]))
def test_the_longest_context_fits_and_one_more_token_does_not(
    name: str, memory: float, number: float
) -> None:
    arch = models()[name].architecture
    longest = longest_context(arch, memory, number)
    if longest == float("inf"):
        assert cache_bytes(arch, 10**12, number) <= memory
    else:
        assert cache_bytes(arch, int(longest), number) <= memory
        assert cache_bytes(arch, int(longest) + 1, number) > memory


@given(st.sampled_from(NAMES), st.integers(1, 64))
def test_active_parameters_grow_with_the_experts_in_use(name: str, used: int) -> None:
    arch = models()[name].architecture
    both, output, none = (active_parameters(arch, convention) for convention in CONVENTIONS)
    assert none < output <= both <= total_parameters(arch)
    if arch.n_experts:
        everyone = replace(arch, experts_per_token=arch.n_experts)
        assert active_parameters(everyone, "both") == total_parameters(arch)
        used = min(used, arch.n_experts - 1)
        fewer, more = (replace(arch, experts_per_token=k) for k in (used, used + 1))
        one = 3 * arch.d_model * arch.d_expert * arch.n_moe_layers
        grown = active_parameters(more) - active_parameters(fewer)
        assert one <= grown < 1.01 * one  # biases are the rest
    else:
        assert both == total_parameters(arch)


def test_training_flops_are_those_of_the_llama_report() -> None:
    """3.8e25, section 3.2 of arXiv:2407.21783."""
    llama = models()["llama-405b"]
    assert llama.tokens.value
    assert f"{training_flops(llama.architecture, llama.tokens.value):.1e}" == "3.8e+25"
