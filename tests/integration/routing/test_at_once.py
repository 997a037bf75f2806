"""Several processes of routing on one PostgreSQL: each thing happens once."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

from tests.integration.routing.town import decision
from whistle.contracts import Report, Return, Sign
from whistle.errors import Transient
from whistle.testing import wait_for

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


def test_three_workers_fire_each_clock_once(towns):
    """Competing sweeps: yellow and red of each clock once, whoever was first."""
    first = towns[0]
    for no in NUMBERS:
        first.file(no)
    first.decide()
    first.clock.advance(9 * HOUR)
    counted = []

    def fire(town):
        from whistle_routing import handlers

        while fired := handlers.fire_clocks(town.tools, limit=4):
            counted.append(fired)

    together(*[lambda town=town: fire(town) for town in towns])
    assert 30 == sum(counted)
    first.clock.advance(9 * HOUR)
    together(*[lambda town=town: fire(town) for town in towns])
    assert 60 == sum(counted)
    fired = Counter(
        (event.data.name, event.data.clock)
        for event in first.said()
        if event.data.name in ("clock.warned", "clock.overdue")
    )
    assert (60, {1}) == (len(fired), set(fired.values()))


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
