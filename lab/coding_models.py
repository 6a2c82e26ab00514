"""SmolLM2 as a programmer: it is asked in English, and its reply is begun with an opened code fence.

With the fence opened, it writes code at once.  A program ends where its function does: what comes
after, examples of use and explanations, costs time and changes nothing.  (Chen et al. 2021,
"Evaluating Large Language Models Trained on Code", end theirs at such marks too.)
"""

import re

import torch

from lab.coding_agent import Reply
from lab.sampling import draw
from lab.smollm2 import ChatTokenizer, load_smollm2, load_tokenizer
from lab.transformer import KVCache, Transformer

FENCE = "```"
LONGEST_PROGRAM = 96  # tokens
TEMPERATURE = 0.6
_END = re.compile(r"```|<\|im_end\|>")  # of the block or of the turn
# A function with something after it that is not part of it.
_FUNCTION = re.compile(r"^def .*\n(?:[ \t].*\n|\n)+(?=\S)", re.M)


def smollm2(temperature: float = 0.0, seed: int = 0) -> Reply:
    """SmolLM2's replies; each prompt is answered by a draw of its own."""
    model, tokenizer = load_smollm2(), load_tokenizer()
    seeds = iter(range(seed, 2**31))

    def reply(prompt: str) -> str:
        (code,) = programs(model, tokenizer, prompt, 1, temperature, next(seeds))
        return f"{FENCE}python\n{code}{FENCE}"

    return reply


@torch.inference_mode()
def programs(
    model: Transformer, tokenizer: ChatTokenizer, prompt: str, n: int, temperature: float, seed: int
) -> list[str]:
    """`n` programs that the model writes in reply to `prompt`; temperature 0 takes the likeliest.

    The batch of `lab.sampling`, where a row is finished by what it says and not by one token.
    """
    generator = torch.Generator().manual_seed(seed)
    text = tokenizer.chat([{"role": "user", "content": prompt}]) + f"{FENCE}python\n"
    asked = torch.tensor(tokenizer.encode(text))[None]
    cache = KVCache(model.config, 1, asked.shape[1] + LONGEST_PROGRAM)
    copies = torch.zeros(n, dtype=torch.long)
    logits = model(asked, cache)[copies, -1]
    cache.keep(copies)
    written: list[list[int]] = [[] for _ in range(n)]
    rows = list(range(n))
    for _ in range(LONGEST_PROGRAM):
        tokens = draw(logits, temperature, generator)
        for row, token in zip(rows, tokens.tolist(), strict=True):
            written[row].append(token)
        alive = torch.tensor([not finished(tokenizer.decode(written[row])) for row in rows])
        rows = [row for row, goes_on in zip(rows, alive.tolist(), strict=True) if goes_on]
        if not rows:
            break
        if not alive.all():
            cache.keep(alive)
        logits = model(tokens[alive][:, None], cache)[:, -1]
    return [code(tokenizer.decode(row)) for row in written]


def finished(text: str) -> bool:
    """Whether a reply has closed its block, or gone on to something else after its function."""
    return bool(_END.search(text) or _FUNCTION.search(text))


def code(text: str) -> str:
    """The program in a reply whose fence was opened for it."""
    block = _END.split(text)[0]
    function = _FUNCTION.search(block)
    return (block[: function.end()] if function else block).strip() + "\n"
