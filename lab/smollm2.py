"""A real pretrained model in the lab's own transformer: SmolLM2-135M-Instruct at 4 bits.

Its weights, vocabulary and chat template come from one GGUF file (Allal et al. 2025; the asset
`smollm2`).  Weights are turned back into 32-bit numbers, 540 MB of them, because the lab computes in
those; what rounding to 4 bits took away does not come back.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import jinja2
import numpy as np
import torch
from gguf import GGUFReader, dequantize
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from torch import Tensor

from lab.assets import fetch
from lab.transformer import Config, Transformer

# The lab's name of a block's weight, and the file's: the lab stacks what reads the same input.
_BLOCK = {
    "attention_norm": ["attn_norm"],
    "attention.qkv": ["attn_q", "attn_k", "attn_v"],
    "attention.out": ["attn_output"],
    "feed_forward_norm": ["ffn_norm"],
    "feed_forward.gate_up": ["ffn_gate", "ffn_up"],
    "feed_forward.down": ["ffn_down"],
}
_CONTROL = 3  # the file's type of a token that is a mark and no text


class _File(GGUFReader):
    """The GGUF file, opened in a quarter of the time."""

    def __setattr__(self, name: str, value: Any) -> None:
        # The reader slices a memory map once for each string; plain arrays are cheaper to slice.
        super().__setattr__(name, value.view(np.ndarray) if name == "data" else value)


@lru_cache(maxsize=1)
def _file() -> _File:
    return _File(fetch("smollm2"))


def _field(name: str) -> Any:
    """A value of the file's header."""
    return _file().fields[name].contents()


def load_smollm2() -> Transformer:
    """The model, ready to read token ids; its `config` says its shape.

    Raises `AssetError`, which says what still works, where the file cannot be had.
    """
    config = _config()
    with torch.device("meta"):  # no memory and no random numbers for weights that are replaced
        model = Transformer(config, seed=0)
    model.load_state_dict(_state(config.n_layers), assign=True)
    return model.eval()


def _config() -> Config:
    return Config(
        vocab_size=_field("llama.vocab_size"),
        d_model=_field("llama.embedding_length"),
        n_layers=_field("llama.block_count"),
        n_heads=_field("llama.attention.head_count"),
        n_kv_heads=_field("llama.attention.head_count_kv"),
        d_ff=_field("llama.feed_forward_length"),
        rope_theta=_field("llama.rope.freq_base"),
        norm_eps=_field("llama.attention.layer_norm_rms_epsilon"),
    )


def _state(n_layers: int) -> dict[str, Tensor]:
    """All weights by the lab's names.

    Queries and keys need no reordering: GGUF keeps a Llama's rotary pairs side by side, as the lab does.
    """
    stored = {tensor.name: tensor for tensor in _file().tensors}

    def read(*names: str) -> Tensor:
        parts = [stored[f"{name}.weight"] for name in names]
        return torch.from_numpy(np.concatenate([dequantize(p.data, p.tensor_type) for p in parts]))

    state = {"embedding.weight": read("token_embd"), "norm.weight": read("output_norm")}
    for i in range(n_layers):
        for ours, theirs in _BLOCK.items():
            state[f"blocks.{i}.{ours}.weight"] = read(*(f"blk.{i}.{name}" for name in theirs))
    return state


class ChatTokenizer:
    """Text to token ids and back by byte-pair encoding, and conversations to text.

    Marks such as <|im_end|> become their one token wherever they stand in a text; `end` is the id
    of the one that ends a turn.
    """

    def __init__(self, bpe: Tokenizer, template: str, end: int) -> None:
        self._bpe, self.end = bpe, end
        self._template = jinja2.Template(template)

    @property
    def vocab_size(self) -> int:
        return self._bpe.get_vocab_size()

    def encode(self, text: str) -> NDArray[np.int64]:
        """Token ids of `text`, shape (tokens,)."""
        return np.array(self._bpe.encode(text).ids, dtype=np.int64)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`, marks included."""
        return self._bpe.decode([int(i) for i in ids], skip_special_tokens=False)

    def chat(self, messages: Sequence[dict[str, str]]) -> str:
        """The prompt for the assistant's turn after `messages`, each a `role` and its `content`."""
        return self._template.render(messages=messages, add_generation_prompt=True)

    def ask(self, question: str) -> Tensor:
        """One user's `question` as a prompt for the sampler, shape (1, tokens)."""
        return torch.tensor(self.encode(self.chat([{"role": "user", "content": question}])))[None]


def load_tokenizer() -> ChatTokenizer:
    """The model's tokenizer, rebuilt from the vocabulary and merges in its file."""
    tokens, kinds = _field("tokenizer.ggml.tokens"), _field("tokenizer.ggml.token_type")
    merges = [tuple(pair.split(" ")) for pair in _field("tokenizer.ggml.merges")]
    bpe = Tokenizer(models.BPE({token: i for i, token in enumerate(tokens)}, merges))
    # The file names its way of cutting a text, "smollm", and not the rules: each digit is alone.
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(False)]
    )
    bpe.decoder = decoders.ByteLevel()
    marks = [t for t, kind in zip(tokens, kinds, strict=True) if kind == _CONTROL]
    bpe.add_special_tokens([AddedToken(mark, normalized=False) for mark in marks])
    return ChatTokenizer(
        bpe, _field("tokenizer.chat_template"), _field("tokenizer.ggml.eos_token_id")
    )
