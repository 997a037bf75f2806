"""Booking into the real store: once per fact, reversed once, zero at any time, on both databases."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.integration.points.town import closed, reopened, tell
from whistle.contracts import REGISTRY, decode
from whistle_points.store import balances, case_rounds, metadata, postings, read_member, transfers, verify


def told(database):
    """What the service has said: (type, member, tenths)."""
    with database.read() as unit:
        bodies = unit.connection.scalars(
            sa.select(unit.kit.outbox.c.body).order_by(unit.kit.outbox.c.id)
        ).all()
    events = [decode(body, REGISTRY) for body in bodies]
    return [(event.data.name, event.data.member, event.data.tenths) for event in events]


def account(database, member="m-1", scheme="mawei", before=None, limit=10):
    with database.read() as unit:
        return read_member(unit, scheme=scheme, member=member, before=before, limit=limit)


def differences(database):
    with database.read() as unit:
        return verify(unit)


def count(database, table):
    with database.read() as unit:
        return unit.connection.scalar(sa.select(sa.func.count()).select_from(table))


def test_the_migration_makes_the_tables_of_the_code(engine):
    """An empty database that was upgraded has exactly what the code declares."""
    with engine.connect() as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), metadata)


def test_members_who_helped_are_awarded(database):
    """Each helper gets the same, the services are told, the ledger stays right."""
    tell(database, [closed(members=("m-1", "m-2", "m-1"))])

    assert [20, 20] == [account(database, member).tenths for member in ("m-1", "m-2")]
    assert [("points.earned", "m-1", 20), ("points.earned", "m-2", 20)] == told(database)
    assert [] == differences(database)


def test_the_same_closing_in_new_messages_counts_once(database):
    """In one batch and in later ones."""
    tell(database, [closed(), closed(), closed()])
    tell(database, [closed()])

    assert 20 == account(database).tenths
    assert 1 == count(database, transfers)
    assert 1 == len(told(database))


def test_a_reopening_takes_the_award_back_once(database):
    """The mirror names its origin; telling it again changes nothing."""
    tell(database, [closed()])
    tell(database, [reopened(), reopened()])
    tell(database, [reopened()])

    page = account(database)
    assert 0 == page.tenths
    assert [("reversal", -20), ("award", 20)] == [(entry.kind, entry.tenths) for entry in page.entries]
    assert page.entries[1].transfer == page.entries[0].reverses
    assert [] == differences(database)


def test_a_closing_that_arrives_after_its_reopening_earns_nothing(database):
    """Order of arrival does not matter; the next round earns again."""
    tell(database, [reopened(), closed()])
    assert 0 == account(database).tenths

    tell(database, [closed(case_round=2, rating="basically_satisfied")])
    assert 10 == account(database).tenths
    assert [] == differences(database)


def test_a_failing_message_takes_its_own_bookings_back_and_no_others(database):
    """Balances, chain and events of its neighbours stay right."""
    first, bad, last = closed("26-00001-2"), closed("26-00002-4"), closed("26-00003-6")
    results = tell(database, [first, bad, last], spoiled=frozenset({bad.id}))

    assert [None, RuntimeError, None] == [
        type(results[event.id].error) if results[event.id].error else None for event in (first, bad, last)
    ]
    assert 40 == account(database).tenths
    assert 2 == len(told(database))
    assert [] == differences(database)

    tell(database, [bad])
    assert 60 == account(database).tenths


def test_schemes_do_not_mix(database):
    """A member number of one district is nobody's in another."""
    tell(database, [closed(), closed("26-00009-0", district="huantai", rating="basically_satisfied")])

    assert (20, 10) == (account(database).tenths, account(database, scheme="huantai").tenths)
    assert [] == differences(database)


def test_the_platform_is_told_what_the_ledger_holds(database):
    """For ``whistle verify`` and the demonstration: what members have earned and kept."""
    tell(
        database, [closed("26-00001-2", members=("m-1", "m-2")), closed("26-00002-4"), reopened("26-00002-4")]
    )

    with database.read() as unit:
        assert {"points_earned": 40, "points_transfers": 4} == unit.facts()
        assert [] == unit.differences()


def test_entries_are_paged_by_key(database):
    """Newest first, each entry once, an end."""
    tell(database, [closed(f"26-{number:05d}-0") for number in range(7)])

    seen, before = [], None
    while True:
        page = account(database, before=before, limit=3)
        seen += [entry.seq for entry in page.entries]
        before = page.next
        if before is None:
            break
    assert [7, 6, 5, 4, 3, 2, 1] == seen


def test_processes_that_are_told_at_once_book_once(database):
    """Two workers on the same messages at the same moment; neither doubles, neither breaks the chain."""
    events = [closed(f"26-{number:05d}-0") for number in range(20)]
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def work():
        start.wait()
        try:
            for event in events:
                for _ in range(100):  # as the kit does: what was too stale is tried again
                    error = tell(database, [event])[event.id].error
                    if error is None:
                        break
                else:
                    raise AssertionError(f"never booked: {error}")
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failures
    assert 400 == account(database).tenths
    assert 20 == count(database, transfers)
    assert [] == differences(database)


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (
            lambda: sa.update(balances).where(balances.c.account == "issue").values(tenths=-41),
            "balance mawei issue: cached -41, recomputed -40",
        ),
        (
            lambda: sa.delete(balances).where(balances.c.account != "issue"),
            "balance mawei member:m-1:earned: cached 0",
        ),
        (
            lambda: sa.update(postings).where(postings.c.seq == 1, postings.c.line == 1).values(tenths=21),
            "postings add up to 1",
        ),
        (
            lambda: sa.update(transfers).where(transfers.c.seq == 1).values(reason="other"),
            "its content does not give its hash",
        ),
        (lambda: sa.delete(postings).where(postings.c.seq == 2), "its content does not give its hash"),
        (lambda: sa.delete(transfers).where(transfers.c.seq == 2), "its head says"),
        (lambda: sa.delete(transfers).where(transfers.c.seq == 1), "follows 0 in mawei but is numbered 2"),
        (
            lambda: sa.update(transfers).where(transfers.c.seq == 2).values(reverses="nothing"),
            "reverses nothing",
        ),
        (
            lambda: sa.insert(case_rounds).values(
                case_no="26-00001-2", scheme="mawei", round=2, version=1, prev_version=0
            ),
            "still stands although case 26-00001-2",
        ),
        (
            lambda: sa.update(postings).where(postings.c.seq == 2).values(scheme="huantai"),
            "belongs to no such transfer",
        ),
    ],
    ids=[
        "cache",
        "no-cache",
        "posting",
        "content",
        "lost-postings",
        "lost-end",
        "lost-start",
        "reversal",
        "round",
        "stray",
    ],
)
def test_verify_names_every_harm(database, harm, complaint):
    """Whatever somebody does to the tables by hand is found and named."""
    tell(database, [closed("26-00001-2"), closed("26-00002-4")])
    assert [] == differences(database)
    with database.write() as unit:
        unit.execute(harm())

    found = differences(database)
    assert [] != [line for line in found if complaint in line], found
