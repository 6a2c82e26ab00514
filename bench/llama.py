"""The peer in speed and the oracle of tests: `transformers`' Llama in the shape of one of the lab's."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from transformers import GenerationConfig, GenerationMixin, LlamaConfig, LlamaForCausalLM

from lab.transformer import Config, Transformer


class Llama(nn.Module):
    """Token ids (batch, positions) to logits, as the lab's training loop expects it.

    Randomly initialised; `of` takes the weights of a model of the lab's.
    """

    def __init__(self, config: Config, rope: dict[str, Any] | None = None) -> None:
        super().__init__()
        plain = {"rope_type": "default", "rope_theta": config.rope_theta}
        self.llama = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=config.vocab_size,
                hidden_size=config.d_model,
                num_hidden_layers=config.n_layers,
                num_attention_heads=config.n_heads,
                num_key_value_heads=config.n_kv_heads,
                intermediate_size=config.d_ff,
                rope_parameters=rope or plain,
                rms_norm_eps=config.norm_eps,
                tie_word_embeddings=True,
                bos_token_id=None,
                eos_token_id=None,
                pad_token_id=None,
            )
        )

    @classmethod
    def of(cls, model: Transformer, rope: dict[str, Any] | None = None) -> "Llama":
        """A Llama with the weights of `model`, ready to be asked."""
        peer = cls(model.config, rope)
        missing, unexpected = peer.llama.load_state_dict(dict(_renamed(model)), strict=False)
        if unexpected or set(missing) > {"lm_head.weight"}:
            raise ValueError(f"weights missing: {missing}; unknown: {unexpected}")
        peer.llama.tie_weights()
        return peer.eval()

    def forward(self, tokens: Tensor) -> Tensor:
        logits: Tensor = self.llama(tokens, use_cache=False).logits
        return logits

    def sample(self, prompts: Tensor, n_tokens: int, end: int | None = None) -> Tensor:
        """Continue `prompts`, shape (batch, prompt), by at most `n_tokens` each, with its KV cache."""
        settings = GenerationConfig(
            max_new_tokens=n_tokens, do_sample=True, top_k=0, eos_token_id=end, pad_token_id=end
        )
        drawn: Tensor = GenerationMixin.generate(
            self.llama, prompts, settings, attention_mask=torch.ones_like(prompts)
        )
        return drawn[:, prompts.shape[1] :]


def _renamed(model: Transformer) -> Iterator[tuple[str, Tensor]]:
    """The weights of `model` under the names, and in the order of rows, that Llama has."""
    config = model.config
    yield "model.embed_tokens.weight", model.embedding.weight
    yield "model.norm.weight", model.norm.weight
    blocks: list[Any] = list(model.blocks)
    for i, block in enumerate(blocks):
        heads = (config.n_heads, config.n_kv_heads, config.n_kv_heads)
        q, k, v = block.attention.qkv.weight.split([n * config.head_dim for n in heads])
        gate, up = block.feed_forward.gate_up.weight.chunk(2)
        weights = {
            "self_attn.q_proj": _halves_from_pairs(q, config.n_heads),
            "self_attn.k_proj": _halves_from_pairs(k, config.n_kv_heads),
            "self_attn.v_proj": v,
            "self_attn.o_proj": block.attention.out.weight,
            "mlp.gate_proj": gate,
            "mlp.up_proj": up,
            "mlp.down_proj": block.feed_forward.down.weight,
            "input_layernorm": block.attention_norm.weight,
            "post_attention_layernorm": block.feed_forward_norm.weight,
        }
        for name, weight in weights.items():
            yield f"model.layers.{i}.{name}.weight", weight


def _halves_from_pairs(weight: Tensor, heads: int) -> Tensor:
    """Reorder each head's rows: Llama turns number i with i + half, this lab with its neighbour."""
    return weight.unflatten(0, (heads, -1, 2)).transpose(1, 2).flatten(0, 2)
