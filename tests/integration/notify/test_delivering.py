"""Delivery: outside of transactions, under a lease, tried again, and never silently nothing."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.integration.notify.house import CASE, MAIL, NOON, PHONE, House
from whistle.contracts import CaseAnswered, DispatchSent
from whistle.errors import Rejected, Transient
from whistle.privacy import KeyRing
from whistle_notify import delivering
from whistle_notify.channels import FileChannel
from whistle_notify.store import notices, tasks

ASSIGNED = DispatchSent.from_wire(DispatchSent.example)
BUSY = Transient("忙", "busy")


def states(house):
    return [(notice.purpose, notice.state, notice.attempts) for notice in house.notices()]


def answered(way="platform"):
    return CaseAnswered(way=way, text="路灯已修好,请查看。")


def test_a_planned_notice_is_delivered_and_told(house):
    """The letter has the text and the opened contact; the notice keeps text and channel, not the contact."""
    house.tell(house.filed(MAIL))

    assert 1 == house.deliver()
    (letter,) = house.pigeon.carried
    (notice,) = house.notices()
    assert (MAIL, notice.id, notice.text) == (letter.contact, letter.notice, letter.text)
    assert ("delivered", "pigeon", 1) == (notice.state, notice.channel, notice.attempts)
    assert "您反映的「3号楼路灯不亮」已受理，受理编号 26-00421-7" in notice.text
    assert [("notice.delivered", CASE, "resident")] == [
        (event.data.name, event.case_no, event.data.recipient) for event in house.said()
    ]
    assert [] == house.differences()


def test_nothing_due_is_no_work(house):
    """An idle round writes nothing."""
    assert 0 == house.deliver()


def test_a_resident_with_only_a_phone_gets_the_answer_from_a_person(house):
    """Receipt and assignment are skipped on record; the answer becomes a call with the text to say."""
    house.tell(house.filed(PHONE), house.event(ASSIGNED), house.event(answered()))
    house.deliver()

    assert [("receipt", "skipped", 1), ("assignment", "skipped", 1), ("answer", "handed_over", 1)] == states(
        house
    )
    (task,) = house.tasks()
    (notice,) = house.notices(purpose="answer")
    assert ("hotline", "worker", notice.id, task.id) == (task.kind, task.owner, task.notice, notice.task)
    assert "路灯已修好" in task.text
    assert "13812345678" not in str(task) + str(notice)
    assert [("notice.failed", task.id)] == [(event.data.name, event.data.task) for event in house.said()]
    assert [] == house.differences()


@pytest.mark.parametrize(
    ("contact", "way", "kind"),
    [
        (PHONE, "home_visit", "home_visit"),
        (PHONE, "meeting", "meeting"),
        (None, "letter", "letter"),
        (None, "platform", "home_visit"),
    ],
)
def test_the_person_goes_the_way_that_the_answer_names(house, contact, way, kind):
    """One of the six ways (S1-12)."""
    house.tell(house.filed(contact), house.event(answered(way)))
    house.deliver()

    assert [kind] == [task.kind for task in house.tasks()]


def test_a_failed_try_waits_and_comes_again(house):
    """Growing pauses; between tries the row waits, nobody sleeps."""
    house.pigeon.orders = [BUSY, BUSY]
    house.tell(house.filed(MAIL))

    assert 1 == house.deliver()
    assert [("receipt", "attempted", 1)] == states(house)
    assert 0 == house.deliver()
    house.clock.advance(dt.timedelta(seconds=5))
    assert 1 == house.deliver()
    house.clock.advance(dt.timedelta(seconds=29))
    assert 0 == house.deliver()
    house.clock.advance(dt.timedelta(seconds=1))
    assert 1 == house.deliver()
    assert [("receipt", "delivered", 3)] == states(house)
    assert [None] == [notice.reason for notice in house.notices()]


def test_after_the_last_try_a_person_takes_over(house):
    """Failed, on record, with a task; no further try."""
    house.pigeon.orders = [BUSY] * 9
    house.tell(house.filed(MAIL))
    for _ in range(5):
        house.deliver()
        house.clock.advance(dt.timedelta(hours=1))

    assert [("receipt", "failed", 3)] == states(house)
    (task,) = house.tasks()
    assert ("hotline", "open") == (task.kind, task.state)
    assert [("notice.failed", "pigeon", task.id)] == [
        (event.data.name, event.data.channel, event.data.task) for event in house.said()
    ]
    assert [] == house.differences()


@pytest.mark.parametrize(
    "error", [Rejected("不收", "never"), RuntimeError("a channel's defect")], ids=["rejected", "defect"]
)
def test_one_bad_letter_harms_no_other(house, error):
    """A refused address fails at once; a channel's defect is a try that failed."""
    house.pigeon.orders = [None, error, None]
    house.tell(*(house.filed(MAIL, case_no=f"26-0000{number}-0") for number in range(3)))
    house.deliver()

    expected = "failed" if isinstance(error, Rejected) else "attempted"
    assert ["delivered", expected, "delivered"] == [notice.state for notice in house.notices()]


def test_a_contact_that_cannot_be_opened_is_tried_again(house):
    """A wrong secret may be put right; until then no text leaves and no other notice is harmed."""
    house.tell(house.filed(MAIL), house.event(ASSIGNED))
    keys, house.tools = house.tools.keys, replace(house.tools, keys=KeyRing("another secret"))
    house.deliver()
    assert [("receipt", "attempted", 1), ("assignment", "attempted", 1)] == states(house)

    house.tools = replace(house.tools, keys=keys)
    house.clock.advance(dt.timedelta(seconds=5))
    house.deliver()
    assert [("receipt", "delivered", 2), ("assignment", "delivered", 2)] == states(house)


def test_no_transaction_is_open_while_a_channel_works(house):
    """Another writer is not kept waiting by a slow channel."""
    house.tell(house.filed(MAIL))
    seen = []

    def other_writer(letter):
        errors = house.tell(house.filed(MAIL, case_no="26-00002-4"))
        seen.append(list(errors.values()))

    house.pigeon.before_each = other_writer
    house.deliver()

    assert [[None]] == seen
    assert ["delivered", "planned"] == [notice.state for notice in house.notices()]


def test_a_process_that_died_gives_its_notices_back(house, tmp_path):
    """Killed between sending and remembering: after the lease it is tried again, and the file has it once."""
    path = tmp_path / "n.jsonl"
    house.tools = replace(house.tools, channels=(FileChannel(path),))
    house.tell(house.filed(MAIL))
    with house.database.write() as unit:
        (notice,) = unit.claim(limit=10, lease=dt.timedelta(seconds=120))
    FileChannel(path).send(
        delivering.Try(notice=notice, contact=MAIL, text="t", channel=FileChannel(path)).letter(NOON)
    )

    assert 0 == house.deliver()
    house.clock.advance(dt.timedelta(seconds=121))
    assert 1 == house.deliver()
    assert [("receipt", "delivered", 2)] == states(house)
    assert 1 == len(path.read_text().splitlines())


def test_who_lost_the_lease_does_not_write_the_outcome(house):
    """A process that hung longer than its lease finds the notice taken, and tells nothing twice."""
    house.tell(house.filed(MAIL))
    other = House(house.database.engine)
    other.clock.advance(dt.timedelta(seconds=300))
    house.pigeon.before_each = lambda letter: other.deliver()
    house.deliver()

    assert (1, 1) == (len(house.pigeon.carried), len(other.pigeon.carried))
    assert [("receipt", "delivered", 2)] == states(house)
    assert 1 == len(house.said())


def test_processes_that_deliver_at_once_send_each_notice_once(house):
    """Four workers on forty notices."""
    house.tell(*(house.filed(MAIL, case_no=f"26-{number:05d}-0") for number in range(40)))
    start = threading.Barrier(4)
    failures = []

    def work():
        try:
            start.wait()
            while house.deliver():
                pass
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failures
    assert 40 == len(house.pigeon.carried)
    assert 40 == len({letter.notice for letter in house.pigeon.carried})
    assert {"delivered"} == {notice.state for notice in house.notices()}


def test_a_slow_channel_is_cut_off_in_time(house):
    """What the round has no time for is put back as if it had not been taken."""
    house.tell(*(house.filed(MAIL, case_no=f"26-0000{number}-0") for number in range(4)))
    ticks = iter([0.0, 0.0, 5.0, 10.0, 15.0])
    house.deliver(monotonic=lambda: next(ticks))

    assert 2 == len(house.pigeon.carried)
    assert [("delivered", 1), ("delivered", 1), ("planned", 0), ("planned", 0)] == [
        (notice.state, notice.attempts) for notice in house.notices()
    ]
    assert 2 == house.deliver()
    assert [] == house.differences()


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (
            lambda: sa.update(notices).where(notices.c.purpose == "answer").values(task=None),
            "missing or done",
        ),
        (lambda: sa.delete(tasks), "missing or done"),
        (lambda: sa.update(tasks).values(owner="nobody"), "owner 'nobody'"),
        (lambda: sa.update(tasks).values(kind="telepathy"), "'telepathy' is unknown"),
        (
            lambda: sa.update(notices).where(notices.c.purpose == "answer").values(state="skipped"),
            "a person should have gone",
        ),
        (
            lambda: sa.update(notices).where(notices.c.purpose == "receipt").values(reason=None),
            "not on record",
        ),
        (
            lambda: (
                sa.update(notices)
                .where(notices.c.purpose == "assignment")
                .values(state="planned", not_before=NOON - dt.timedelta(hours=1))
            ),
            "planned and due since",
        ),
        (lambda: sa.update(tasks).values(state="done", result="reached", done_by="w"), "does not agree"),
        (lambda: sa.update(tasks).values(state="done", notice=None), "done by nobody"),
    ],
    ids=["no-task", "lost-task", "owner", "kind", "unanswered", "reason", "stuck", "untold", "nobody"],
)
def test_verify_names_every_harm(house, harm, complaint):
    """Whatever leaves somebody without news is found and named."""
    house.tell(house.filed(PHONE), house.event(ASSIGNED), house.event(answered()))
    house.deliver()
    assert [] == house.differences()
    with house.database.write() as unit:
        unit.execute(harm())

    found = house.differences()
    assert [] != [line for line in found if complaint in line], found
