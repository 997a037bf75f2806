"""Two processes of intake on one PostgreSQL close what nobody rated: each case once, and never against a rating."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections import Counter

import pytest

from tests.integration.intake.test_unrated import Books
from tests.unit.intake.conftest import tools  # noqa: F401  # fixture
from whistle.errors import NotAllowedNow, Transient

DAY = dt.timedelta(days=1)
CASES = 40


@pytest.fixture
def both(database_url, tools):  # noqa: F811
    """Two processes' worth of intake, at the same time of day."""
    made = [
        Books(database_url, dataclasses.replace(tools, close_after={"mawei": 15 * DAY})) for _ in range(2)
    ]
    yield made
    for books in made:
        books.database.close()


def at_once(*works):
    """Run in threads that begin together; what each returned, in order."""
    begin, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        begin.wait(30)
        results[place] = work()

    threads = [threading.Thread(target=run, args=entry) for entry in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def until_none(books):
    """Close in small batches until nothing is due; how many this process closed."""
    closed = 0
    while done := books.close(limit=3):
        closed += done
    return closed


def test_two_processes_that_close_at_once_close_each_case_once(both):
    """They share the work: one event and one entry on the timeline for each case, whoever did it."""
    numbers = [both[0].answered() for _ in range(CASES)]
    for books in both:
        books.clock.advance(15 * DAY)
    counts = at_once(*[lambda books=books: until_none(books) for books in both])

    assert CASES == sum(counts)
    assert dict.fromkeys(numbers, 1) == Counter(event.case_no for event in both[0].said("case.closed"))
    with both[1].database.read() as unit:
        entries = [entry.kind for no in numbers for entry in unit.entries(no)]
        assert [] == unit.differences()
    assert CASES == entries.count("case.closed")
    assert {"closed"} == {both[1].case(no).state for no in numbers}
    assert [0, 0] == [books.close() for books in both]


def test_a_rating_at_the_last_moment_and_the_closing_do_not_both_hold(both):
    """Whoever is first is right: the other is refused or finds nothing to do, and each case is closed once."""
    closer, rater = both
    numbers = [closer.answered() for _ in range(CASES)]
    for books in both:
        books.clock.advance(15 * DAY)

    def rate_all():
        rated = []
        for no in reversed(numbers):
            try:
                rater.rate(no, "satisfied")
                rated.append(no)
            except (NotAllowedNow, Transient):
                continue
        return rated

    def close_all():
        closed = 0
        for _ in range(CASES * 20):
            try:
                done = closer.close(limit=3)
            except Transient:
                continue
            closed += done
            if not done:
                break
        return closed

    rated, _ = at_once(rate_all, close_all)
    while closer.close():
        pass

    closed = [(event.case_no, event.data.rating) for event in closer.said("case.closed")]
    assert dict.fromkeys(numbers, 1) == Counter(no for no, _ in closed)
    assert set(rated) == {no for no, rating in closed if rating == "satisfied"}
    with closer.database.read() as unit:
        assert [] == unit.differences()
