from sampler import draw


def test_no_weight_no_chance() -> None:
    assert {draw(["a", "b", "c"], [0, 5, 0], seed) for seed in range(50)} == {"b"}


def test_chances_follow_the_weights() -> None:
    drawn = [draw(["a", "b"], [1, 3], seed) for seed in range(1000)]
    assert 700 < drawn.count("b") < 800
