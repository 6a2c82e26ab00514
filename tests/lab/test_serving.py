"""Serving against closed forms, a search and published figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.accounting import kv_cache_bytes, parameters
from lab.roofline import Roofline, Work, decode, prefill
from lab.serving import (
    CHIPS,
    LLAMA_70B,
    Chip,
    Request,
    break_even_price,
    price_per_million,
    request,
    split,
    together,
)
from lab.transformer import llama_like

SMALL = llama_like(84, 64, 3)
READER, WRITER = Roofline(6e9, 1e8), Roofline(1e10, 1e9)
amounts = st.floats(1, 1e12)
works = st.builds(Work, amounts, amounts)
requests = st.builds(Request, works, works)


def test_prices_are_those_that_were_published() -> None:
    """GPUAdvisor, May 2026: two H100 at 2200 tokens a second and one at 1800."""
    assert price_per_million(4.98, 2200) == pytest.approx(0.63, abs=0.005)
    assert price_per_million([2.49], 1800) == pytest.approx([0.38], abs=0.005)


def test_the_day_that_deepseek_published_costs_what_it_said() -> None:
    """226.75 nodes of eight GPUs at 2 dollars an hour each: 87,072 dollars a day."""
    tokens = 226.75 * 24 * 3600  # at one token a second and node
    assert price_per_million(16, 1) * tokens / 1e6 == pytest.approx(87_072)


def test_the_large_model_has_the_published_size_less_one_embedding() -> None:
    untied = parameters(LLAMA_70B) + LLAMA_70B.vocab_size * LLAMA_70B.d_model
    assert untied == 70_553_706_496  # what the checkpoint of Llama 3 70B holds


@pytest.mark.parametrize("chip", CHIPS.values(), ids=CHIPS.keys())
def test_at_the_ridge_both_limits_give_the_same_rate(chip: Chip) -> None:
    shared = chip.tokens_at_ridge
    from_memory = shared * chip.bandwidth / (parameters(LLAMA_70B) * chip.number)
    from_arithmetic = chip.peak / (2 * parameters(LLAMA_70B))
    assert from_memory == pytest.approx(from_arithmetic)
    rates = chip.token_rate(LLAMA_70B, [shared / 2, shared, 2 * shared])
    np.testing.assert_allclose(rates, from_arithmetic * np.array([0.5, 1, 1]))


def test_the_ridge_in_tokens_does_not_depend_on_how_many_chips_share_the_work() -> None:
    chip = CHIPS["H100"]
    assert chip.tokens_at_ridge == pytest.approx(295, abs=1)  # the H100's, in FLOPs a 16-bit byte
    assert chip.group(8).tokens_at_ridge == pytest.approx(chip.tokens_at_ridge)
    assert chip.group(8).decode_seconds(SMALL, 3, 9) == pytest.approx(
        chip.decode_seconds(SMALL, 3, 9) / 8
    )


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_step_moves_what_the_roofline_counts(number: int) -> None:
    chip = Chip(1e20, 1e9, 1e9, number)  # arithmetic for nothing: only the bytes count
    assert chip.decode_seconds(SMALL, 5, 17) == pytest.approx(
        decode(SMALL, 5, 17, number).bytes / 1e9
    )


def test_room_is_what_fits_and_no_more() -> None:
    weights, cache = parameters(SMALL) * 2, kv_cache_bytes(SMALL, 10, 2)
    for capacity, texts in (
        (weights + 3 * cache, 3),
        (weights + 4 * cache - 1, 3),
        (weights - 1, 0),
    ):
        assert Chip(1, 1, capacity, 2).room(SMALL, 10) == texts


@given(
    st.floats(1e7, 1e12), st.floats(1e7, 1e10), st.floats(1e6, 1e8), st.integers(1, 200), st.data()
)
def test_the_largest_batch_meets_the_bound_and_one_more_does_not(
    peak: float, bandwidth: float, capacity: float, context: int, data: st.DataObject
) -> None:
    chip = Chip(peak, bandwidth, capacity, 1)
    bound = data.draw(st.floats(0.2, 20)) * chip.decode_seconds(SMALL, 1, context)
    batch = chip.largest_batch(SMALL, context, bound)
    fits = chip.room(SMALL, context)
    if batch:
        assert batch <= fits
        assert chip.decode_seconds(SMALL, batch, context) <= bound * (1 + 1e-9)
    if batch < fits:
        assert chip.decode_seconds(SMALL, batch + 1, context) > bound * (1 - 1e-9)


@given(st.floats(1e7, 1e12), st.floats(1e7, 1e10), st.integers(1, 200), st.integers(1, 500))
def test_a_larger_batch_never_makes_a_token_dearer(
    peak: float, bandwidth: float, context: int, batch: int
) -> None:
    chip = Chip(peak, bandwidth, 1e12, 1)
    small, large = (chip.decode_seconds(SMALL, b, context) / b for b in (batch, batch + 1))
    assert large <= small * (1 + 1e-12)


def test_a_request_reads_its_prompt_once_and_its_share_of_each_step() -> None:
    work = request(SMALL, prompt=40, answer=6, batch=4, number=2)
    step = decode(SMALL, 4, 43, 2)
    assert work.write == Work(6 * step.flops / 4, 6 * step.bytes / 4)
    assert work.read.bytes == 2 * parameters(SMALL) + kv_cache_bytes(SMALL, 40, 2)


@given(requests, st.floats(0, 1))
def test_overlap_lies_between_one_after_the_other_and_the_slower_limit(
    work: Request, overlap: float
) -> None:
    seconds = together(WRITER, work, overlap)
    assert seconds <= together(WRITER, work, 0) * (1 + 1e-12)
    assert seconds >= together(WRITER, work, 1) * (1 - 1e-12)
    alone = max(WRITER.seconds(work.read), WRITER.seconds(work.write))
    assert together(WRITER, work, 1) >= alone * (1 - 1e-12)


def test_a_half_that_only_calculates_hides_behind_one_that_only_reads() -> None:
    work = Request(read=Work(3e10, 1), write=Work(1, 4e9))  # three seconds and four
    assert together(WRITER, work, 0) == pytest.approx(7)
    assert together(WRITER, work, 0.5) == pytest.approx(5.5)
    assert together(WRITER, work, 1) == pytest.approx(4)
    assert split(READER, WRITER, work, 0.25) == pytest.approx(0.25 * 5 + 4)
    assert break_even_price(READER, WRITER, work, 0) == pytest.approx(0.6)
    assert break_even_price(READER, WRITER, work, 1) == pytest.approx(0, abs=1e-6)


@given(requests, st.floats(0, 1))
def test_at_the_break_even_price_both_fleets_cost_the_same(work: Request, overlap: float) -> None:
    price = break_even_price(READER, WRITER, work, overlap)
    assert split(READER, WRITER, work, price) == pytest.approx(together(WRITER, work, overlap))


def test_less_bandwidth_leaves_a_long_prompt_alone_and_slows_one_reader_in_proportion() -> None:
    chip = CHIPS["Rubin"]
    slow = Roofline(chip.peak, chip.bandwidth / 10)
    work = request(LLAMA_70B, prompt=8192, answer=1024, batch=1, number=chip.number)
    assert slow.seconds(work.read) == chip.roofline.seconds(work.read)
    assert slow.seconds(work.write) == pytest.approx(10 * chip.roofline.seconds(work.write))


def test_short_prompts_are_cheaper_on_a_slow_memory_if_several_share_a_reading() -> None:
    """What the page says of its model, which reads each prompt alone."""
    rubin, cpx = CHIPS["Rubin"].roofline, CHIPS["Rubin CPX"].roofline
    alone = request(LLAMA_70B, prompt=1024, answer=1024, batch=2000, number=0.5)
    eight = prefill(LLAMA_70B, 8, 1024, 1)
    shared = Request(Work(eight.flops / 8, eight.bytes / 8 * 0.5), alone.write)
    assert split(cpx, rubin, alone, 0.25) > together(rubin, alone, 0)
    assert split(cpx, rubin, shared, 0.25) < 0.9 * together(rubin, shared, 0)
