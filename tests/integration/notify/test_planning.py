"""From events to notices and tasks: one fact, one person, one message."""

from __future__ import annotations

import dataclasses
import datetime as dt

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.integration.notify.house import CASE, KEYS, MAIL, NOON, PHONE
from whistle.contracts import CaseAnswered, CaseRated, ClockOverdue, DispatchSent, PointsEarned, SittingDue
from whistle.errors import OutOfOrder, Poison
from whistle.messaging.subscribe import queues_of
from whistle_notify.service import NotifyService
from whistle_notify.store import metadata, recipients

ASSIGNED = DispatchSent.from_wire(DispatchSent.example)
ANSWERED = CaseAnswered(way="platform", text="已修好")


def planned(house):
    return [(notice.purpose, notice.recipient, notice.state) for notice in house.notices()]


def test_the_migration_makes_the_tables_of_the_code(engine):
    """An empty database that was upgraded has exactly what the code declares."""
    with engine.connect() as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), metadata)


def test_the_service_reads_what_its_table_names():
    """One binding for each kind of event that anybody is told about, and one for the tree."""
    (queue,) = queues_of(NotifyService)

    assert "notify.events" == queue.name
    assert {
        "case.filed.*",
        "case.rated.*",
        "clock.overdue.*",
        "points.earned.*",
        "whistle.blown.*",
        "whistle.requested.*",
    } < {binding.key for binding in queue.bindings}
    assert 22 == len(queue.bindings)


def test_a_filed_case_plans_a_receipt_and_keeps_the_contact_sealed(house):
    """The contact stands in the database only as it came."""
    house.tell(house.filed(MAIL))

    assert [("receipt", f"case:{CASE}", "planned")] == planned(house)
    with house.database.read() as unit:
        (row,) = unit.connection.execute(sa.select(recipients)).all()
    assert MAIL == KEYS.open(row.contact)
    assert not [value for value in row if "13812345678" in str(value) or "example.cn" in str(value)]


def test_the_same_event_many_times_is_one_notice(house):
    """In one batch, in later ones, and after the delivery."""
    filed = house.filed(MAIL)
    house.tell(filed, filed, filed)
    house.deliver()
    house.tell(filed)
    house.tell(filed)

    assert 1 == len(house.notices())
    assert 0 == house.deliver()
    assert 1 == len(house.pigeon.carried)


def test_one_event_may_concern_two_recipients(house):
    """An overdue clock: the party and the staff, each once."""
    overdue = ClockOverdue(clock="c", dispatch="d", party="power-bureau", kind="handle", due_at=NOON)
    house.tell(house.filed(MAIL), house.event(overdue))

    assert [
        ("receipt", f"case:{CASE}", "planned"),
        ("overdue", "party:mawei/power-bureau", "planned"),
        ("overdue-staff", "staff:mawei/worker", "planned"),
    ] == planned(house)


def test_an_event_before_its_filing_waits(house):
    """Out of order is tried again; the filing's own neighbours are not harmed."""
    early, filed = house.event(ASSIGNED), house.filed(MAIL)
    errors = house.tell(early, filed)

    assert isinstance(errors[early.id], OutOfOrder)
    assert [("receipt", f"case:{CASE}", "planned")] == planned(house)
    assert {early.id: None} == house.tell(early)
    assert ["receipt", "assignment"] == [notice.purpose for notice in house.notices()]


def test_an_event_without_a_case_is_poison(house):
    """No retry can help."""
    event = house.event(ASSIGNED, case_no=None)

    assert isinstance(house.tell(event)[event.id], Poison)


def test_old_ledgers_make_no_receipts(house):
    """Thousands of imported cases plan nothing until something happens to them."""
    house.tell(house.filed(tags=["imported"]), house.event(ASSIGNED))
    assert [] == planned(house)

    house.tell(house.event(ANSWERED))
    assert [("answer", f"case:{CASE}", "planned")] == planned(house)


def test_who_left_no_contact_is_skipped_on_record(house):
    """Except for the answer, which a person must bring."""
    house.tell(house.filed(None), house.event(ASSIGNED), house.event(ANSWERED))

    assert [
        ("receipt", "skipped", "no machine channel"),
        ("assignment", "skipped", "no machine channel"),
        ("answer", "planned", None),
    ] == [(notice.purpose, notice.state, notice.reason) for notice in house.notices()]


def test_a_low_rating_is_a_call_back_for_the_street(house):
    """A task at once, due in a day, once per event; a good rating is none."""
    low = house.event(CaseRated(rating="dissatisfied"))
    house.tell(house.filed(PHONE), low, house.event(CaseRated(rating="satisfied")))
    house.tell(low)

    (task,) = house.tasks()
    assert ("hotline", "call-back", "street", "open") == (task.kind, task.purpose, task.owner, task.state)
    assert (CASE, "350105003001003", NOON + dt.timedelta(days=1)) == (task.case_no, task.grid, task.due_at)
    assert "不满意，请回访居民" in task.text


def test_a_member_is_told_of_points(house):
    """The fact is stored as JSON and read back as it was."""
    house.tell(house.filed(MAIL), house.event(PointsEarned(member="m-1", tenths=15, rule="r", transfer="t")))
    house.deliver()

    (notice,) = house.notices(purpose="earned")
    assert 15 == notice.facts["tenths"]
    assert "获得 1.5 分" in notice.text


def test_staff_are_told_who_is_on_duty_at_a_sitting(house):
    """No case is needed; the text names day, place, people and guests."""
    event = house.event(SittingDue.from_wire({**SittingDue.example, "moved_from": "2026-11-25"}))
    house.tell(dataclasses.replace(event, case_no=None))
    house.deliver()

    (notice,) = house.notices(purpose="sitting-due")
    assert ("staff:mawei/community", "delivered") == (notice.recipient, notice.state)
    for told in (
        "11月26日 09:00",
        "综治中心一楼",
        "「周四律师坐班」",
        "值班：调解员 王某",
        "列席：律师",
        "原定 2026-11-25",
    ):
        assert told in notice.text
