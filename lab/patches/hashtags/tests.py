from hashtags import hashtags


def test_each_once_whatever_the_case() -> None:
    assert hashtags("#Tea, then #tea.", []) == ["#tea"]


def test_after_those_found_before() -> None:
    assert hashtags("more #milk", ["#tea"]) == ["#tea", "#milk"]


def test_a_text_without_any() -> None:
    assert hashtags("nothing here", []) == []
