from limiter import Limiter


def test_no_more_than_the_limit() -> None:
    limiter = Limiter(2)
    assert [limiter.take() for _ in range(4)] == [True, True, False, False]


def test_a_refill_opens_it_again() -> None:
    limiter = Limiter(1)
    assert limiter.take()
    limiter.refill(1)
    assert limiter.take()
    assert not limiter.take()
