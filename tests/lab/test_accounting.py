"""Counts against what PyTorch itself counts."""

import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from lab.accounting import decode_flops, forward_flops, kv_cache_bytes, parameters, training_flops
from lab.training import cross_entropy
from lab.transformer import Config, KVCache, Transformer, llama_like

SHAPES = [llama_like(84, 64, 3), Config(50, 48, 2, 6, 2, 64)]


@pytest.mark.parametrize("config", SHAPES)
def test_parameters_are_those_of_the_model(config: Config) -> None:
    assert parameters(config) == sum(p.numel() for p in Transformer(config, 0).parameters())


@pytest.mark.parametrize("config", SHAPES)
def test_flops_are_those_that_pytorch_counts(config: Config) -> None:
    """PyTorch counts attention over all pairs of positions, twice what a causal mask leaves."""
    context, batch = 33, 2
    tokens = torch.zeros(batch, context, dtype=torch.long)
    # Its fused kernel for processors is not counted, the plain one is.
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        loss = cross_entropy(Transformer(config, 0)(tokens), tokens)
        forward = counter.get_total_flops()
        loss.backward()
    masked = batch * context * config.n_layers * config.d_model * 2 * (context - 1)
    assert forward - masked == batch * context * forward_flops(config, context)
    total = training_flops(config, context, batch * context)
    assert counter.get_total_flops() == pytest.approx(total, rel=0.1)


@pytest.mark.parametrize("config", SHAPES)
def test_decoding_a_text_costs_what_reading_it_costs(config: Config) -> None:
    context = 33
    decoded = sum(decode_flops(config, position) for position in range(1, context + 1))
    assert decoded == context * forward_flops(config, context)


@pytest.mark.parametrize("config", SHAPES)
def test_kv_cache_bytes_are_those_of_the_cache(config: Config) -> None:
    memory = KVCache(config, batch=1, capacity=10).memory
    assert kv_cache_bytes(config, 10) == memory.numel() * memory.element_size()
