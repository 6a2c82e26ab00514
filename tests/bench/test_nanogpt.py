"""The peer is what it claims to be: nanoGPT's parameter count, GPT-2's logits, and it learns."""

import torch
from transformers import GPT2Config, GPT2LMHeadModel

from bench.nanogpt import GPT, Shape, cosine
from lab.training import Recipe, Trainer, held_out_loss

SMALL = Shape(vocab_size=20, context=8, d_model=16, n_layers=2, n_heads=2)


def test_the_shakespeare_model_has_as_many_parameters_as_nanogpt_prints() -> None:
    """10.65M for its `config/train_shakespeare_char.py`; it does not count the positions."""
    model = GPT(Shape(vocab_size=65, context=256, d_model=384, n_layers=6, n_heads=6), seed=0)
    count = sum(p.numel() for p in model.parameters()) - model.positions.weight.numel()
    assert round(count / 1e6, 2) == 10.65


def test_logits_are_those_of_gpt2_without_biases() -> None:
    model = GPT(SMALL, seed=0)
    config = GPT2Config(
        vocab_size=SMALL.vocab_size,
        n_positions=SMALL.context,
        n_embd=SMALL.d_model,
        n_layer=SMALL.n_layers,
        n_head=SMALL.n_heads,
        activation_function="gelu",
    )
    peer = GPT2LMHeadModel(config).eval()  # its biases are zero when it is new
    state = {"wte": model.embedding, "wpe": model.positions, "ln_f": model.norm}
    for i, block in enumerate(model.blocks):
        state |= {
            f"h.{i}.ln_1": block.attention_norm,
            f"h.{i}.ln_2": block.feed_forward_norm,
            f"h.{i}.attn.c_attn": block.attention.qkv,
            f"h.{i}.attn.c_proj": block.attention.out,
            f"h.{i}.mlp.c_fc": block.up,
            f"h.{i}.mlp.c_proj": block.down,
        }
    for name, module in state.items():
        # GPT-2 keeps its linear layers the other way round, as (in, out).
        weight = module.weight.T if isinstance(module, torch.nn.Linear) else module.weight
        peer.transformer.get_submodule(name).weight.data.copy_(weight)
    tokens = torch.randint(20, (3, 8), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(model(tokens), peer(tokens).logits, atol=1e-5, rtol=1e-4)


def test_it_learns_a_repeating_text() -> None:
    text, recipe = torch.arange(6).repeat(500), Recipe(lr=1e-2, batch_size=4, context=8, warmup=5)
    run = Trainer(GPT(SMALL, seed=0), text, recipe, seed=0)
    run.advance(200, cosine(recipe, 200))
    assert held_out_loss(run.model, text, context=8, n_windows=64) < 0.05 < run.losses[0]


def test_the_rate_warms_up_and_falls_to_a_tenth() -> None:
    recipe = Recipe(lr=1.0, warmup=10)
    lr = cosine(recipe, 110)
    assert lr(0) < lr(5) < lr(10) == 1.0 and abs(lr(60) - 0.55) < 1e-9 and abs(lr(110) - 0.1) < 1e-9
