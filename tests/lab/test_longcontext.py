"""Longer contexts: what stretching keeps, and that the two measurements measure what they say."""

import torch
from torch import Tensor, nn

from lab.longcontext import LONG, TRAINED, lengthen, loss_by_position, second_reading, stretched
from lab.rope import Interpolation
from lab.transformer import Transformer, llama_like

CONFIG = llama_like(30, 16, 1)


class Answers(nn.Module):
    """Logits from a function of the tokens, in place of a model."""

    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer

    def forward(self, tokens: Tensor) -> Tensor:
        return 20.0 * nn.functional.one_hot(self.answer(tokens), 30).float()


def text(length: int = 5000) -> Tensor:
    return torch.randint(30, (length,), generator=torch.Generator().manual_seed(0))


def test_stretching_keeps_the_weights_and_leaves_the_original_alone() -> None:
    model = Transformer(CONFIG, seed=0)
    longer = stretched(model, Interpolation(4.0))
    assert longer.config.rope_scaling == Interpolation(4.0) and model.config.rope_scaling is None
    assert all(
        torch.equal(a, b) for a, b in zip(model.parameters(), longer.parameters(), strict=True)
    )
    tokens = text()[None, :50]
    assert torch.equal(stretched(model, None)(tokens), model(tokens))


def test_the_loss_stands_at_the_position_that_it_belongs_to() -> None:
    def right_except_at_ten(tokens: Tensor) -> Tensor:
        following = (tokens + 1) % 30
        following[:, 10] = (following[:, 10] + 1) % 30
        return following

    losses = loss_by_position(Answers(right_except_at_ten), torch.arange(5000) % 30)
    assert losses.shape == (LONG,)
    assert losses[10] > 15 and losses[:10].max() < 0.01 and losses[11:].max() < 0.01


def test_a_model_that_copies_is_found_out_by_a_second_reading() -> None:
    copying = Answers(
        lambda tokens: tokens.roll(31, dims=1)
    )  # the character after the last such one
    again, fresh = second_reading(copying, text())
    assert again < 0.01 and fresh > 10


def test_a_model_that_cannot_look_back_gains_nothing_by_a_second_reading() -> None:
    again, fresh = second_reading(Answers(lambda tokens: tokens), text())
    assert abs(again - fresh) < 1e-5


def test_lengthening_trains_in_place_on_windows_of_the_context(monkeypatch) -> None:
    seen = set()

    class Watched(Transformer):
        def forward(self, tokens: Tensor, cache: None = None) -> Tensor:
            seen.add(tuple(tokens.shape))
            return super().forward(tokens, cache)

    monkeypatch.setattr("lab.longcontext.STEPS", 2)
    model = Watched(CONFIG, seed=0)
    before = model.embedding.weight.clone()
    assert lengthen(model, text(), seed=0) is model
    assert not torch.equal(model.embedding.weight, before)
    lengthen(model, text(), seed=0, context=TRAINED)
    assert seen == {(4, 4 * TRAINED), (16, TRAINED)}
