"""A live run outside its band is red in CI and a visible note elsewhere."""

import pytest

from lab import bands
from lab.bands import band, hold_to_band

SEEDS = [[1.0, 2.0], [1.2, 2.4]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr(bands, "display", lambda bundle, raw: texts.append(bundle["text/plain"]))
    return texts


def test_the_band_is_the_range_widened_by_half_on_either_side() -> None:
    low, high = band(SEEDS)
    assert low == pytest.approx([0.9, 1.8]) and high == pytest.approx([1.3, 2.6])


def test_inside_is_said_in_ci_too(shown: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    hold_to_band([1.25, 1.85], SEEDS, ["a", "b"])
    assert shown == ["All 2 live values lie in the band of the stored seeds."]


@pytest.mark.parametrize("value", [1.31, 0.89, float("nan")])
def test_a_planted_value_outside_fails_in_ci(value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(AssertionError, match=r"outside its band: a: .*, band 0.900 to 1.300$"):
        hold_to_band([value, 2.0], SEEDS, ["a", "b"])


def test_elsewhere_it_is_a_note(shown: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    hold_to_band([1.5, 2.0], SEEDS, ["a", "b"])
    assert "outside the band" in shown[0] and "a: 1.500, band 0.900 to 1.300" in shown[0]


def test_slack_gives_width_to_seeds_that_agree(
    shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "1")
    hold_to_band([0.05], [[0.0], [0.0]], ["a share"], slack=0.1)
    assert shown == ["All 1 live values lie in the band of the stored seeds."]
    with pytest.raises(AssertionError, match="a share"):
        hold_to_band([0.15], [[0.0], [0.0]], ["a share"], slack=0.1)
