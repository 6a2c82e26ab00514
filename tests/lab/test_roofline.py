"""The roofline against PyTorch's own counts, the tensors' own sizes and the two limits themselves."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from lab import roofline
from lab.roofline import (
    Roofline,
    Work,
    decode,
    decode_run,
    prefill,
    prefill_run,
    timings,
    training_run,
    training_step,
)
from lab.transformer import Config, KVCache, Transformer, llama_like

SHAPES = [llama_like(84, 64, 3), Config(50, 48, 2, 6, 2, 64)]
MACHINE = Roofline(peak=1e11, bandwidth=1e10)


def counted(run) -> int:
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()


@pytest.mark.parametrize("config", SHAPES)
def test_decoding_needs_the_flops_that_pytorch_counts(config: Config) -> None:
    run = decode_run(Transformer(config, 0), batch=3, context=17)
    assert decode(config, 3, 17).flops == counted(run) == counted(run)  # again at the same position


@pytest.mark.parametrize("config", SHAPES)
def test_prefill_needs_the_flops_that_pytorch_counts_less_the_mask(config: Config) -> None:
    batch, length = 3, 17
    masked = batch * length * config.n_layers * config.d_model * 2 * (length - 1)
    counts = counted(prefill_run(Transformer(config, 0), batch, length))
    assert prefill(config, batch, length).flops == counts - masked


@pytest.mark.parametrize("config", SHAPES)
def test_bytes_are_those_of_weights_and_cache(config: Config) -> None:
    weights = sum(p.numel() * p.element_size() for p in Transformer(config, 0).parameters())
    memory = KVCache(config, 3, 17).memory
    cache = memory.numel() * memory.element_size()
    assert decode(config, 3, 17).bytes == prefill(config, 3, 17).bytes == weights + cache
    assert decode(config, 3, 17, bytes_per_number=2).bytes == (weights + cache) / 2
    assert training_step(config, 3, 17).bytes % weights == 0


def test_a_timed_training_step_changes_nothing_and_trains_all() -> None:
    model = Transformer(SHAPES[0], 0)
    before = [p.clone() for p in model.parameters()]
    training_run(model, batch=2, context=8)()
    for old, new in zip(before, model.parameters(), strict=True):
        assert torch.equal(old, new) and new.grad is not None


def test_the_slower_limit_decides_and_both_meet_at_the_ridge() -> None:
    assert MACHINE.ridge == 10
    assert MACHINE.seconds(Work(flops=1e11, bytes=1e9)) == 1
    assert MACHINE.seconds(Work(flops=1e9, bytes=1e10)) == 1
    np.testing.assert_allclose(MACHINE.rate([1, 10, 100]), [1e10, 1e11, 1e11])


@pytest.mark.parametrize("config", SHAPES)
def test_at_the_knee_both_limits_take_equally_long(config: Config) -> None:
    # The knee is rarely a whole number of texts, and the formulas do not need one.
    work = decode(config, MACHINE.knee(config, 4), 4)  # type: ignore[arg-type]
    assert work.intensity == pytest.approx(MACHINE.ridge)


def test_no_batch_helps_where_the_caches_alone_take_longer() -> None:
    config = SHAPES[0]
    assert math.isinf(MACHINE.knee(config, 100_000))
    assert decode(config, 1_000_000, 100_000).intensity < MACHINE.ridge


def test_short_runs_are_timed_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count()
    clock = [0.0]
    monkeypatch.setattr(roofline.time, "process_time", lambda: clock[0])

    def run() -> None:
        next(ticks)
        clock[0] += 0.003

    np.testing.assert_allclose(timings(run, repeats=4, at_least=0.02), [0.003] * 4)
    assert next(ticks) == 1 + (1 + 2 + 4) + 4 * 8
