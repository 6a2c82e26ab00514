"""The maintainer's queue against closed forms, Lindley's recursion and what must always hold."""

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.queueing import (
    Policy,
    Stream,
    backlog,
    fate,
    first_come,
    known_first,
    load_with_look,
    mean_wait,
    mean_waits_by_priority,
    newest_first,
    simulate,
)

PLAIN = Policy("first come, first served")


def waits(requests, stream=None):
    return np.array([r.wait for r in requests if stream in (None, r.stream)])


def averaged(streams, policy, *, days, seeds=6):
    """Mean wait of each stream and its standard error, over seeds."""
    means = np.array(
        [
            [np.nanmean(waits(requests, stream)) for stream in streams]
            for requests in (simulate(streams, policy, days, seed) for seed in range(seeds))
        ]
    )
    return means.mean(0), means.std(0, ddof=1) / math.sqrt(seeds)


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_waits_meet_the_closed_form_of_an_exponential_queue(load):
    stream = Stream("all", rate=2.0, review=load / 2)
    mean, error = averaged([stream], PLAIN, days=2000)
    assert mean_wait([stream]) == pytest.approx(load / (2 / load - 2))
    assert abs(mean - mean_wait([stream])) < 4 * error
    assert error < 0.15 * mean


@pytest.mark.parametrize("variation", [0.1, 2.0])
def test_waits_meet_pollaczek_and_khinchine(variation):
    stream = Stream("all", rate=0.6, review=1.0, variation=variation)
    mean, error = averaged([stream], PLAIN, days=6000)
    assert abs(mean - mean_wait([stream])) < 4 * error
    # Reviews that all take the same time halve the wait of exponential ones.
    steady = mean_wait([Stream("all", 0.6, 1.0, variation=0.0)])
    assert steady == pytest.approx(mean_wait([Stream("all", 0.6, 1.0)]) / 2)


def test_waits_by_priority_meet_cobham():
    streams = [Stream("first", 0.4, 0.8, known=True), Stream("others", 0.5, 0.9)]
    mean, error = averaged(streams, Policy("known first", known_first), days=4000)
    assert np.all(np.abs(mean - mean_waits_by_priority(streams)) < 4 * error)


@given(
    loads=st.lists(st.floats(0.01, 0.3), min_size=1, max_size=3),
    variation=st.floats(0, 3),
)
@settings(max_examples=50)
def test_no_order_changes_the_total_wait(loads, variation):
    """Kleinrock's conservation law: waits weighted by load do not depend on the priorities."""
    streams = [
        Stream(str(i), load / (1 + i), 1.0 + i, variation=variation) for i, load in enumerate(loads)
    ]
    by_priority = mean_waits_by_priority(streams)
    total = sum(s.load * w for s, w in zip(streams, by_priority, strict=True))
    assert total == pytest.approx(sum(loads) * mean_wait(streams))


ORDERS = {"first come": first_come, "newest": newest_first, "known": known_first}
MIXED = [
    Stream("known", 1.0, 0.25, merit=0.8, people=5, known=True),
    Stream("others", 1.5, 0.4, merit=0.3, people=3, variation=2.0),
]


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_the_maintainer_turns_to_whoever_the_order_says(order):
    """One at a time, never idle while somebody waits, and always the first by the order."""
    requests = simulate(MIXED, Policy("", order), days=100, seed=1)
    desk = sorted((r for r in requests if not math.isnan(r.begun)), key=lambda r: r.begun)
    free = 0.0
    for request in desk:
        waiting = [
            r for r in requests if r.arrived <= request.begun and not r.begun < request.begun
        ]
        assert request.number == min(waiting, key=lambda r: (order(r), r.number)).number
        assert request.begun == max(free, min(r.arrived for r in waiting))
        free = request.ended
    assert sum(r.wait > 0 for r in desk) > 20


@given(limit=st.integers(1, 4), seed=st.integers(0, 1000))
@settings(max_examples=15)
def test_nobody_has_more_open_than_the_limit(limit, seed):
    requests = simulate(MIXED, Policy("", open_limit=limit), days=60, seed=seed)
    by_author = defaultdict(list)
    for request in requests:
        by_author[request.stream.name, request.author].append(request)
    for sent in by_author.values():
        for request in sent:
            open_then = [
                r
                for r in sent
                if r.number < request.number
                and r.outcome != "held back"
                and not r.ended <= request.arrived
            ]
            assert (request.outcome == "held back") == (len(open_then) >= limit)
    assert limit > 1 or any(r.outcome == "held back" for r in requests)


def test_a_look_closes_the_shares_that_it_says_and_costs_what_the_formula_says():
    policy = Policy("look", look=0.05, spotted=0.7, mistaken=0.1)
    streams = [Stream("all", 1.0, 0.5, merit=0.4)]
    requests = [r for r in simulate(streams, policy, days=8000, seed=0) if not math.isnan(r.ended)]
    closed = {
        good: np.mean([r.outcome == "closed unread" for r in requests if r.good == good])
        for good in (True, False)
    }
    assert closed[True] == pytest.approx(0.1, abs=0.02)
    assert closed[False] == pytest.approx(0.7, abs=0.03)
    busy = sum(r.ended - r.begun for r in requests) / 8000
    assert busy == pytest.approx(load_with_look(streams, policy), rel=0.05)


def test_the_backlog_counts_those_who_wait():
    requests = simulate(MIXED, PLAIN, days=50, seed=3)
    times = np.linspace(0, 49.9, 200)
    counted = [sum(r.arrived <= t and not r.begun <= t for r in requests) for t in times]
    assert list(backlog(requests, times)) == counted
    assert max(counted) > 2


def test_a_fate_counts_good_requests_of_one_stream():
    requests = simulate(MIXED, PLAIN, days=80, seed=4)
    found = fate(requests, MIXED[0], until=60)
    good = [r for r in requests if r.stream.name == "known" and r.good and r.arrived < 60]
    assert found.merged == sum(r.outcome == "merged" for r in good) / len(good)
    assert found.wait == np.median([r.begun - r.arrived for r in good if r.begun > 0])
