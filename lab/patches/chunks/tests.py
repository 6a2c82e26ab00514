from chunks import chunks


def test_groups_in_order() -> None:
    assert chunks([1, 2, 3, 4], 2) == [[1, 2], [3, 4]]


def test_the_rest_is_dropped() -> None:
    assert chunks([1, 2, 3], 2) == [[1, 2]]


def test_from_a_generator() -> None:
    assert chunks((n * n for n in range(4)), 2) == [[0, 1], [4, 9]]
