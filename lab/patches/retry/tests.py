from retry import retry


def flaky(failures: int):
    left = [OSError("busy")] * failures

    def call() -> str:
        if left:
            raise left.pop()
        return "done"

    return call


def test_a_call_that_recovers() -> None:
    pauses: list[int] = []
    assert retry(flaky(2), 3, pauses.append) == "done"
    assert pauses == [1, 2]


def test_pauses_grow_to_a_minute() -> None:
    pauses: list[int] = []
    assert retry(flaky(8), 9, pauses.append) == "done"
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
