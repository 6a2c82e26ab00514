"""The transformer against `transformers`' Llama, PyTorch's attention and closed forms."""

import pytest
import torch
from torch import Tensor
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

from bench.llama import Llama
from lab.rope import rotate
from lab.transformer import Config, KVCache, Transformer, llama_like, rotations

SHAPES = [
    Config(vocab_size=50, d_model=32, n_layers=2, n_heads=4, n_kv_heads=4, d_ff=88),
    Config(50, 48, 3, 6, 2, 64, rope_theta=500_000.0, norm_eps=1e-6),  # grouped queries
    Config(50, 32, 1, 2, 1, 40),  # one key-value head for all
]


def randomised(config: Config) -> Transformer:
    """A model with no zero and no one among its weights, so that every path matters."""
    model = Transformer(config, seed=0)
    generator = torch.Generator().manual_seed(1)
    for parameter in model.parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        parameter.data += 0.2 * noise
    return model


@pytest.mark.parametrize("config", SHAPES)
def test_logits_equal_llamas(config: Config) -> None:
    model = randomised(config)
    tokens = torch.randint(config.vocab_size, (3, 17), generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        expected = Llama.of(model)(tokens)
        torch.testing.assert_close(model(tokens), expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("config", SHAPES)
def test_reading_through_the_cache_changes_nothing(config: Config) -> None:
    model = randomised(config)
    tokens = torch.randint(config.vocab_size, (2, 12), generator=torch.Generator().manual_seed(3))
    cache = KVCache(config, batch=2, capacity=12)
    with torch.no_grad():
        pieces = [model(tokens[:, :5], cache)]
        pieces += [model(tokens[:, i : i + 1], cache) for i in range(5, 12)]
        torch.testing.assert_close(torch.cat(pieces, dim=1), model(tokens), atol=1e-5, rtol=1e-5)


def test_no_position_sees_the_future() -> None:
    model = randomised(SHAPES[0])
    tokens = torch.arange(10)[None]
    changed = tokens.clone()
    changed[0, 6:] = 49
    with torch.no_grad():
        before, after = model(tokens), model(changed)
    torch.testing.assert_close(before[:, :6], after[:, :6])
    assert not torch.allclose(before[:, 6:], after[:, 6:])


def test_rotary_positions_equal_llamas_up_to_the_order_of_pairs() -> None:
    config = SHAPES[0]
    x = torch.randn(1, 4, 9, config.head_dim, generator=torch.Generator().manual_seed(4))
    angles = rotations(config, 0, 9).angle()
    doubled = torch.cat([angles, angles], dim=-1)[None]

    def halves(t: Tensor) -> Tensor:
        return torch.cat([t[..., 0::2], t[..., 1::2]], dim=-1)

    expected, _ = apply_rotary_pos_emb(halves(x), halves(x), doubled.cos(), doubled.sin())
    torch.testing.assert_close(halves(rotate(x, rotations(config, 0, 9))), expected)


def test_rotation_depends_on_distance_alone() -> None:
    config = SHAPES[0]
    q, k = torch.randn(2, config.head_dim, generator=torch.Generator().manual_seed(5))
    turn = rotations(config, 0, 40)
    near = rotate(q[None], turn[7:8]) @ rotate(k[None], turn[3:4]).T
    far = rotate(q[None], turn[37:38]) @ rotate(k[None], turn[33:34]).T
    torch.testing.assert_close(near, far, atol=1e-5, rtol=1e-4)


def test_a_fresh_model_is_the_identity_around_its_embedding() -> None:
    model = Transformer(llama_like(84, 32, 2), seed=0)
    tokens = torch.arange(84)[None]
    with torch.no_grad():
        logits = model.norm(model.embedding(tokens)) @ model.embedding.weight.T
        torch.testing.assert_close(model(tokens), logits)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_heads": 5}, "5 heads do not divide a width .* of 32"),
        ({"n_heads": 32, "n_kv_heads": 32}, "choose n_heads so that"),
        ({"n_kv_heads": 3}, "n_kv_heads must divide n_heads"),
        ({"n_layers": 0}, "n_layers is 0; it must be at least 1"),
    ],
)
def test_a_shape_that_cannot_be_built_says_what_to_change(
    change: dict[str, int], message: str
) -> None:
    shape = {
        "vocab_size": 50,
        "d_model": 32,
        "n_layers": 1,
        "n_heads": 4,
        "n_kv_heads": 4,
        "d_ff": 64,
    }
    with pytest.raises(ValueError, match=message):
        Config(**(shape | change))


def test_a_full_cache_says_so() -> None:
    config = SHAPES[0]
    with pytest.raises(ValueError, match="holds 4 positions, 5 are needed"):
        Transformer(config, 0)(torch.zeros(1, 5, dtype=torch.long), KVCache(config, 1, 4))
