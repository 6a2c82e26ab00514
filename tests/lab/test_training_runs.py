"""Published runs: figures that others printed, exact factors, and a bill that can be done by hand."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.accounting import forward_flops
from lab.training_runs import (
    RUNS,
    Run,
    attention_flops,
    complete,
    draws,
    factors,
    foretold,
    hours_at,
    maker_bill,
)
from lab.transformer import Config

SOURCES = ("", "", "")
runs = st.builds(
    Run, st.floats(1e9, 1e12), st.floats(1e12, 1e14), st.floats(1e5, 1e8), st.just(SOURCES)
)


def test_llama_and_its_makers_agree_on_the_operations() -> None:
    # Grattafiori et al. 2024 print 3.8e25 for the 405B.
    assert RUNS["Llama 3.1 405B"].flops == pytest.approx(3.8e25, rel=0.01)


def test_deepseek_reported_180_thousand_hours_a_trillion_tokens() -> None:
    run = RUNS["DeepSeek-V3"]
    assert run.hours is not None and run.tokens is not None
    assert run.hours / run.tokens * 1e12 == pytest.approx(180e3, rel=0.001)


def test_no_complete_run_beats_what_is_reached_in_practice() -> None:
    shares = [run.share for run in complete(RUNS).values()]
    assert len(shares) >= 8 and all(share is not None and 0.1 < share < 0.45 for share in shares)


def test_every_figure_names_an_entry_of_the_bibliography() -> None:
    bibliography = Path(__file__).parents[2] / "book" / "references.bib"
    keys = set(re.findall(r"^@\w+\{([^,]+),", bibliography.read_text(encoding="utf-8"), re.M))
    missing = {source for run in RUNS.values() for source in run.sources} - keys
    assert not missing


@given(runs, runs)
def test_the_two_factors_make_up_the_ratio_of_the_hours(less: Run, more: Run) -> None:
    operations, lost = factors(less, more)
    assert less.hours and more.hours
    assert operations * lost == pytest.approx(more.hours / less.hours)


@given(runs)
def test_hours_at_a_run_s_own_share_are_its_hours(run: Run) -> None:
    assert run.flops and run.share
    assert hours_at(run.flops, run.share) == pytest.approx(run.hours)


def test_a_run_is_foretold_without_a_look_at_its_own_hours() -> None:
    told = foretold(RUNS, "DeepSeek-V3")
    assert told[0] < told[1] < told[2]
    blind = dict(RUNS) | {"DeepSeek-V3": Run(37e9, 14.8e12, 1e3, SOURCES)}
    assert foretold(blind, "DeepSeek-V3") == pytest.approx(told)


def test_what_is_not_published_is_not_made_up() -> None:
    assert RUNS["gpt-oss-120b"].flops is None and RUNS["Kimi K2"].share is None
    with pytest.raises(ValueError, match="not published"):
        factors(RUNS["DeepSeek-V3"], RUNS["Kimi K2"])


def test_attention_is_what_the_accounting_of_our_own_transformer_adds_with_the_window() -> None:
    config = Config(vocab_size=97, d_model=64, n_layers=3, n_heads=4, n_kv_heads=4, d_ff=128)
    added = forward_flops(config, 512) - forward_flops(config, 256)
    ours = attention_flops(3, 4, 16, 16, 512) - attention_flops(3, 4, 16, 16, 256)
    assert ours == 3 * added


def test_a_bill_by_hand() -> None:
    # 10 hours at 2 dollars are a tenth of 200; 3 people for half a year at 100 are 150.
    assert maker_bill(10, 2, 0.1, 3, 100, 0.5) == pytest.approx(350)


def test_draws_are_uniform_in_the_logarithm_and_repeat() -> None:
    drawn = draws({"a": (1, 100), "b": (5, 6)}, 20_000, seed=3)
    assert drawn["a"].min() >= 1 and drawn["a"].max() <= 100
    assert np.median(drawn["a"]) == pytest.approx(10, rel=0.1)
    assert abs(np.corrcoef(drawn["a"], drawn["b"])[0, 1]) < 0.03
    np.testing.assert_array_equal(drawn["a"], draws({"a": (1, 100)}, 20_000, seed=3)["a"])
