"""Several processes of routing on one PostgreSQL: each thing happens once."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import sqlalchemy as sa

from tests.integration.routing.town import NOON, decision
from whistle.contracts import Report, Return, Sign
from whistle.errors import Transient
from whistle.testing import wait_for
from whistle_routing import handlers
from whistle_routing.store import RoutingUnit
from whistle_routing.store.clocks import due_query
from whistle_routing.store.reach import Reach

NUMBERS = [f"26-{number:05d}-1" for number in range(30)]
HOUR = dt.timedelta(hours=1)


def together(*works):
    """Run at the same moment in threads of their own; raise the first error of any."""
    start, errors = threading.Barrier(len(works)), []

    def run(work):
        try:
            start.wait(30)
            work()
        except Exception as error:  # noqa: BLE001 - raised below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    if errors:
        raise errors[0]


def until_done(work):
    """As a lane or a sweep does it: what somebody else was faster at is looked at again."""

    def attempt():
        try:
            work()
        except Transient:
            return False
        return True

    return lambda: wait_for(attempt, timeout=60, every=0.001)


def test_three_processes_that_decide_at_once_dispatch_each_case_once(towns):
    """All have asked the plugin about the same cases before any of them stores its answer."""
    first = towns[0]
    for no in NUMBERS:
        first.file(no)
    meeting = threading.Barrier(3)
    for town in towns:
        town.router.meanwhile = lambda: None if meeting.broken else _meet(meeting)
    together(*[until_done(town.decide) for town in towns])

    jobs, dispatches, _, clocks = first.everything()
    assert {"routed"} == {job.state for job in jobs}
    assert dict.fromkeys(NUMBERS, 1) == Counter(one.case_no for one in dispatches)
    assert 30 == len(clocks)
    assert list(range(1, 31)) == sorted(event.sequence for event in first.said(to="light"))
    assert 30 == len([name for name in first.names() if name == "dispatch.sent"])
    assert 60 <= sum(len(town.router.asked) for town in towns)


def _meet(meeting):
    """Wait for the others once; whoever comes round again finds the barrier broken."""
    try:
        meeting.wait(20)
    except threading.BrokenBarrierError:
        return
    meeting.abort()


def test_three_workers_fire_each_clock_once_and_in_order(towns):
    """Competing sweeps after a stop from before yellow to after red: each firing once, and all in the order of their times."""
    first = towns[0]
    for no in NUMBERS:
        first.file(no)
        first.clock.advance(HOUR / 60)
        first.decide()
    first.clock.advance(100 * HOUR)
    counted = []

    def fire(town):
        while due(town):
            counted.append(handlers.fire_clocks(town.tools, limit=4))

    together(*[until_done(lambda town=town: fire(town)) for town in towns])
    assert 60 == sum(counted)
    started = [one.id for one in first.everything()[1]]
    assert [*(("clock.warned", one) for one in started), *(("clock.overdue", one) for one in started)] == [
        (event.data.name, event.data.clock)
        for event in first.said()
        if event.data.name in ("clock.warned", "clock.overdue")
    ]
    assert 30 == len({one.id for no in NUMBERS for one in first.orders(no)})


def due(town):
    with town.database.read() as unit:
        return unit.list_clocks(
            reach=Reach(), state="running", due_before=None, after=None, limit=1
        ) or unit.list_clocks(reach=Reach(), state="warned", due_before=None, after=None, limit=1)


def test_a_worker_that_dies_in_the_middle_leaves_its_turn_and_its_clocks_to_the_next(towns):
    """Its transaction ends with it: nothing of it is seen, and another fires the same clocks."""
    one, two, _ = towns
    one.file()
    one.decide()
    one.clock.advance(9 * HOUR)
    connection = one.database.engine.connect()
    transaction = connection.begin()
    dying = RoutingUnit(connection, now=one.clock.now())
    assert (True, 1) == (dying.take_turn("clocks"), len(dying.due_clocks(one.clock.now(), 10)))
    assert 0 == two.fire()
    transaction.rollback()
    connection.close()

    assert 1 == two.fire()


MANY = """
INSERT INTO clocks (id, version, prev_version, case_no, district, kind, party, unit, amount, state, started_at, warn_at, due_at,
    red_at, next_at, provisional, calendar, may_pause, warned)
SELECT 'c' || n, 1, 0, n, 'mawei', 'handle', 'light', 'seconds', 1, 'running', at, at, at, at, at, false, '', false, false
FROM (SELECT n, CAST('2026-11-22' AS timestamptz) + n * interval '1 minute' AS at FROM generate_series(1, 5000) AS n) AS made
"""


def test_what_is_due_is_found_by_its_index(towns):
    """However many clocks are open: PostgreSQL reads the index of what fires next, and no other row."""
    query = due_query(NOON, 500).compile(dialect=towns[0].database.engine.dialect)
    with towns[0].database.engine.begin() as connection:
        connection.execute(sa.text(MANY))
        connection.execute(sa.text("ANALYZE clocks"))
        plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {query}", query.params))

    assert "clocks_next" in plan
    assert "Seq Scan" not in plan


def test_a_report_and_a_return_at_once_do_not_both_count(towns):
    """The same dispatch, two processes: one action wins, the other is refused or tries again and is refused."""
    one, two, _ = towns
    for no in NUMBERS[:10]:
        one.file(no)
        one.decide(decision("light"))
        about = one.of("light", state="sent")
        one.act(Sign(dispatch=about.id, by="张工"), party="light")
        report, back = (
            Report(dispatch=about.id, by="张工", text="好了"),
            Return(dispatch=about.id, by="李工", basis="三定"),
        )
        together(
            until_done(lambda report=report: one.act(report, party="light")),
            until_done(lambda back=back: two.act(back, party="light")),
        )
        outcomes = [refused for verb, refused in one.actions() if verb != "sign"][-2:]
        assert {None, "not-allowed-now"} == set(outcomes)
        assert one.job(no).state in ("done", "pending")
        two.decide(decision("water"))


def test_clocks_that_fire_while_their_work_is_reported_end_up_stopped(towns):
    """A sweep and reports at once: every clock is stopped at last, and none fires after that."""
    one, two, three = towns
    for no in NUMBERS[:15]:
        one.file(no)
    one.decide()
    for about in one.everything()[1]:
        one.act(Sign(dispatch=about.id, by="张工"), party="light")
    one.clock.advance(9 * HOUR)
    reports = [Report(dispatch=about.id, by="张工", text="好了") for about in one.everything()[1]]
    together(
        *[until_done(lambda report=report: three.act(report, party="light")) for report in reports],
        until_done(one.fire),
        until_done(two.fire),
    )
    one.clock.advance(100 * HOUR)
    assert 0 == one.fire()
    jobs, _, _, clocks = one.everything()
    assert ({"done"}, {"stopped"}) == ({job.state for job in jobs}, {clock.state for clock in clocks})
    order = {}
    for event in one.said():
        if event.data.name.startswith("clock.") or event.data.name == "dispatch.reported":
            order.setdefault(event.data.dispatch, []).append(event.data.name)
    assert len(clocks) == len(order)
    assert all(names[-1] == "dispatch.reported" for names in order.values())
