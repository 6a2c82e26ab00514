from unique import unique


def test_each_once_in_order() -> None:
    assert unique([3, 1, 3, 2, 1]) == [3, 1, 2]


def test_lists_are_welcome() -> None:
    assert unique([[1], [2], [1]]) == [[1], [2]]


def test_an_empty_feed() -> None:
    assert unique([]) == []
