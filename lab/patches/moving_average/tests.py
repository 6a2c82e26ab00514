from moving_average import moving_average


def test_a_single_window() -> None:
    assert moving_average([1, 2, 3], 3) == [2.0]


def test_a_window_slides() -> None:
    assert moving_average([1, 2, 3, 4], 2) == [1.5, 2.5, 3.5]


def test_windows_of_one_change_nothing() -> None:
    assert moving_average([4, 7], 1) == [4.0, 7.0]
