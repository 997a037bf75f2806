"""More time for a party and for the whole case; on both databases."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from tests.integration.routing.returning.hands import (
    DAYS,
    HOUR,
    NO,
    change,
    give_back,
    refusals,
    report,
    told,
    whole,
    with_tables,
)
from tests.integration.routing.town import HOURS, NOON, Town, decision
from whistle.contracts import Extend
from whistle.contracts.timing import Span
from whistle.errors import NotAllowedNow, OwnRequest
from whistle.plugins.returns import Returns
from whistle.plugins.terms import Terms
from whistle_routing import handlers
from whistle_routing.handlers.returning.extending import decide_extension

GROWING = (
    Terms(
        handling="commitment",
        since=dt.date(2026, 1, 1),
        spans={"handle": Span(5, "working_days")},
        extension=Span(3, "working_days"),
    ),
)


def growing(town: Town) -> Town:
    town = with_tables(town, classes=GROWING)
    town.file(NO)
    town.decide(dataclasses.replace(decision("light"), handle_hours=None))
    return town


def ask(town: Town, span: str, party: str = "light") -> None:
    town.act(Extend(dispatch=town.of(party).id, by="张工", span=span, reason="停电施工"), party=party)


def fired_of(town: Town, clock: str) -> list[str]:
    return [
        event.data.name
        for event in town.said()
        if event.data.name in ("clock.warned", "clock.overdue") and event.data.clock == clock
    ]


def explained(town: Town, clock: Any) -> str:
    with town.database.read() as unit:
        found = handlers.explain_clock(unit, clock, tools=town.tools)
        return "".join(step.zh for step in found.steps)


def test_an_extension_is_asked_for_by_the_party_and_allowed_by_somebody_else(town):
    """The clock moves when it is allowed; what was asked for stands in the request; the limit of the class holds in all."""
    town = growing(town)
    due = town.of("light").due_at
    ask(town, "3 个工作日")
    (plea,) = town.pleas(NO)
    assert ("extension", "open", 3, due) == (plea.kind, plea.state, plea.amount, town.of("light").due_at)
    with pytest.raises(OwnRequest):
        change(town, decide_extension, plea, grant=True, by="张工", reason="同意")
    change(town, decide_extension, plea, grant=True, by="李主任", reason="同意")
    (moved,) = told(town, "dispatch.extended")
    assert (due, "张工", "李主任") == (moved.was_due_at, moved.by, moved.approved_by)
    assert moved.due_at == town.of("light").due_at > due
    assert None is town.of("light").plea
    ask(town, "1 个工作日")
    assert ("not-allowed-now", True) == (
        refusals(town, "light")[-1][0],
        "延期合计不得超过 3 个工作日" in refusals(town, "light")[-1][1],
    )


def test_what_was_asked_in_time_is_allowed_after_the_deadline_and_counts_from_there(town):
    """
    The red of the meantime stays on record; the supervision order is closed with a reason of its own; who reports by the new
    deadline is in time, and nothing fires for the old one again.
    """
    town = growing(town)
    due = town.of("light").due_at
    ask(town, "2 working days")
    town.clock.advance(due + 64 * HOUR - town.clock.now())
    town.fire()
    assert ["overdue"] == [one.cause for one in town.orders() if one.dispatch]
    change(town, decide_extension, town.pleas(NO)[0], grant=True, by="李主任", reason="同意")
    (moved,) = told(town, "dispatch.extended")
    (clock,) = [one for one in town.everything()[3] if one.kind == "handle"]
    (closed,) = [one for one in told(town, "supervision.closed") if one.dispatch]
    assert (due, town.pleas(NO)[0].opened_at, "extended") == (
        moved.was_due_at,
        moved.asked_at,
        closed.outcome,
    )
    assert (
        town.tools.timetable("mawei").later(due, 2, "working_days") == town.of("light").due_at == moved.due_at
    )
    assert (["clock.warned", "clock.overdue"], 0) == (fired_of(town, clock.id), town.fire())
    assert "自原到期时刻起算" in explained(town, clock)
    report(town, "light")
    assert [False] == [one.late for one in told(town, "dispatch.reported")]


def test_time_that_is_over_as_well_leaves_the_order(town):
    """Allowed a month late: the deadline is the one it would have been, and that has passed."""
    town = growing(town)
    ask(town, "2 working days")
    town.clock.advance(30 * DAYS)
    town.fire()
    change(town, decide_extension, town.pleas(NO)[0], grant=True, by="李主任", reason="同意")
    assert town.of("light").due_at < town.clock.now()
    assert ["open"] == [one.state for one in town.orders() if one.dispatch]
    assert 0 == town.fire()


def test_who_should_decide_on_more_time_is_late_as_well(town):
    """The question has a deadline, told to who decides; it goes yellow and red, and is over with the answer."""
    town = growing(town)
    ask(town, "2 working days")
    (plea,) = town.pleas(NO)
    assert plea.due_at == town.clocks_of()["review"].due_at == told(town, "dispatch.pleaded")[0].due_at
    town.clock.advance(plea.due_at + 3 * DAYS - town.clock.now())
    town.fire()
    assert ["clock.warned", "clock.overdue"] == fired_of(town, plea.id)
    assert [(plea.decider, None)] == [(one.party, one.dispatch) for one in town.orders()]
    change(town, decide_extension, plea, grant=False, by="李主任", reason="理由不足")
    assert ("stopped", ["closed"]) == (town.clocks_of()["review"].state, [one.state for one in town.orders()])


def test_after_the_deadline_nobody_asks(town):
    """Neither the party, nor staff for it."""
    town = growing(town)
    town.clock.advance(30 * DAYS)
    town.fire()
    ask(town, "2 working days")
    assert "时限已到" in refusals(town, "light")[-1][1]
    with pytest.raises(NotAllowedNow, match="时限已到"):
        town.move(
            handlers.extend_clock, span=Span(2, "working_days"), by="张工", approved_by="李主任", reason="-"
        )


def test_a_declined_extension_leaves_the_deadline(town):
    """The party is told why; it may ask once more."""
    town = growing(town)
    due = town.of("light").due_at
    ask(town, "2 working days")
    change(town, decide_extension, town.pleas(NO)[0], grant=False, by="李主任", reason="理由不足")
    declined = town.said(to="light")[-1].data
    assert ("dispatch.declined", "extension", "理由不足") == (declined.name, declined.kind, declined.reason)
    assert (due, None) == (town.of("light").due_at, town.of("light").plea)
    ask(town, "1 working day")
    assert ["declined", "open"] == [one.state for one in town.pleas(NO)]


@pytest.mark.parametrize(
    ("span", "code", "words"),
    [
        ("soon", "invalid", "延期须写明时长"),
        ("24 hours", "not-allowed-now", "同一单位"),
        ("4 working days", "not-allowed-now", "不得超过 3 个工作日"),
    ],
)
def test_an_extension_that_could_not_be_allowed_is_refused_at_once(town, span, code, words):
    """Nothing waits for anybody."""
    town = growing(town)
    ask(town, span)
    ((found, reason),) = refusals(town, "light")
    assert (code, []) == (found, town.pleas(NO))
    assert words in reason


def test_one_question_at_a_time_and_none_after_the_end(town):
    """A second request, and one about work that is done."""
    town = growing(town)
    ask(town, "1 working day")
    ask(town, "1 working day")
    assert "under-review" == refusals(town, "light")[-1][0]
    report(town, "light")
    ask(town, "1 working day")
    assert ("not-allowed-now", "withdrawn") == (refusals(town, "light")[-1][0], town.pleas(NO)[0].state)


def test_more_time_for_who_leads_is_more_time_for_the_whole_case_and_stays_so(town):
    """The next lead goes on from the extended deadline, and the limit counts across hands."""
    town = growing(town)
    give_back(town, "light")
    town.decide(dataclasses.replace(decision("water"), handle_hours=None))
    ask(town, "3 working days", party="water")
    change(town, decide_extension, town.pleas(NO)[0], grant=True, by="李主任", reason="同意")
    assert town.of("water").due_at == whole(town).due_at
    give_back(town, "water")
    town.rule(NO, "park")
    assert (whole(town).due_at, 3) == (town.of("park").due_at, whole(town).extended)
    ask(town, "1 working day", party="park")
    assert "不得超过 3 个工作日" in refusals(town, "park")[-1][1]


def test_the_clock_of_the_whole_case_is_moved_with_its_lead_s_only(town):
    """Moving it by itself is refused, with what to do instead."""
    town = growing(town)
    give_back(town, "light")
    town.decide(dataclasses.replace(decision("water"), handle_hours=None))
    with pytest.raises(NotAllowedNow, match="随主办单位"):
        change(
            town,
            handlers.extend_clock,
            whole(town),
            Span(1, "working_days"),
            by="a",
            approved_by="b",
            reason="x",
        )


@pytest.mark.parametrize(
    ("least", "left"), [(None, 0), (Span(3600, "seconds"), 1), (Span(10**6, "seconds"), HOURS)]
)
def test_a_district_may_leave_whoever_gets_it_late_some_time(town, least, left):
    """``least`` moves the deadline of that party only, and never beyond what a first dispatch would have."""
    town = with_tables(town, returns=Returns(least=least))
    town.file(NO)
    town.decide(decision("light"))
    town.clock.advance(HOURS * HOUR)
    give_back(town, "light")
    town.decide(decision("water"))
    assert NOON + HOURS * HOUR == whole(town).due_at
    assert left * HOUR == town.of("water").due_at - town.clock.now()
