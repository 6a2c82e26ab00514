"""The peer in speed: `transformers`' Llama, randomly initialised, in the shape of one of the lab's."""

from torch import Tensor, nn
from transformers import GenerationConfig, GenerationMixin, LlamaConfig, LlamaForCausalLM

from lab.transformer import Config


class Llama(nn.Module):
    """Token ids (batch, positions) to logits, as the lab's training loop expects it."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.llama = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=config.vocab_size,
                hidden_size=config.d_model,
                num_hidden_layers=config.n_layers,
                num_attention_heads=config.n_heads,
                num_key_value_heads=config.n_kv_heads,
                intermediate_size=config.d_ff,
                rms_norm_eps=config.norm_eps,
                tie_word_embeddings=True,
                bos_token_id=None,
                eos_token_id=None,
                pad_token_id=None,
            )
        )

    def forward(self, tokens: Tensor) -> Tensor:
        logits: Tensor = self.llama(tokens, use_cache=False).logits
        return logits

    def sample(self, prompts: Tensor, n_tokens: int) -> Tensor:
        """Continue `prompts`, shape (batch, prompt), by `n_tokens` each, with its KV cache."""
        settings = GenerationConfig(max_new_tokens=n_tokens, do_sample=True, top_k=0)
        drawn: Tensor = GenerationMixin.generate(self.llama, prompts, settings)
        return drawn[:, prompts.shape[1] :]
