"""The inbox: exactly one of all who see a message may act on it."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from tests.integration.kit.stock import NOON, raising, statements
from whistle import inbox
from whistle.testing import wait_for


def claim(unit, *ids, consumer="parcels.events"):
    return inbox.claim(unit.connection, unit.kit.inbox, consumer=consumer, message_ids=ids, now=unit.now)


def test_a_message_is_new_once(database):
    """Within one batch, across batches, for each consumer of its own."""
    with database.write() as unit:
        assert {"a", "b"} == claim(unit, "a", "b", "a")
    with database.write() as unit:
        assert {"c"} == claim(unit, "a", "b", "c")
        assert set() == claim(unit)
        assert {"a"} == claim(unit, "a", consumer="points.events")


def test_a_claim_that_is_rolled_back_was_never_made(database):
    """The claim and the effect live and die together."""
    with raising(ZeroDivisionError), database.write() as unit:
        assert {"a"} == claim(unit, "a")
        _ = 1 / 0
    with database.write() as unit:
        assert {"a"} == claim(unit, "a")


def test_a_released_message_is_new_again(database):
    """What is to be tried later may come again; its neighbours stay claimed."""
    with database.write() as unit:
        claim(unit, "a", "b")
        inbox.release(unit.connection, unit.kit.inbox, consumer="parcels.events", message_ids=["a"])
    with database.write() as unit:
        assert {"a"} == claim(unit, "a", "b")


def test_a_thousand_ids_are_one_statement_at_most_a_few(database):
    """Big batches are claimed in bulk."""
    ids = [f"m{number}" for number in range(1000)]
    with statements(database.engine) as seen, database.write() as unit:
        assert set(ids) == claim(unit, *ids)
    assert len(seen) <= 4
    with database.read() as unit:
        assert set(ids) == inbox.seen(
            unit.connection, unit.kit.inbox, consumer="parcels.events", message_ids=[*ids, "other"]
        )


@pytest.mark.parametrize("commits", [True, False], ids=["first commits", "first rolls back"])
def test_of_two_that_claim_at_once_one_waits_for_the_other(postgres_database, another, commits):
    """The second process learns whether the message is its own only when the first has ended."""
    got: list[set[str]] = []

    def second():
        with another.write() as unit:
            got.append(claim(unit, "b", "a"))

    thread = threading.Thread(target=second)
    try:
        with postgres_database.write() as unit:
            assert {"a"} == claim(unit, "a")
            thread.start()
            wait_for(lambda: _waiting(postgres_database), what="the second process at the first one's lock")
            assert [] == got
            if not commits:
                raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    thread.join(10)
    assert [{"b"} if commits else {"a", "b"}] == got


def _waiting(database):
    query = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with database.read() as unit:
        return unit.connection.scalar(query)


def test_old_entries_are_pruned(database):
    """What no redelivery can reach any more is forgotten, and nothing younger."""
    with database.write() as unit:
        claim(unit, "old")
    database.clock.advance(dt.timedelta(days=91))
    with database.write() as unit:
        claim(unit, "young")
        inbox.prune(unit.connection, unit.kit.inbox, before=NOON + dt.timedelta(days=1))
    with database.write() as unit:
        assert {"old"} == claim(unit, "old", "young")


def test_two_batches_in_another_order_do_not_deadlock(postgres_database, another):
    """Ids are claimed in one order by everybody, so two processes never wait for each other in a circle."""
    ids = [f"m{number}" for number in range(50)]
    start, got, errors = threading.Barrier(2), [], []

    def work(database, order):
        try:
            for round_ in range(20):
                start.wait(30)
                with database.write() as unit:
                    got.extend(claim(unit, *[f"{round_}-{one}" for one in order]))
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)
            start.abort()

    threads = [
        threading.Thread(target=work, args=(postgres_database, ids)),
        threading.Thread(target=work, args=(another, ids[::-1])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [] == errors
    assert 20 * 50 == len(got) == len(set(got))
