"""The unit of work on both databases: what is staged, what is taken back, what another one changed meanwhile."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.integration.kit.parcels.store import Parcel, effects
from tests.integration.kit.stock import NOON, filed, outgoing, raising, statements
from whistle.contracts import REGISTRY as KNOWN
from whistle.contracts import CaseResolved, DispatchSent, decode
from whistle.errors import StaleVersion
from whistle.storage.counters import bump, read_mark, set_mark

ASSIGNED = CaseResolved(result="r")


def weights(database):
    with database.read() as unit:
        return {
            row.no: (row.version, row.weight)
            for row in unit.connection.execute(sa.text("SELECT * FROM parcels"))
        }


def told(database):
    with database.read() as unit:
        return unit.told()


def outbox_rows(database):
    with database.read() as unit:
        table = unit.kit.outbox
        return unit.connection.execute(sa.select(table).order_by(table.c.id)).all()


def test_nothing_is_written_before_the_end(database):
    """Writes are staged: the database hears of them when the unit of work ends, and then of all."""
    with database.write() as unit:
        unit.effect("one")
        unit.weigh("a", 3)
        unit.emit(ASSIGNED, district="mawei")
        assert [] == unit.told()

    assert ["one"] == told(database)
    assert {"a": (1, 3)} == weights(database)
    assert ["case.resolved.mawei"] == [row.routing_key for row in outbox_rows(database)]


def test_an_error_takes_everything_back(database):
    """A unit of work whose block raises has changed nothing and says nothing."""
    with raising(ZeroDivisionError), database.write() as unit:
        unit.effect("one")
        unit.weigh("a", 3)
        unit.emit(ASSIGNED, district="mawei")
        unit.execute(sa.insert(effects).values(event="-", type="-", told="direct"))
        _ = 1 / 0

    assert ([], {}, []) == (told(database), weights(database), outbox_rows(database))


def test_a_failed_step_takes_back_only_its_own(database):
    """Rows, changed objects, messages and the identity map are as they were before the step that failed."""
    with database.write() as unit:
        with unit.step():
            unit.weigh("a", 1)
            unit.effect("kept")
            unit.emit(ASSIGNED, district="mawei")
        with raising(ZeroDivisionError), unit.step(filed()):
            unit.weigh("a", 10)
            unit.weigh("a", 100)
            unit.weigh("b", 10)
            unit.effect("lost")
            unit.emit(ASSIGNED, district="huantai")
            _ = 1 / 0
        assert (1, None) == (unit.parcels.get("a").weight, unit.parcels.get("b"))
        assert unit.cause is None
        with unit.step():
            unit.weigh("a", 2)
            unit.weigh("b", 5)

    assert ["kept"] == told(database)
    assert {"a": (2, 3), "b": (1, 5)} == weights(database)
    assert ["case.resolved.mawei"] == [row.routing_key for row in outbox_rows(database)]


def test_what_a_failed_step_put_without_looking_is_looked_up_again(database):
    """Undo forgets an object it never read, instead of remembering that there is none."""
    with database.write() as unit:
        unit.weigh("a", 7)
    with database.write() as unit:
        with raising(ZeroDivisionError), unit.step():
            unit.parcels.put(Parcel(no="a", version=1, weight=0))
            _ = 1 / 0
        assert 7 == unit.parcels.get("a").weight
        with unit.step():
            unit.weigh("a", 1)

    assert {"a": (2, 8)} == weights(database)


def test_a_hundred_changes_are_a_handful_of_statements(database):
    """However many rows: one statement to read, and one a table (on PostgreSQL one for all that change, one for all new ones)."""
    with database.write() as unit:
        for number in range(100):
            unit.weigh(f"p{number}", 1)
    with statements(database.engine) as seen, database.write() as unit:
        unit.parcels.preload([f"p{number}" for number in range(100)])
        for number in range(100):
            unit.weigh(f"p{number}", 1)
            unit.weigh(f"p{number}", 1)
            unit.effect(str(number))
            unit.emit(ASSIGNED, district="mawei")

    assert (3 if database.engine.dialect.name == "postgresql" else 4) == len(seen), seen
    assert {(3, 3)} == set(weights(database).values())
    assert [str(number) for number in range(100)] == told(database)


def test_preload_asks_once_and_remembers_what_is_missing(database):
    """Keys are asked for in one query and never again, whether they exist or not."""
    with database.write() as unit:
        unit.weigh("a", 1)
    with database.read() as unit, statements(database.engine) as seen:
        unit.parcels.preload(["a", "b", "c"])
        assert (1, None, None) == (unit.parcels.get("a").weight, unit.parcels.get("b"), unit.parcels.get("c"))
        unit.parcels.preload(["a", "b"])

    assert 1 == len(seen)


def test_the_second_of_two_who_read_the_same_version_is_refused(database):
    """An update is made only upon the version that was read."""
    with database.read() as reader:
        read = reader.parcels.get("a")
    assert read is None
    with database.write() as unit:
        unit.weigh("a", 1)
    with database.write() as unit:
        stale = unit.parcels.get("a")
    with database.write() as unit:
        unit.weigh("a", 1)

    with raising(StaleVersion) as caught, database.write() as unit:
        unit.parcels.remember([{**vars(stale), "prev_version": 0}])
        unit.parcels.put(replace(stale, version=2, weight=99))
        unit.effect("must go too")
    assert "parcels" == caught.value.detail["table"]
    assert {"a": (2, 2)} == weights(database)
    assert [] == told(database)


def test_a_new_thing_that_is_there_already_is_refused(database):
    """What somebody thought to be new does not overwrite what another one stored."""
    with database.write() as unit:
        unit.weigh("a", 1)
    with pytest.raises(StaleVersion), database.write() as unit:
        unit.parcels.put(Parcel(no="a", version=1, weight=5))
    assert {"a": (1, 1)} == weights(database)


def test_two_transactions_at_once_do_not_overwrite_each_other(postgres_database, another):
    """On PostgreSQL: both have read version 1, the second to commit is refused."""
    with postgres_database.write() as unit:
        unit.weigh("a", 1)
    with raising(StaleVersion), postgres_database.write() as late:
        late.parcels.get("a")
        with another.write() as early:
            early.weigh("a", 10)
        late.weigh("a", 100)

    assert {"a": (2, 11)} == weights(postgres_database)


def test_messages_carry_time_cause_and_trace_of_what_is_handled(database):
    """An event names the event that caused it and keeps its trace."""
    cause = replace(filed(), traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    with database.write() as unit, unit.step(cause):
        unit.emit(ASSIGNED, district="mawei", case_no="26-00421-7")
        sent = DispatchSent.from_wire(DispatchSent.example)
        unit.send(sent, district="mawei", party="power-bureau", case_no="26-00421-7", sequence=4)

    first, second = [decode(row.body, KNOWN) for row in outbox_rows(database)]
    assert (cause.id, cause.traceparent, NOON, "/whistle/parcels") == (
        first.cause,
        first.traceparent,
        first.time,
        first.source,
    )
    assert (4, "power-bureau") == (second.sequence, second.party)
    rows = outbox_rows(database)
    assert ["case.resolved.mawei", "mawei.power-bureau.dispatch.sent"] == [row.routing_key for row in rows]
    assert {cause.traceparent} == {row.headers["traceparent"] for row in rows}


def test_listeners_hear_of_commits_and_of_nothing_else(database):
    """Whoever waits for commits is called after them, with what was said; a rollback is silent."""
    heard: list[object] = []
    database.on_commit(lambda unit: heard.append([row.routing_key for row in unit.outgoing]))
    with raising(ZeroDivisionError), database.write() as unit:
        unit.emit(ASSIGNED, district="huantai")
        _ = 1 / 0
    assert [] == heard
    with database.write() as unit:
        unit.after_commit.append(lambda: heard.append("committed"))
        unit.emit(ASSIGNED, district="mawei")
    assert ["committed", ["case.resolved.mawei"]] == heard


def test_outgoing_rows_written_by_an_early_flush_are_written_once(database):
    """A unit of work that flushes in between neither loses nor doubles rows, and may change a thing again."""
    with database.write() as unit:
        unit.emit(ASSIGNED, district="mawei")
        unit.weigh("a", 1)
        unit.flush()
        unit.stage_outgoing(outgoing(routing_key="case.filed.late"))
        unit.weigh("a", 1)

    assert ["case.resolved.mawei", "case.filed.late"] == [row.routing_key for row in outbox_rows(database)]
    assert {"a": (2, 2)} == weights(database)


def test_counters_and_marks(database):
    """A counter starts at nothing; a mark is what it was set to."""
    with database.write() as unit:
        assert (5, 8) == (bump(unit, "serial", 5), bump(unit, "serial", 3))
        assert 0 == read_mark(unit, "mark")
        set_mark(unit, "mark", 7)
        set_mark(unit, "mark", 4)
    with database.read() as unit:
        assert (8, 4) == (read_mark(unit, "serial"), read_mark(unit, "mark"))


def test_a_row_that_takes_the_place_of_another_is_written_last_and_once(database):
    """Staged twice it is the later one, taken back with a failed step it is the earlier; what was stored before is gone."""
    table = database.unit.kit.counters
    with database.write() as unit:
        unit.replace(table, "a", {"name": "a", "value": 1})
    with database.write() as unit:
        unit.replace(table, "a", {"name": "a", "value": 2})
        unit.replace(table, "b", {"name": "b", "value": 3})
        with suppress(ValueError), unit.step():
            unit.replace(table, "a", {"name": "a", "value": 4})
            unit.replace(table, "c", {"name": "c", "value": 5})
            raise ValueError("no")
    with database.read() as unit:
        query = sa.select(table.c.name, table.c.value).order_by(table.c.name)
        assert [("a", 2), ("b", 3)] == list(unit.connection.execute(query))


def test_who_lost_a_race_for_a_row_learns_that_and_not_of_a_key_that_both_insert(postgres_database):
    """The winner has changed the row and inserted the same key: the loser may try again, which a key error would not say."""
    with postgres_database.write() as unit:
        unit.weigh("a", 1)
    same = {"consumer": "x", "message_id": "1", "received_at": NOON, "outcome": "done"}

    def weigh_and_tell(more, meanwhile=None):
        with postgres_database.write() as unit:
            unit.weigh("a", more)
            unit.add(unit.kit.inbox, same)
            if meanwhile:
                meanwhile()

    with pytest.raises(StaleVersion):
        weigh_and_tell(2, meanwhile=lambda: weigh_and_tell(3))
    assert {"a": (2, 4)} == weights(postgres_database)
