from intervals import merge


def test_overlapping_pairs_become_one() -> None:
    assert merge([[9, 12], [11, 15]]) == [[9, 15]]


def test_touching_pairs_become_one() -> None:
    assert merge([[9, 12], [12, 15]]) == [[9, 15]]


def test_order_and_gaps_are_kept() -> None:
    assert merge([[14, 18], [9, 12]]) == [[9, 12], [14, 18]]


def test_a_pair_inside_another_is_gone() -> None:
    assert merge([[9, 18], [10, 11]]) == [[9, 18]]
