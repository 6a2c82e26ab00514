"""Stretched rotary positions against those of `transformers`, and the logits that they give."""

import math
from dataclasses import replace

import pytest
import torch
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from bench.llama import Llama
from lab.rope import Interpolation, Scaling, Yarn, frequencies
from lab.transformer import Config, Transformer, llama_like, rotations
from tests.lab.test_transformer import SHAPES, randomised

STRETCHES = [
    Interpolation(4.0),
    Yarn(4.0, trained=64),
    Yarn(8.0, trained=8192),
    Yarn(2.5, trained=100, fast=8.0, slow=0.5),
]


def reference_parameters(scaling: Scaling, theta: float) -> dict[str, object]:
    """What `transformers` calls the same stretch."""
    shared = {"rope_theta": theta, "factor": scaling.factor}
    if isinstance(scaling, Yarn):
        window = {"original_max_position_embeddings": scaling.trained}
        return (
            shared
            | window
            | {"rope_type": "yarn", "beta_fast": scaling.fast, "beta_slow": scaling.slow}
        )
    return shared | {"rope_type": "linear"}


@pytest.mark.parametrize("scaling", STRETCHES)
@pytest.mark.parametrize(("head_dim", "theta"), [(16, 1e4), (64, 1e4), (128, 5e5)])
def test_frequencies_and_gain_equal_transformers(
    scaling: Scaling, head_dim: int, theta: float
) -> None:
    parameters = reference_parameters(scaling, theta)
    config = LlamaConfig(hidden_size=head_dim, num_attention_heads=1, rope_parameters=parameters)
    expected, gain = ROPE_INIT_FUNCTIONS[parameters["rope_type"]](config)
    torch.testing.assert_close(scaling.frequencies(head_dim, theta), expected)
    assert scaling.gain == pytest.approx(gain)


@pytest.mark.parametrize("scaling", STRETCHES)
@pytest.mark.parametrize("config", SHAPES)
def test_logits_equal_a_stretched_llamas(config: Config, scaling: Scaling) -> None:
    model = randomised(replace(config, rope_scaling=scaling))
    tokens = torch.randint(config.vocab_size, (2, 60), generator=torch.Generator().manual_seed(2))
    llama = Llama.of(model, reference_parameters(scaling, config.rope_theta)).llama
    with torch.no_grad():  # in double precision, for their sums run in another order
        expected = llama.double()(tokens).logits
        torch.testing.assert_close(model.double()(tokens), expected, atol=1e-5, rtol=1e-5)


def test_a_factor_of_one_changes_no_bit() -> None:
    config = llama_like(50, 32, 2)
    tokens = torch.arange(50)[None]
    with torch.no_grad():
        plain = randomised(config)(tokens)
        for scaling in (Interpolation(1.0), Yarn(1.0, trained=64)):
            assert torch.equal(randomised(replace(config, rope_scaling=scaling))(tokens), plain)


def test_an_interpolated_position_is_the_earlier_one() -> None:
    config = llama_like(50, 32, 1)
    stretched = rotations(replace(config, rope_scaling=Interpolation(4.0)), 0, 80)
    torch.testing.assert_close(stretched[::4], rotations(config, 0, 20))


def test_yarn_leaves_fast_pairs_alone_and_interpolates_slow_ones() -> None:
    trained, plain = 8192, frequencies(128, 5e5)
    ratio = plain / Yarn(8.0, trained).frequencies(128, 5e5)
    turns = trained * plain / math.tau
    torch.testing.assert_close(ratio[turns > 40], torch.ones_like(ratio[turns > 40]))
    torch.testing.assert_close(ratio[turns < 0.7], torch.full_like(ratio[turns < 0.7], 8.0))
    assert (ratio.diff() >= -1e-4).all()


def test_weights_trained_on_one_context_load_into_a_stretched_model() -> None:
    config = llama_like(50, 32, 1)
    longer = Transformer(replace(config, rope_scaling=Interpolation(4.0)), seed=1)
    longer.load_state_dict(Transformer(config, seed=0).state_dict())
