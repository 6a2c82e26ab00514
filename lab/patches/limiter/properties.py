"""However callers overtake one another, no more requests go through than there were."""

from hypothesis import strategies as st

CALLS = st.tuples(st.integers(0, 4), st.lists(st.booleans(), max_size=20))


def run(code, limit, steps):
    limiter = code.Limiter(limit)
    return [limiter.take() if take else limiter.refill(limit) for take in steps]


class Overtaken:
    """In the place of a lock: once, another caller is quicker than the one who waits for it."""

    def __init__(self, limiter):
        self.limiter, self.lock, self.answers, self.again = limiter, limiter.lock, [], True

    def __enter__(self):
        if self.again:
            self.again = False
            self.answers.append(self.limiter.take())
        self.lock.acquire()

    def __exit__(self, *_):
        self.lock.release()


def overtaken(limiter):
    """What the quicker and the slower of two callers are told."""
    limiter.lock = race = Overtaken(limiter)
    slower = limiter.take()
    return [*race.answers, slower]


def good(code, tests, limit, steps):
    limiter = code.Limiter(limit)
    answers = [limiter.take() for take in steps if take]
    answers += overtaken(limiter)
    assert sum(answers) <= limit
