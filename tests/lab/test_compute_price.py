"""The price of a processor's hour against hand-made sums and what margins must do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.compute_price import HOURS_A_YEAR, Processor, total

PLAIN = Processor(
    server=30_000, around=10_000, watts=1000, overhead=1.2, electricity=0.1, years=5, uptime=0.8
)


def test_an_hour_adds_up_by_hand():
    parts = PLAIN.hour()
    hours = 5 * 8766 * 0.8
    assert HOURS_A_YEAR == 8766
    assert parts["server"] == pytest.approx(30_000 / hours)
    assert parts["around"] == pytest.approx(10_000 / hours)
    # An idle hour draws power as well, and the used ones pay for it.
    assert parts["electricity"] == pytest.approx(1.2 * 0.1 / 0.8)
    assert total(parts) == pytest.approx(40_000 / hours + 0.15)


@given(margin=st.floats(0, 0.99), own=st.floats(0, 0.99))
def test_a_margin_touches_the_server_alone(margin, own):
    before, after = PLAIN.hour(), PLAIN.hour(margin, own)
    assert after["around"] == before["around"]
    assert after["electricity"] == before["electricity"]
    # Whoever pays the same margin again has saved nothing.
    assert PLAIN.hour(margin, margin)["server"] == pytest.approx(before["server"])
    saved = 1 - float(total(PLAIN.hour(margin)) / total(before))
    assert saved <= margin + 1e-12


def test_draws_of_every_part_give_draws_of_the_price():
    years = np.array([4.0, 8.0])
    parts = Processor(30_000, 10_000, 1000, 1.2, 0.1, years, 0.8).hour()
    assert parts["server"][0] == pytest.approx(2 * parts["server"][1])
    assert total(parts).shape == (2,)


@pytest.mark.parametrize("margin", [-0.1, 1.0, 73.4])
def test_a_margin_that_cannot_be_is_named(margin):
    with pytest.raises(ValueError, match=r"between 0 and 1"):
        PLAIN.hour(margin)
