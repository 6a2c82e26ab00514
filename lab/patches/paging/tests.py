from paging import page, pages


def test_a_last_page_may_be_short() -> None:
    assert pages(7, 3) == 3
    assert page(list("abcdefg"), 3, 3) == ["g"]


def test_full_pages_leave_no_empty_one() -> None:
    assert pages(6, 3) == 2


def test_nothing_beyond_the_end() -> None:
    assert page(["a"], 2, 3) == []
