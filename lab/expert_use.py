"""Who sends what where: the choices of a router, set against the characters that it reads."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lab.experts import shares

Array = NDArray[np.float64]


def by_character(tokens: Tensor, chosen: Tensor, vocab_size: int, n_experts: int) -> Array:
    """Share of each character's choices that fell on each expert, (vocab_size, n_experts).

    `tokens` has shape (n,), `chosen` (n, top_k).  A character that never occurs has a row of nan.
    """
    cells = (tokens[:, None] * n_experts + chosen).flatten()
    counts = torch.bincount(cells, minlength=vocab_size * n_experts).view(vocab_size, n_experts)
    table = counts.double().numpy()
    with np.errstate(invalid="ignore"):
        return np.asarray(table / table.sum(1, keepdims=True))


def told_by_character(tokens: Tensor, first: Tensor, n_experts: int) -> float:
    """How much of the first choice (n,) the character read (n,) decides: 0 nothing, 1 everything.

    Mutual information over the entropy of the choice (the uncertainty coefficient, Theil 1972).  It
    is biased upwards by about (characters - 1) · (experts - 1) / (2 n) nats, so give it a long text.
    """
    vocab_size = int(tokens.max()) + 1
    cells = torch.bincount(tokens * n_experts + first, minlength=vocab_size * n_experts)
    joint = cells.view(vocab_size, n_experts).double() / len(tokens)
    choice, character = joint.sum(0), joint.sum(1)
    entropy = torch.special.entr(choice).sum()
    both = torch.special.entr(joint).sum() - torch.special.entr(character).sum()
    return float((entropy - both) / entropy)


def visited(chosen: Tensor, batch: int, n_experts: int, draws: int, seed: int) -> float:
    """Share of the experts that `batch` readers visit, who stand at random places of `chosen` (n, k).

    The mean of `draws` batches; their experts have to be read from memory for one step of writing.
    """
    generator = torch.Generator().manual_seed(seed)
    places = torch.randint(len(chosen), (draws, batch), generator=generator)
    return float(np.mean([(shares(chosen[at], n_experts) > 0).double().mean() for at in places]))


def visited_if_even(top_k: int, n_experts: int, batch: float) -> float:
    """As `visited`, where every set of `top_k` experts is equally likely: 1 - (1 - k/n)^batch."""
    return 1 - (1 - top_k / n_experts) ** batch
