"""How fast a machine could run a model at best, and how fast it does: the roofline.

A machine has two limits, arithmetic and memory, and work that does few FLOPs for each byte meets the
second first (Williams, Waterman and Patterson 2009).  `Work` counts what training, prefill and decode
need; `measure_peak` and `measure_bandwidth` time the machine; `timings` times anything else.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from lab.accounting import decode_flops, forward_flops, kv_cache_bytes, parameters, training_flops
from lab.training import Recipe, Trainer
from lab.transformer import Config, KVCache, Transformer

# How often a training step of `lab.training` goes through numbers the size of the weights: the weights
# forward and backward (2), gradients written, measured and clipped (4), AdamW's four in, three out (7).
TRAINING_PASSES = 13


@dataclass(frozen=True)
class Work:
    """What one run of something needs at least: FLOPs, and bytes to or from memory.

    Bytes are those of weights and KV cache.  Activations are left out, because a kernel that keeps
    them in cache need not move them; so a real run moves more.
    """

    flops: float
    bytes: float

    @property
    def intensity(self) -> float:
        """FLOPs for each byte."""
        return self.flops / self.bytes


@dataclass(frozen=True)
class Roofline:
    """A machine's two limits: `peak` in FLOP/s and `bandwidth` in bytes a second."""

    peak: float
    bandwidth: float

    @property
    def ridge(self) -> float:
        """The intensity, in FLOPs a byte, at which both limits are met at once."""
        return self.peak / self.bandwidth

    def rate(self, intensity: ArrayLike) -> NDArray[np.float64]:
        """The attainable FLOP/s at an intensity."""
        return np.minimum(self.peak, self.bandwidth * np.asarray(intensity, dtype=np.float64))

    def seconds(self, work: Work) -> float:
        """The least time for `work`, if arithmetic and memory overlap perfectly."""
        return max(work.flops / self.peak, work.bytes / self.bandwidth)

    def knee(self, config: Config, context: int, bytes_per_number: int = 4) -> float:
        """The batch size from which decoding at `context` is bound by arithmetic, not by memory.

        Infinite where each text's own cache already takes longer to read than its arithmetic takes.
        """
        text = decode_flops(config, context) / self.peak
        text -= kv_cache_bytes(config, context, bytes_per_number) / self.bandwidth
        weights = parameters(config) * bytes_per_number / self.bandwidth
        return weights / text if text > 0 else math.inf


def decode(config: Config, batch: int, context: int, bytes_per_number: int = 4) -> Work:
    """One more token for each of `batch` texts of `context` tokens: weights once, each text's cache."""
    cache = batch * kv_cache_bytes(config, context, bytes_per_number)
    weights = parameters(config) * bytes_per_number
    return Work(batch * decode_flops(config, context), weights + cache)


def prefill(config: Config, batch: int, length: int, bytes_per_number: int = 4) -> Work:
    """Reading `batch` prompts of `length` tokens at once: weights once, the cache written."""
    cache = batch * kv_cache_bytes(config, length, bytes_per_number)
    weights = parameters(config) * bytes_per_number
    return Work(batch * length * forward_flops(config, length), weights + cache)


def training_step(config: Config, batch: int, context: int) -> Work:
    """One step of `lab.training.Trainer` on `batch` windows of `context` tokens, in 32 bits."""
    flops = training_flops(config, context, batch * context)
    return Work(flops, 4 * TRAINING_PASSES * parameters(config))


def timings(
    run: Callable[[], object], repeats: int = 5, at_least: float = 0.02
) -> NDArray[np.float64]:
    """Seconds that `run` takes, shape (repeats,), after one run to warm up.

    Runs shorter than `at_least` seconds are timed many at once.  The clock counts the processor's
    seconds, so that other programs disturb it less; it is right for one thread.
    """
    run()
    count = 1
    while (first := _seconds(run, count)) < at_least:
        count *= 2
    others = [_seconds(run, count) for _ in range(repeats - 1)]
    return np.array([first, *others]) / count


def _seconds(run: Callable[[], object], count: int) -> float:
    start = time.process_time()
    for _ in range(count):
        run()
    return time.process_time() - start


def measure_peak(size: int = 1024) -> float:
    """The best FLOP/s of a product of two square matrices of 32-bit numbers."""
    a, b = torch.ones(2, size, size)
    return float(2 * size**3 / timings(lambda: a @ b).min())


def measure_bandwidth(n_bytes: int = 2**30) -> float:
    """The best bytes a second at which an array of `n_bytes` is read, from wherever it lies.

    The default is more than most caches hold, so that it comes from memory.
    """
    x = torch.ones(n_bytes // 4)
    return float(n_bytes / timings(lambda: torch.dot(x, x)).min())


def decode_run(model: Transformer, batch: int, context: int) -> Callable[[], object]:
    """The work of `decode`, to be timed: the same token again and again at the same position."""
    cache = KVCache(model.config, batch, context)
    cache.memory.zero_()
    tokens = torch.zeros(batch, 1, dtype=torch.long)

    @torch.inference_mode()
    def run() -> None:
        cache.length = context - 1
        model(tokens, cache)

    return run


def prefill_run(model: Transformer, batch: int, length: int) -> Callable[[], object]:
    """The work of `prefill`, to be timed."""
    tokens = torch.zeros(batch, length, dtype=torch.long)

    @torch.inference_mode()
    def run() -> None:
        model(tokens, KVCache(model.config, batch, length))

    return run


def training_run(model: Transformer, batch: int, context: int) -> Callable[[], object]:
    """The work of `training_step`, to be timed; the learning rate is zero, so `model` stays as it is."""
    recipe = Recipe(lr=0.0, batch_size=batch, context=context)
    text = torch.zeros(batch * context + 1, dtype=torch.long)
    trainer = Trainer(model, text, recipe, seed=0)
    return lambda: trainer.advance(trainer.step + 1)
