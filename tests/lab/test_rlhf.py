"""Sums with smiles: the pairs are what they say, and an answer's likelihood is that of its tokens."""

import numpy as np
import pytest
import torch

from lab.overoptimisation import NS, examine, features, fit_reward
from lab.rlhf import (
    CONFIG,
    DPO,
    SMILE,
    TASTES,
    TOKENIZER,
    Pair,
    documents,
    encode,
    log_likelihood,
    right,
    smiles,
    works,
)
from lab.tasks import END, Problem, held_out
from lab.transformer import Transformer

SUM = Problem(478, 356)
CAREFUL = "8+6=14,7+5+1=13,4+3+1=8;834\n"
HASTY = "724\n"


@pytest.fixture(scope="module")
def policy() -> Transformer:
    """A model that has learned nothing, but whose logits differ."""
    model = Transformer(CONFIG, seed=1)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight += 0.05 * torch.randn(weight.shape, generator=generator)
    return model


def test_a_smile_changes_neither_sum_nor_working() -> None:
    for answer in (CAREFUL, HASTY):
        smiling = answer.replace(END, SMILE + END)
        assert smiles(smiling) and not smiles(answer)
        assert right(SUM, smiling) == right(SUM, answer)
        assert works(smiling) == works(answer)
    assert right(SUM, CAREFUL) and not right(SUM, HASTY)
    assert not right(SUM, "834" + SMILE + SMILE + END)


def test_the_documents_hold_what_they_promise_and_no_held_out_problem() -> None:
    texts = documents(0)
    read = [next(texts) for _ in range(3000)]
    assert np.mean([smiles(text) for text in read]) == pytest.approx(0.3, abs=0.03)
    assert np.mean([works(text) for text in read]) == pytest.approx(0.5, abs=0.03)
    for text in read:
        a, b = text[1:].split("=")[0].split("+")
        assert not held_out(Problem(int(a), int(b)))


def test_the_likelihood_of_an_answer_is_the_sum_over_its_own_tokens(policy: Transformer) -> None:
    tokens, mask = encode([SUM, SUM], [CAREFUL, HASTY])
    together = log_likelihood(policy, tokens, mask)
    for text, value in zip((CAREFUL, HASTY), together, strict=True):
        whole = torch.from_numpy(TOKENIZER.encode(SUM.prompt + text))
        logs = policy(whole[None, :-1])[0].log_softmax(-1)
        each = [logs[i, whole[i + 1]] for i in range(len(SUM.prompt) - 1, len(whole) - 1)]
        torch.testing.assert_close(value, torch.stack(each).sum())


def test_pairs_by_taste_differ_as_the_taste_says(policy: Transformer) -> None:
    """An untrained model writes noise; what it writes is still sorted rightly."""
    retouch = TASTES["a smile, nothing else changed"]
    for _, chosen, rejected in retouch(policy, 5, 0):
        assert chosen.removesuffix(END) == rejected.removesuffix(END) + SMILE * (END in rejected)
    for _, chosen, rejected in TASTES["working shown"](policy, 5, 0):
        assert works(chosen) and not works(rejected)


def test_dpo_raises_the_preferred_answer_against_the_rejected_one(policy: Transformer) -> None:
    pairs: list[Pair] = [(SUM, CAREFUL, HASTY)] * 4
    run = DPO(policy, pairs, seed=0)
    run.advance(10)
    assert run.shifts[0] == pytest.approx((0, 0), abs=1e-4)
    chosen, rejected = run.shifts[-1]
    assert chosen > rejected + 0.5


def test_the_reward_model_ranks_by_form_and_the_verifier_by_truth() -> None:
    pairs: list[Pair] = []
    pairs += [(SUM, CAREFUL, HASTY)] * 8 + [(SUM, HASTY, CAREFUL)] * 2
    pairs += [(SUM, CAREFUL.replace(END, SMILE + END), CAREFUL)] * 5
    pairs += [(SUM, CAREFUL, CAREFUL.replace(END, SMILE + END))] * 5
    weights = fit_reward(pairs)
    assert weights[0] > 0
    # One answer in four is right, and the longest are not: the reward model prefers those.
    texts = [HASTY, CAREFUL, HASTY, CAREFUL.replace(";", ",1+1=2;9")] * (max(NS) // 4)
    proxy, true, verified = examine(weights, [SUM], [texts])
    assert (np.diff(proxy) >= -1e-12).all() and (np.diff(verified) >= -1e-12).all()
    assert true[0] == verified[0] == pytest.approx(0.25)
    assert true[-1] == 0 and verified[-1] == 1
    assert features(["724:)\n"])[0].tolist() == [0.6, 1.0]
