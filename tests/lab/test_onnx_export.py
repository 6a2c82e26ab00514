"""An exported model gives PyTorch's logits: read at once, and token by token with a cache."""

from dataclasses import replace

import numpy as np
import onnxruntime
import pytest
import torch

from lab.models import load_model
from lab.onnx_export import export
from lab.results import FOLDER
from lab.rope import Interpolation
from lab.transformer import Config, Transformer
from lab.twins import KINDS, LARGE

pytestmark = pytest.mark.slow

ATOL = 1e-4
SMALL = Config(50, d_model=24, n_layers=2, n_heads=4, n_kv_heads=2, d_ff=40)


def random_model(config):
    """A model no part of which is zero, with weights that half precision holds exactly."""
    model = Transformer(config, seed=1).eval()
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for weight in model.parameters():
            std = 0.5 if weight.ndim == 1 else weight.shape[1] ** -0.5
            weight += std * torch.randn(weight.shape, generator=generator)
            weight.copy_(weight.half().float())
    return model


def opened(model):
    data = export(model)
    return data, onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])


def tokens_for(config, length):
    generator = torch.Generator().manual_seed(length)
    return torch.randint(config.vocab_size, (1, length), generator=generator)


def assert_same(model, session, length):
    """`session` gives `model`'s logits for a text of `length` tokens; the cached one step by step."""
    config, tokens = model.config, tokens_for(model.config, length)
    with torch.inference_mode():
        expected = model(tokens).numpy()
    if not config.causal:
        (found,) = session.run(None, {"tokens": tokens.numpy()})
    else:
        past = np.zeros((config.n_layers, 2, 1, config.n_kv_heads, 0, config.head_dim), np.float32)
        steps = []
        for token in tokens[0].numpy():
            logits, past = session.run(None, {"token": token.reshape(1, 1), "past": past})
            steps.append(logits)
        assert past.shape[4] == length
        found = np.concatenate(steps, axis=1)
    np.testing.assert_allclose(found, expected, rtol=0, atol=ATOL)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("scaling", [None, Interpolation(2.0)])
def test_a_small_model_keeps_its_logits(causal, scaling):
    model = random_model(replace(SMALL, causal=causal, rope_scaling=scaling))
    _, session = opened(model)
    for length in (1, 2, 40):
        assert_same(model, session, length)


def twin(kind):
    """The trained twin, or one of its shape as long as there is none."""
    if (FOLDER / f"twin-{kind}.safetensors").exists():
        return load_model(f"twin-{kind}").eval()
    return random_model(replace(LARGE, causal=kind == "autoregression"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_demos_models_keep_their_logits_and_stay_small(kind):
    model = twin(kind)
    data, session = opened(model)
    assert_same(model, session, 129 if model.config.causal else 128)
    n_weights = sum(weight.numel() for weight in model.parameters())
    assert len(data) <= 2 * n_weights + 40_000
    assert __file__.rsplit("/tests/")[0].encode() not in data


def test_weights_are_rounded_to_half_precision_and_to_no_less():
    model = random_model(replace(SMALL, causal=False))
    rounded, session = opened(model)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim == 2:
                weight *= 1 + 2.0**-13  # half precision has 11 bits
    assert export(model) == rounded
    assert_same(random_model(model.config), session, 5)
