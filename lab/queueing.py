"""A maintainer's queue, event by event: pull requests arrive, wait, are looked at and reviewed.

Beside the simulation stand the closed forms that it has to meet where there are any.  Times are in
days of the maintainer's review time, and streams of pull requests are Poisson.
"""

import math
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import simpy
from numpy.typing import NDArray

Array = NDArray[np.float64]
Outcome = Literal["merged", "declined", "closed unread", "held back", "waiting"]


@dataclass(frozen=True)
class Stream:
    """Contributors of one kind, and what they send.

    `rate` counts pull requests a day, `review` is the mean time that one takes and `variation` its
    standard deviation over that mean (log-normal; 1 is taken as exponential), `merit` the share
    worth merging, `people` how many contributors send them, `known` whether they are known to the
    maintainer.
    """

    name: str
    rate: float
    review: float
    merit: float = 1.0
    people: int = 1000
    known: bool = False
    variation: float = 1.0

    @property
    def load(self) -> float:
        """The share of a maintainer's time that reviewing all of it takes."""
        return self.rate * self.review


@dataclass
class PullRequest:
    """The `number`-th to arrive; `begun` and `ended` are nan where the maintainer did not."""

    number: int
    stream: Stream
    author: int
    good: bool
    arrived: float
    begun: float = math.nan
    ended: float = math.nan
    outcome: Outcome = "waiting"

    @property
    def wait(self) -> float:
        """Days until the maintainer turned to it; nan where that did not happen."""
        return self.begun - self.arrived


Priority = Callable[[PullRequest], int]  # the lowest is next


def first_come(_: PullRequest) -> int:
    """In the order of arrival."""
    return 0


def newest_first(request: PullRequest) -> int:
    """The latest arrival is next."""
    return -request.number


def known_first(request: PullRequest) -> int:
    """Known contributors before all others, each group in its order."""
    return 0 if request.stream.known else 1


@dataclass(frozen=True)
class Policy:
    """What a maintainer does with the queue.

    A first look takes `look` days and closes the share `spotted` of what is not worth merging and,
    by mistake, the share `mistaken` of what is.  A contributor may have `open_limit` open at a time;
    what exceeds it is held back and costs the maintainer nothing.
    """

    name: str
    priority: Priority = first_come
    look: float = 0.0
    spotted: float = 0.0
    mistaken: float = 0.0
    open_limit: float = math.inf


def simulate(
    streams: Sequence[Stream], policy: Policy, days: float, seed: int
) -> list[PullRequest]:
    """All pull requests of `days`, beginning with an empty queue; one maintainer reviews them.

    What is not finished at the end keeps the outcome "waiting".
    """
    env = simpy.Environment()
    queue = _Queue(env, policy)
    for stream, rng in zip(streams, np.random.default_rng(seed).spawn(len(streams)), strict=True):
        env.process(queue.arrivals(stream, rng))
    env.run(until=days)
    return queue.requests


class _Queue:
    """The maintainer's desk in one run."""

    def __init__(self, env: simpy.Environment, policy: Policy) -> None:
        self.env, self.policy = env, policy
        self.maintainer = simpy.PriorityResource(env)
        self.requests: list[PullRequest] = []
        self.open: Counter[tuple[str, int]] = Counter()

    def arrivals(
        self, stream: Stream, rng: np.random.Generator
    ) -> Generator[simpy.Event, None, None]:
        while True:
            yield self.env.timeout(rng.exponential(1 / stream.rate))
            # `integers` would draw nothing for one person, and all that follows would change.
            author, good = int(rng.random() * stream.people), bool(rng.random() < stream.merit)
            request = PullRequest(len(self.requests), stream, author, good, self.env.now)
            closing, review = rng.random(), _review_time(stream, rng)
            self.requests.append(request)
            if self.open[stream.name, author] < self.policy.open_limit:
                self.env.process(self._handle(request, closing, review))
            else:
                request.outcome = "held back"

    def _handle(
        self, request: PullRequest, closing: float, review: float
    ) -> Generator[simpy.Event, None, None]:
        key, policy = (request.stream.name, request.author), self.policy
        self.open[key] += 1
        with self.maintainer.request(priority=policy.priority(request)) as turn:
            yield turn
            request.begun = self.env.now
            yield self.env.timeout(policy.look)
            if closing < (policy.mistaken if request.good else policy.spotted):
                request.outcome = "closed unread"
            else:
                yield self.env.timeout(review)
                request.outcome = "merged" if request.good else "declined"
        request.ended = self.env.now
        self.open[key] -= 1


def _review_time(stream: Stream, rng: np.random.Generator) -> float:
    if stream.variation == 1:
        return rng.exponential(stream.review)
    sigma = math.sqrt(math.log1p(stream.variation**2))
    return stream.review * rng.lognormal(-(sigma**2) / 2, sigma)


@dataclass(frozen=True)
class Fate:
    """What became of the good pull requests of one stream: share merged, median wait of the reviewed."""

    merged: float
    wait: float


def fate(requests: Sequence[PullRequest], stream: Stream, until: float) -> Fate:
    """The fate of what `stream` sent before day `until` and what is worth merging.

    Leave some days between `until` and the end of the run, so that a fair wait is no loss.
    """
    good = [r for r in requests if r.stream == stream and r.good and r.arrived < until]
    waits = [r.wait for r in good if not math.isnan(r.wait)]
    return Fate(
        merged=float(np.mean([r.outcome == "merged" for r in good])),
        wait=float(np.median(waits)),
    )


def backlog(requests: Sequence[PullRequest], times: Array) -> NDArray[np.intp]:
    """How many of `requests` were waiting for their review at each of `times`."""
    shown = [r for r in requests if r.outcome != "held back"]
    came = np.sort([r.arrived for r in shown])
    left = np.sort([r.begun for r in shown if not math.isnan(r.begun)])
    return np.searchsorted(came, times, "right") - np.searchsorted(left, times, "right")


def mean_wait(streams: Sequence[Stream]) -> float:
    """Mean days until a review begins, first come, first served; infinite from a load of one on.

    Pollaczek and Khinchine's formula for M/G/1; with one stream of variation 1 it is M/M/1's
    load / (1 - load) reviews.
    """
    load = sum(stream.load for stream in streams)
    return _remaining(streams) / (1 - load) if load < 1 else math.inf


def mean_waits_by_priority(streams: Sequence[Stream]) -> list[float]:
    """The mean wait of each stream where earlier ones come first, reviews not being interrupted.

    Source: Cobham 1954, "Priority Assignment in Waiting Line Problems".
    """
    waits, before = [], 0.0
    for stream in streams:
        after = before + stream.load
        open_end = after < 1
        waits.append(_remaining(streams) / ((1 - before) * (1 - after)) if open_end else math.inf)
        before = after
    return waits


def _remaining(streams: Sequence[Stream]) -> float:
    """Mean time that the review under way still takes when a pull request arrives."""
    return sum(s.rate * s.review**2 * (1 + s.variation**2) / 2 for s in streams)


def load_with_look(streams: Sequence[Stream], policy: Policy) -> float:
    """The share of the maintainer's time that looks and the reviews after them take."""
    return sum(s.rate * (policy.look + s.review * (1 - _closed(s, policy))) for s in streams)


def _closed(stream: Stream, policy: Policy) -> float:
    return stream.merit * policy.mistaken + (1 - stream.merit) * policy.spotted
