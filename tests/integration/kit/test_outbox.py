"""The outbox: every row leaves, once per lease, whoever competes for it and whatever was committed late."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import sqlalchemy as sa

from tests.integration.kit.stock import CASE, NOON, outgoing
from whistle import outbox

LEASE = dt.timedelta(seconds=5)
SECOND = dt.timedelta(seconds=1)


def put(database, *rows):
    with database.write() as unit:
        for row in rows:
            unit.stage_outgoing(row)


def take(database, *, limit=100, at=NOON):
    with database.write() as unit:
        return outbox.claim_due(unit.connection, unit.kit.outbox, now=at, lease=LEASE, limit=limit)


def publish(database, rows, *, at=NOON):
    with database.write() as unit:
        outbox.mark_published(unit.connection, unit.kit.outbox, ids=[row.id for row in rows], now=at)


def test_what_comes_out_is_what_went_in(database):
    """A row keeps everything, Chinese and headers included."""
    row = outgoing(
        body='{"title":"路灯"}', headers={"traceparent": "x", "user_id": "mawei.p"}, attempts=3, kind="later"
    )
    put(database, row)
    assert [replace(row, not_before=NOON + LEASE)] == take(database)


def test_rows_come_when_they_are_due_and_oldest_first(database):
    """Not before their time, in the order in which they became due, as many as asked for."""
    rows = [outgoing(not_before=NOON - number * SECOND) for number in range(3)]
    future = outgoing(not_before=NOON + SECOND)
    put(database, future, *rows)

    assert {rows[2].id} == {row.id for row in take(database, limit=1)}
    assert [row.id for row in sorted(rows[:2], key=lambda row: row.id)] == [row.id for row in take(database)]
    assert [] == take(database)
    assert [future.id] == [row.id for row in take(database, at=NOON + SECOND)]


def test_a_lease_keeps_others_off_and_ends_by_itself(database):
    """What a crashed relay had taken is due again after its lease; what was confirmed never is."""
    lost, confirmed = outgoing(), outgoing()
    put(database, lost, confirmed)
    assert 2 == len(take(database))
    publish(database, [confirmed])

    assert [] == take(database, at=NOON + LEASE - SECOND)
    assert [lost.id] == [row.id for row in take(database, at=NOON + LEASE)]


def test_who_commits_late_with_an_older_row_is_not_skipped(postgres_database, another):
    """There is no cursor: a row with a smaller id that is committed after larger ones were published still leaves."""
    early, late = outgoing(), outgoing()
    with another.write() as slow:
        slow.stage_outgoing(early)
        slow.flush()
        put(postgres_database, late)
        taken = take(postgres_database)
        publish(postgres_database, taken)
        assert [late.id] == [row.id for row in taken]

    assert [early.id] == [row.id for row in take(postgres_database)]
    assert early.id < late.id


def test_rows_that_another_relay_is_taking_are_skipped_not_waited_for(postgres_database, another):
    """SKIP LOCKED: the second relay gets the others at once."""
    rows = [outgoing(not_before=NOON - number * SECOND) for number in range(4)]
    put(postgres_database, *rows)
    with postgres_database.write() as unit:
        first = outbox.claim_due(unit.connection, unit.kit.outbox, now=NOON, lease=LEASE, limit=2)
        second = take(another, limit=10)
        assert (2, 2) == (len(first), len(second))
    assert {row.id for row in rows} == {row.id for row in [*first, *second]}


def test_competing_relays_take_every_row_exactly_once(postgres_database, another):
    """Four workers on two processes' pools empty the table; none takes more than it asked for."""
    rows = [outgoing(not_before=NOON - number * SECOND) for number in range(400)]
    put(postgres_database, *rows)
    taken, sizes, start = [], [], threading.Barrier(4)

    def work(database):
        start.wait(30)
        while batch := take(database, limit=17):
            sizes.append(len(batch))
            taken.extend(row.id for row in batch)

    threads = [threading.Thread(target=work, args=(one,)) for one in (postgres_database, another) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(row.id for row in rows) == sorted(taken)
    assert max(sizes) <= 17


def test_pruning_drops_what_was_published_long_ago_and_nothing_else(database):
    """Old unpublished rows stay for ever; a prune takes as many as it may."""
    old, young, open_ = [outgoing() for _ in range(5)], outgoing(), outgoing()
    put(database, *old, young, open_)
    publish(database, old, at=NOON)
    publish(database, [young], at=NOON + 8 * 86400 * SECOND)

    def prune():
        with database.write() as unit:
            before = NOON + 86400 * SECOND
            return outbox.prune(unit.connection, unit.kit.outbox, before=before, limit=3)

    assert [3, 2, 0] == [prune(), prune(), prune()]
    with database.read() as unit:
        kept = set(unit.connection.scalars(sa.select(unit.kit.outbox.c.id)))
    assert {young.id, open_.id} == kept
    assert [open_.id] == [row.id for row in take(database, at=NOON)]


def test_backlog_and_what_waits(database):
    """How many wait, how many are late, how old the oldest is."""
    published, due, later = (
        outgoing(),
        outgoing(not_before=NOON - 10 * SECOND),
        outgoing(not_before=NOON + SECOND),
    )
    waiting = replace(later, exchange="", routing_key="parcels.events", kind="later")
    put(database, published, due, waiting)
    publish(database, [published])
    with database.read() as unit:
        connection, table = unit.connection, unit.kit.outbox
        found = outbox.backlog(connection, table, now=NOON, late_before=NOON)
        assert outbox.Backlog(waiting=2, late=1, lag=10.0) == found
        ids = [waiting.message_id, due.message_id]
        assert {waiting.message_id} == outbox.waiting_for(
            connection, table, queue="parcels.events", message_ids=ids
        )
        assert {due.case_no} == outbox.unpublished_cases(connection, table, [CASE, "26-00001-1"])


def test_an_interrupted_publication_can_be_repeated_and_leases_ended(database):
    """What embedded mode does at a start: published rows once more, leases of the dead process over."""
    published, leased, later = (
        outgoing(),
        outgoing(not_before=NOON + LEASE),
        outgoing(not_before=NOON + LEASE, kind="later"),
    )
    put(database, published, leased, later)
    publish(database, [published])
    with database.write() as unit:
        outbox.publish_again(unit.connection, unit.kit.outbox, ids=[published.id], now=NOON)
        outbox.end_leases(unit.connection, unit.kit.outbox, now=NOON)
    assert {published.id, leased.id} == {row.id for row in take(database)}
