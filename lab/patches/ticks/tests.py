from ticks import on_grid, refused


def test_on_the_grid() -> None:
    assert on_grid("12.50", "0.25")
    assert on_grid("3", "1")


def test_off_the_grid() -> None:
    assert not on_grid("12.60", "0.25")


def test_refused_prices_keep_their_order() -> None:
    assert refused(["1.1", "2.5", "0.3"], "0.5") == ["1.1", "0.3"]
