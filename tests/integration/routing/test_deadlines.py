"""Deadlines on SQLite, and where SQL differs on PostgreSQL too: by class, moved, reckoned anew, supervised when they pass."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from tests.integration.routing.conftest import opened
from tests.integration.routing.town import DISTRICT, TABLES, Town, decision
from tests.unit.calendar.made import at, span_of
from whistle.calendar import Plan, PlanDay
from whistle.clock import SetClock
from whistle.contracts import Arrive, Progress, Report, Return, Sign
from whistle.contracts.plugin import Classification
from whistle.errors import NotAllowedNow
from whistle.plugins.terms import Terms
from whistle.storage import Database
from whistle_routing import handlers
from whistle_routing.store import RoutingUnit

NO = "26-00001-1"
FILED = at("2026-09-30 17:00")
HOUR = dt.timedelta(hours=1)


def spans(**texts):
    return {kind: span_of(text) for kind, text in texts.items()}


CLASSES = (
    Terms(
        handling="commitment",
        since=dt.date(2026, 1, 1),
        spans=spans(handle="5 working days", sign="4 working hours", first_contact="24 hours"),
        extension=span_of("5 working days"),
        pause=True,
        basis="测试〔2026〕1 号",
    ),
    Terms(
        handling="any",
        since=dt.date(2026, 1, 1),
        spans=spans(
            accept="2 working hours", answer="2 working days", call_back="3 working days", arrive="30 minutes"
        ),
    ),
)


def by_class(lead, *co):
    """As the tables say, without hours of its own."""
    return dataclasses.replace(decision(lead, *co), handle_hours=None)


def opened_town(url):
    """A town whose classes have deadlines, on 30 September 2026 at 17:00."""
    return Town(opened(url, SetClock(FILED)), dataclasses.replace(TABLES, classes=CLASSES))


@pytest.fixture
def town(tmp_path):
    found = opened_town(f"sqlite:///{tmp_path}/routing.db")
    yield found
    found.database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request, tmp_path):
    """On both databases."""
    is_file = request.param == "sqlite"
    found = opened_town(
        f"sqlite:///{tmp_path}/routing.db" if is_file else request.getfixturevalue("database_url")
    )
    yield found
    found.database.close()


def dispatched(town, *says):
    town.file()
    town.decide(*(says or [by_class("light")]))


def go(town, text):
    town.clock.advance(at(text) - town.clock.now())
    return town.fire()


def follow(tools):
    """Until nothing is left to be looked at; it must come to an end."""
    assert any(handlers.follow_calendars(tools) == 0 for _ in range(20))


def told(town, name):
    return [event.data for event in town.said() if event.data.name == name]


# --- starting and stopping ----------------------------------------------------------------------------------------------


def test_the_clocks_of_a_class_start_with_the_dispatch_and_travel_in_it(town):
    """Domain D2 by way of the pack: five working days over National Day; nothing but dispatch.sent tells of them."""
    dispatched(town)

    (sent,) = told(town, "dispatch.sent")
    assert {
        "handle": (at("2026-10-13 17:30"), at("2026-10-12 17:30"), at("2026-10-14 08:30")),
        "sign": (at("2026-10-08 12:00"), at("2026-10-08 11:12"), at("2026-10-08 12:00")),
        "first_contact": (at("2026-10-01 17:00"), at("2026-10-01 12:12"), at("2026-10-01 17:00")),
    } == {one.kind: (one.due_at, one.warn_at, one.red_at) for one in sent.clocks}
    assert at("2026-10-13 17:30") == sent.due_at == town.of("light").due_at
    assert ["accept"] == [one.kind for one in told(town, "clock.started")]
    assert town.tools.timetable(DISTRICT).version == town.clocks_of()["handle"].calendar


def test_hours_that_a_decision_names_go_before_the_class(town):
    """An urgent matter is not given five working days."""
    dispatched(town, decision("light"))

    assert FILED + 10 * HOUR == town.clocks_of()["handle"].due_at


def test_arrival_is_measured_where_a_whistle_calls_and_contact_of_who_leads(town):
    """Thirty minutes for each who was called; only the lead contacts the resident."""
    dispatched(town, by_class("light", "water"))

    kinds = {}
    for one in town.everything()[3]:
        kinds.setdefault(one.party, set()).add(one.kind)
    assert {
        "light": {"handle", "sign", "first_contact", "arrive"},
        "water": {"handle", "sign", "arrive"},
        "desk": {"accept"},
    } == kinds


@pytest.mark.parametrize(
    ("actions", "open_"),
    [
        ([], {"handle", "sign", "first_contact"}),
        ([Sign], {"handle", "first_contact"}),
        ([Sign, Progress], {"handle"}),
        ([Sign, Arrive], {"handle"}),
        ([Return], set()),
    ],
)
def test_each_action_stops_what_it_is_about(town, actions, open_):
    """Signed, contacted, arrived, given back; the clock of the whole case, which is of no dispatch, runs on."""
    dispatched(town)
    fields: Any = {Progress: {"text": "在办"}, Return: {"basis": "三定"}}
    for action in actions:
        town.act(action(dispatch=town.of("light").id, by="张工", **fields.get(action, {})), party="light")

    clocks = town.everything()[3]
    assert open_ == {one.kind for one in clocks if one.dispatch and one.state != "stopped"}


def test_clocks_of_the_whole_case_follow_one_another(town):
    """Accepted when it is dispatched, answered when all have reported, called back after the answer; each told of."""
    dispatched(town)
    assert ("stopped", False, None) == _end(town, "accept")
    finish(town)
    assert "running" == town.clocks_of()["answer"].state
    town.answer(NO)
    assert ("stopped", False, None) == _end(town, "answer")
    assert "running" == town.clocks_of()["call_back"].state
    town.closing(NO, 1)
    assert ("stopped", False, None) == _end(town, "call_back")
    assert ["accept", "answer", "call_back"] == [one.kind for one in told(town, "clock.started")]
    assert ["accept", "answer", "call_back"] == [one.kind for one in told(town, "clock.stopped")]
    assert {"light", "desk"} == {one.party for one in town.everything()[3]}


def _end(town, kind):
    clock = town.clocks_of()[kind]
    return clock.state, clock.late, clock.next_at


def finish(town):
    for action in (Sign, Report):
        fields: Any = {"text": "好了"} if action is Report else {}
        town.act(action(dispatch=town.of("light").id, by="张工", **fields), party="light")


def test_a_message_that_comes_twice_starts_no_second_clock(town):
    """The answer heard again, after the call-back was made."""
    dispatched(town)
    finish(town)
    for _ in range(2):
        town.answer(NO)
    town.closing(NO, 1)
    town.answer(NO)

    assert 1 == len([one for one in told(town, "clock.started") if one.kind == "call_back"])
    assert "stopped" == town.clocks_of()["call_back"].state


# --- moving -----------------------------------------------------------------------------------------------------------------


def test_a_pause_an_extension_and_the_words_for_them(either):
    """补办 from 9 to 19 October, then three days more: every step is told, to the party too, and explained."""
    town = either
    dispatched(town)
    go(town, "2026-10-09 10:00")
    town.move(handlers.pause_clock, by="李主任", reason="待补房产证")
    assert 0 == go(town, "2026-10-19 15:00")
    town.move(handlers.resume_clock, by="李主任", reason="材料已补齐")
    town.move(
        handlers.extend_clock,
        span=span_of("3 working days"),
        by="张工",
        approved_by="王局长",
        reason="需停电施工",
    )

    assert at("2026-10-27 17:30") == town.clocks_of()["handle"].due_at == town.of("light").due_at
    ((paused,), (resumed,), (extended,)) = (
        told(town, name) for name in ("clock.paused", "clock.resumed", "dispatch.extended")
    )
    assert (3, "working_days", "李主任") == (paused.left, paused.unit, paused.by)
    assert (at("2026-10-22 17:30"), True) == (resumed.due_at, resumed.lead)
    assert (at("2026-10-22 17:30"), at("2026-10-27 17:30"), "王局长") == (
        extended.was_due_at,
        extended.due_at,
        extended.approved_by,
    )
    names = ("clock.paused", "clock.resumed", "dispatch.extended")
    heard = [event for event in town.said(to="light") if event.data.name in names]
    assert ["clock.paused", "clock.resumed", "dispatch.extended"] == [event.data.name for event in heard]
    assert list(range(1, 1 + len(town.said(to="light")))) == [
        event.sequence for event in town.said(to="light")
    ]
    words = explained(town)
    for part in (
        "light 承诺件办理时限:5 个工作日(依据 测试〔2026〕1 号)",
        "国庆节,不计(7 天)",
        "国庆节调休上班,计入第 3 个工作日",
        "2026-10-09(周五)10:00 李主任 暂停计时(待补房产证),还剩 3 个工作日",
        "2026-10-19(周一)15:00 李主任 恢复计时(材料已补齐),还剩 3 个工作日",
        "王局长 批准延期 3 个工作日(需停电施工)",
        "到期:2026-10-27(周二)17:30",
    ):
        assert any(part in step for step in words), (part, words)


def explained(town, kind="handle"):
    with town.database.read() as unit:
        (clock,) = [one for one in unit.clocks_of(NO) if one.kind == kind]
        return [step.zh for step in handlers.explain_clock(unit, clock, tools=town.tools).steps]


@pytest.mark.parametrize(
    ("when", "handler", "how", "word"),
    [
        ("2026-10-09 10:00", handlers.resume_clock, {"by": "-", "reason": "-"}, "计时中"),
        ("2026-10-13 18:00", handlers.pause_clock, {"by": "-", "reason": "-"}, "时限已到"),
        (
            "2026-10-09 10:00",
            handlers.extend_clock,
            {"span": span_of("6 working days"), "by": "-", "approved_by": "-", "reason": "-"},
            "合计不得超过 5 个工作日",
        ),
        (
            "2026-10-09 10:00",
            handlers.extend_clock,
            {"span": span_of("24 hours"), "by": "-", "approved_by": "-", "reason": "-"},
            "同一单位(5 个工作日)",
        ),
    ],
)
def test_a_move_that_is_not_allowed_says_why_and_changes_nothing(town, when, handler, how, word):
    """Not paused, too late, too much, another unit."""
    dispatched(town)
    go(town, when)
    before = town.clocks_of()["handle"]

    with pytest.raises(NotAllowedNow) as raised:
        town.move(handler, **how)

    assert word in raised.value.zh
    assert before == town.clocks_of()["handle"]


def test_a_new_calendar_moves_open_deadlines_and_says_so_once(either):
    """9 October is declared a day off: the deadline moves by a day; wall time and what has stopped stay as they were."""
    town = either
    dispatched(town)
    follow(town.tools)
    before = town.clocks_of()
    assert [] == told(town, "clock.recomputed")
    off = PlanDay(
        first=dt.date(2026, 10, 9), last=dt.date(2026, 10, 9), working=False, zh="临时放假", en="day off"
    )
    town.tools = dataclasses.replace(town.tools, city=Plan(days=(off,)))

    follow(town.tools)

    after, new = town.clocks_of(), town.tools.timetable(DISTRICT).version
    assert (at("2026-10-14 17:30"), new) == (after["handle"].due_at, after["handle"].calendar)
    assert (before["first_contact"], before["accept"]) == (after["first_contact"], after["accept"])
    (moved,) = told(town, "clock.recomputed")
    assert (at("2026-10-13 17:30"), at("2026-10-14 17:30"), new, True) == (
        moved.was_due_at,
        moved.due_at,
        moved.calendar,
        moved.lead,
    )
    assert at("2026-10-14 17:30") == town.of("light").due_at
    assert any("临时放假" in step for step in explained(town))
    assert new == after["sign"].calendar
    assert 1 == town.said(to="light")[-1].data.name.count("recomputed")


def test_a_calendar_that_comes_back_is_followed_again(town):
    """A notice is entered, withdrawn, entered again."""
    dispatched(town)
    off = PlanDay(first=dt.date(2026, 10, 9), last=dt.date(2026, 10, 9), working=False, zh="放假", en="off")
    plain, changed = town.tools, dataclasses.replace(town.tools, city=Plan(days=(off,)))
    due = []
    for tools in (plain, changed, plain, changed):
        follow(tools)
        due.append(town.clocks_of()["handle"].due_at)

    assert [at("2026-10-13 17:30"), at("2026-10-14 17:30")] * 2 == due
    assert 3 == len(told(town, "clock.recomputed"))


def test_a_deadline_is_explained_by_the_calendar_of_its_time(town):
    """Stopped before the calendar changed: the old one is still known."""
    dispatched(town)
    follow(town.tools)
    finish(town)
    off = PlanDay(
        first=dt.date(2026, 10, 9), last=dt.date(2026, 10, 9), working=False, zh="临时放假", en="day off"
    )
    town.tools = dataclasses.replace(town.tools, city=Plan(days=(off,)))
    follow(town.tools)

    words = explained(town)
    assert any("计入第 5" in step or "第 4 至 5" in step for step in words)
    assert not any("临时放假" in step for step in words)
    assert any("按日历版本" in step for step in words)
    assert any("停止计时,按时" in step for step in words)


# --- supervision ------------------------------------------------------------------------------------------------------------


def test_who_lets_a_clock_go_red_is_supervised_until_it_is_done(either):
    """Yellow, red, order (督办单); one order for all that is late; reported, it is closed."""
    town = either
    dispatched(town)
    go(town, "2026-10-14 08:30")
    (order,) = town.orders()
    assert ("light", "overdue", "open", town.of("light").id) == (
        order.party,
        order.cause,
        order.state,
        order.dispatch,
    )
    assert [1, 0] == [len(told(town, name)) for name in ("supervision.opened", "supervision.closed")]
    heard = [
        event.data.name
        for event in town.said(to="light")
        if getattr(event.data, "kind", "") in ("handle", "")
    ]
    assert ["clock.warned", "clock.overdue"] == [name for name in heard if name.startswith("clock")]
    assert "supervision.opened" in heard

    finish(town)
    (order,) = town.orders()
    assert ("closed", "done") == (order.state, order.outcome)
    assert 1 == len(told(town, "supervision.closed"))
    assert True is town.clocks_of()["handle"].late


def test_an_order_about_late_signing_ends_with_the_signature(town):
    """Nothing else is late yet."""
    dispatched(town)
    go(town, "2026-10-08 12:00")
    town.act(Sign(dispatch=town.of("light").id, by="张工"), party="light")
    assert "open" == town.orders()[0].state  # the resident has not been contacted either
    town.act(Progress(dispatch=town.of("light").id, by="张工", text="已联系"), party="light")

    assert ("closed", "done") == (town.orders()[0].state, town.orders()[0].outcome)


def test_one_of_several_is_late_and_that_one_alone_is_supervised(town):
    """Domain D1: one lead, three co-handlers, one never reports in."""
    dispatched(town, by_class("light", "water", "park", "office"))
    for party in ("light", "water", "office"):
        for action in (Sign, Arrive):
            town.act(action(dispatch=town.of(party).id, by="张工"), party=party)
    go(town, "2026-09-30 17:29")
    assert ["park"] == [one.party for one in told(town, "clock.warned")]
    go(town, "2026-09-30 17:30")

    assert ["park"] == [one.party for one in told(town, "clock.overdue")]
    assert ["park"] == [one.party for one in town.orders()]


def test_a_second_dissatisfaction_is_supervised_until_the_case_is_closed(town):
    """The first is handled again; the second one puts the lead under supervision."""
    dispatched(town)
    finish(town)
    town.reopen(NO, 2)
    assert [] == town.orders()
    town.decide(by_class("light"))
    finish(town)
    town.reopen(NO, 3)
    (order,) = town.orders()
    assert ("dissatisfied", "light", "open", None) == (order.cause, order.party, order.state, order.dispatch)
    town.decide(by_class("light"))
    finish(town)
    assert "open" == town.orders()[0].state
    town.closing(NO, 3)
    assert ("closed", "closed") == (town.orders()[0].state, town.orders()[0].outcome)


def test_what_was_due_while_nobody_looked_is_told_before_the_end(town):
    """The platform was down from yellow to long after red; then the report is the first thing to come in."""
    dispatched(town, decision("light"))
    town.act(Sign(dispatch=town.of("light").id, by="张工"), party="light")
    town.clock.advance(100 * HOUR)
    town.act(Report(dispatch=town.of("light").id, by="张工", text="好了"), party="light")

    names = [
        event.data.name for event in town.said() if getattr(event.data, "dispatch", "") == town.of("light").id
    ]
    assert ["clock.warned", "clock.overdue", "dispatch.reported"] == names[-3:]
    assert True is told(town, "dispatch.reported")[0].late
    assert [] == town.orders()


def test_clocks_of_an_urgent_class_follow_the_level(town):
    """A row for the level goes before the class (D1: 30 minutes for the urgent)."""
    urgent = Terms(
        handling="any",
        level="urgent",
        since=dt.date(2026, 1, 1),
        spans=spans(handle="2 hours", sign="10 minutes"),
    )
    quick = Town(town.database, dataclasses.replace(TABLES, classes=(*CLASSES, urgent)))
    kind = Classification(handling_class="commitment", category="其他", level="urgent")
    dispatched(quick, dataclasses.replace(by_class("light"), classification=kind))

    clocks = quick.clocks_of()
    assert [FILED + 2 * HOUR, FILED + HOUR / 6] == [clocks["handle"].due_at, clocks["sign"].due_at]


def test_d2_edits_replays_and_restarts_move_no_deadline_and_fire_nothing_twice(either):
    """Domain D2 as it stands: filed on 30 September at 17:00, five working days; two edits; every message once more; a restart."""
    dispatched(either)
    for action in (Sign, Progress):  # each changes the dispatch
        fields = {"text": "在办"} if action is Progress else {}
        either.act(action(dispatch=either.of("light").id, by="张工", **fields), party="light")
    either.file()
    either.decide(by_class("light"))
    assert at("2026-10-13 17:30") == either.clocks_of()["handle"].due_at == either.of("light").due_at
    assert go(either, "2026-10-12 17:30") == 1

    again = Town(Database(either.database.engine, RoutingUnit, clock=either.clock), either.tables)
    assert 0 == again.fire()
    assert go(again, "2026-10-20 09:00") == 1
    assert 0 == either.fire()
    assert [1, 1] == [
        len([one for one in told(again, name) if one.kind == "handle"])
        for name in ("clock.warned", "clock.overdue")
    ]
    assert 1 == len(again.orders())
