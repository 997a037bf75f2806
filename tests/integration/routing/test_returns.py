"""Work that changes hands (domain D3, S4-19): windows, reviews, rulings, precedents, recalls, extensions; on both databases."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from tests.integration.routing.town import DESK, HOURS, NOON, TABLES, Town, decision
from whistle.contracts import Arrive, Extend, FirstContact, Report, Return, Sign, Urge
from whistle.contracts.timing import Span
from whistle.errors import Invalid, NotAllowedNow, OwnRequest, StaleVersion
from whistle.plugins.returns import Returns
from whistle.plugins.tables import Rule
from whistle.plugins.terms import Terms
from whistle_routing import handlers
from whistle_routing.handlers.returning.extending import decide_extension
from whistle_routing.handlers.returning.giving_back import decide_return
from whistle_routing.handlers.returning.precedents import Equal, Ruling, revoke
from whistle_routing.handlers.returning.recalling import recall
from whistle_routing.handlers.returning.ruling import rule
from whistle_routing.store import decisions

NO, NEXT = "26-00001-1", "26-00002-2"
BASIS = "《城市道路照明管理规定》第四条"
HOUR = dt.timedelta(hours=1)
DAYS = 24 * HOUR


def with_tables(town: Town, **changes: Any) -> Town:
    """The same town by other tables."""
    return Town(town.database, dataclasses.replace(TABLES, **changes))


def give_back(town: Town, party: str, *, basis: str = BASIS, **more: Any) -> str:
    return town.act(Return(dispatch=town.of(party).id, by="张工", basis=basis, **more), party=party)


def report(town: Town, party: str) -> None:
    if town.of(party).state == "sent":
        town.act(Sign(dispatch=town.of(party).id, by="张工"), party=party)
    town.act(Report(dispatch=town.of(party).id, by="张工", text="好了"), party=party)


def returned_twice(town: Town) -> None:
    """The first lead and the second give the case back."""
    town.file(NO)
    town.decide(decision("light"))
    give_back(town, "light")
    town.decide(decision("water"))
    give_back(town, "water")


def whole(town: Town, no: str = NO) -> Any:
    (clock,) = [
        one
        for one in town.everything()[3]
        if one.case_no == no and one.kind == "handle" and one.dispatch is None
    ]
    return clock


def refusals(town: Town, party: str) -> list[tuple[str, str]]:
    return [
        (event.data.code, event.data.reason)
        for event in town.said(to=party)
        if event.data.name == "dispatch.refused"
    ]


def change(town: Town, act: Any, about: Any, *args: Any, **how: Any) -> Any:
    """Do something with a plea, a dispatch or a clock, as it is stored now."""
    with town.database.write() as unit, unit.step():
        kept = {"Plea": unit.pleas, "Dispatch": unit.dispatches, "Clock": unit.clocks}
        now = kept[type(about).__name__].get(about.id)
        return act(unit, now, *args, tools=town.tools, **how)


def told(town: Town, name: str) -> list[Any]:
    return [event.data for event in town.said() if event.data.name == name]


# --- D3 -------------------------------------------------------------------------------------------------------------------


def test_two_returns_by_two_units_end_at_the_arbiter_and_the_ruling_routes_the_next_equal_case(town):
    """D3: a ruling task with its own clock, no third bounce, the whole case's clock unbroken, a precedent for the next."""
    rules = (Rule(id="lamps", lead="light", category="其他", keywords=("路灯", "水管")),)
    town = with_tables(town, rules=rules, returns=Returns(arbiter="office"))
    town.router.keeps = True
    town.file(NO)
    town.decide(decision("light"))
    first = town.clocks_of(NO)["handle"]
    town.clock.advance(HOUR)
    give_back(town, "light")
    town.decide(decision("water"))
    town.clock.advance(HOUR)
    give_back(town, "water")

    (task,) = town.pleas(NO)
    assert ("ruling", "open", "office", "water", 2) == (
        task.kind,
        task.state,
        task.decider,
        task.party,
        town.job(NO).hops,
    )
    assert ("ruling", "light") == (town.job(NO).state, town.job(NO).owner)
    assert ("running", "office") == (town.clocks_of(NO)["ruling"].state, town.clocks_of(NO)["ruling"].party)

    ruled = town.rule(NO, "light", equal=Equal())
    assert ("routed", "light", "ruled") == (
        town.job(NO).state,
        town.job(NO).lead,
        town.of("light").bound,
    )
    give_back(town, "light")
    assert ("already-ruled", "routed") == (refusals(town, "light")[-1][0], town.job(NO).state)
    assert (first.started_at, first.due_at) == (whole(town).started_at, whole(town).due_at)
    assert {first.due_at} == {one.due_at for one in town.everything()[1]}

    town.file(NEXT)
    town.decide(decision("park"))
    (row,) = [row for row in town.all(decisions) if row.case_no == NEXT]
    assert ("light", "person", f"precedent.{ruled.precedent}") == (
        town.job(NEXT).lead,
        row.source,
        row.decision["reasons"][0]["rule"],
    )
    assert "test" == row.decision["reasons"][1]["rule"]


def test_whoever_received_it_first_owns_it_to_the_end(town):
    """Across returns and the ruling; it hears what becomes of the case, and may urge who has it; nobody else may."""
    returned_twice(town)
    town.rule(NO, "park")
    assert "light" == town.job(NO).owner
    assert {"dispatch.returned", "dispatch.ruled", "clock.started"} <= {
        event.data.name for event in town.said(to="light")
    }
    town.act(Urge(dispatch=town.of("park").id, by="李主任", text="请抓紧"), party="light")
    assert [("light", "park")] == [(one.owner, one.party) for one in told(town, "dispatch.urged")]
    assert "dispatch.urged" in [event.data.name for event in town.said(to="park")]
    town.act(Urge(dispatch=town.of("park").id, by="张工", text="请抓紧"), party="water")
    assert "forbidden" == refusals(town, "water")[-1][0]
    report(town, "park")
    assert ("done", "light") == (town.job(NO).state, town.job(NO).owner)
    town.act(Urge(dispatch=town.of("park").id, by="李主任", text="请抓紧"), party="light")
    assert "not-allowed-now" == refusals(town, "light")[-1][0]


def test_the_whole_case_s_clock_goes_from_hand_to_hand_and_stops_with_the_last_report(town):
    """It has the first dispatch's start and deadline, yellow and red once, its owner to warn, and is explained."""
    returned_twice(town)
    town.clock.advance(HOUR)
    town.rule(NO, "park")
    town.clock.advance(8 * HOUR)
    town.fire()
    town.fire()
    assert "warned" == whole(town).state
    with town.database.read() as unit:
        explained = handlers.explain_clock(unit, whole(town), tools=town.tools)
        second = handlers.explain_clock(unit, unit.clocks.get(town.of("park").id), tools=town.tools)
    assert any("不中断、不重新计时" in step.zh for step in explained.steps)
    assert any("延续整件时限" in step.zh for step in second.steps)
    report(town, "park")
    assert ("stopped", False) == (whole(town).state, whole(town).late)
    warned = [one.clock for one in told(town, "clock.warned")]
    assert len(warned) == len(set(warned))
    assert whole(town).id in warned


def test_the_owner_is_supervised_for_the_whole_case_until_it_is_done(town):
    """Red for who has the work, and red for who answers for it; both orders end with the report."""
    returned_twice(town)
    town.rule(NO, "park")
    town.clock.advance(2 * DAYS)
    town.fire()
    assert {("park", "open"), ("light", "open")} == {(one.party, one.state) for one in town.orders(NO)}
    report(town, "park")
    assert {"done"} == {one.outcome for one in town.orders(NO)}


def test_of_two_arbiters_at_once_one_rules(towns):
    """The other's word is about something that has changed meanwhile, and is taken back whole."""
    first, second = towns[:2]
    returned_twice(first)
    (plea,) = first.pleas(NO)

    def overtaken(unit: Any, about: Any, **how: Any) -> None:
        rule(unit, about, Ruling(party="light", reason="-", by="甲"), **how)
        second.rule(NO, "park")

    with pytest.raises(StaleVersion):
        change(first, overtaken, plea)
    assert ("park", 1) == (first.job(NO).lead, first.names().count("dispatch.ruled"))


def test_a_ruling_holds_in_the_next_round_and_its_reasons_are_in_the_trace(town):
    """Dissatisfied: whom the arbiter named leads again, whatever the rules say, and cannot return it."""
    returned_twice(town)
    ruled = town.rule(NO, "park")
    report(town, "park")
    town.reopen(NO, 2)
    town.decide(decision("light"))
    assert ("park", 2) == (town.job(NO).lead, town.of("park").round)
    give_back(town, "park")
    assert "already-ruled" == refusals(town, "park")[-1][0]
    assert f"ruling.{ruled.id}" == town.all(decisions)[-1].decision["reasons"][0]["rule"]


def test_the_arbiter_may_name_who_is_at_work_as_co_handler(town):
    """It leads by the work that it has, and may not return it."""
    town.file(NO)
    town.decide(decision("light", "park"))
    give_back(town, "light")
    town.decide(decision("water"))
    give_back(town, "water")
    town.rule(NO, "park")
    assert ("lead", "ruled", 3) == (
        town.of("park").role,
        town.of("park").bound,
        len(town.everything()[1]),
    )


def test_a_ruling_is_given_once_and_to_a_party_that_exists(town):
    """Unknown party, precedent that has ended or says nothing, second ruling: refused, and nothing changed."""
    returned_twice(town)
    before = town.everything()
    with pytest.raises(Invalid, match="没有单位 nobody"):
        town.rule(NO, "nobody")
    with pytest.raises(Invalid, match="失效时间已过"):
        town.rule(NO, "park", equal=Equal(), until=NOON - DAYS)
    with pytest.raises(Invalid, match="至少写明"):
        town.rule(NO, "park", equal=Equal(category="", keywords=()))
    assert before == town.everything()
    plea = town.rule(NO, "park")
    with pytest.raises(NotAllowedNow, match="不能再决定"):
        change(town, rule, plea, Ruling(party="light", reason="再裁", by="仲裁员"))


def test_a_case_that_is_closed_while_the_arbiter_thinks_needs_no_ruling(town):
    """The task is withdrawn, its clock stopped."""
    returned_twice(town)
    town.closing(NO, 1)
    (task,) = town.pleas(NO)
    assert ("withdrawn", "stopped") == (task.state, town.clocks_of(NO)["ruling"].state)


# --- windows and bases ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "later", "code"),
    [
        ((), 2 * DAYS + 5 * HOUR, None),  # until Tuesday's close by the default of two working days
        ((), 2 * DAYS + 6 * HOUR, "return-window-closed"),
        (
            (Terms(handling="commitment", since=dt.date(2026, 1, 1), returning=Span(3600, "seconds")),),
            HOUR,
            None,
        ),
        (
            (Terms(handling="commitment", since=dt.date(2026, 1, 1), returning=Span(3600, "seconds")),),
            HOUR + dt.timedelta(seconds=1),
            "return-window-closed",
        ),
        (
            (
                Terms(handling="any", since=dt.date(2026, 1, 1), returning=Span(3600, "seconds")),
                Terms(handling="any", since=dt.date(2026, 11, 23), returning=Span(9, "working_days")),
            ),
            2 * HOUR,
            "return-window-closed",
        ),
    ],
    ids=["in time", "too late", "class in time", "class too late", "a later row does not count yet"],
)
def test_work_is_given_back_only_within_its_window(town, rows, later, code):
    """By the row in force on the day of the dispatch and the district's calendar; the refusal says until when."""
    town = with_tables(town, classes=rows, hours={"commitment": 1000.0})
    town.file(NO)
    town.decide(dataclasses.replace(decision("light"), handle_hours=1000.0))
    town.clock.advance(later)
    give_back(town, "light")
    if code is None:
        assert ("returned", []) == (town.of("light").state, refusals(town, "light"))
        return
    ((found, reason),) = refusals(town, "light")
    assert (code, "sent") == (found, town.of("light").state)
    assert "could be returned until" in reason


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({"basis": "不归我管"}, "no-legal-basis", "三定规定"),
        ({"basis": "没有办法处理,无法办理"}, "no-legal-basis", "文号"),
        ({"suggested": "nobody"}, "invalid", "没有单位 nobody"),
        ({"suggested": "light"}, "invalid", "不能是本单位自己"),
    ],
)
def test_a_return_needs_a_rule_and_may_suggest_another_party(town, more, code, words):
    """What is wrong is told to whoever sent it; the dispatch stays."""
    town.file(NO)
    town.decide(decision("light"))
    give_back(town, "light", **more)
    ((found, reason),) = refusals(town, "light")
    assert (code, "sent") == (found, town.of("light").state)
    assert words in reason


def test_what_is_suggested_reaches_the_rules_and_everybody(town):
    """The district's plugin reads it with the basis; the message has it."""
    town.file(NO)
    town.decide(decision("light"))
    give_back(town, "light", suggested="water")
    assert "建议转派 / suggested: water" in town.job(NO).trigger_detail
    assert [("water", 1)] == [(one.suggested, one.hop) for one in told(town, "dispatch.returned")]


def test_who_is_on_site_does_not_return_any_more(town):
    """Arrived is taken on."""
    town.file(NO)
    town.decide(decision("light"))
    for action in (Sign, Arrive):
        town.act(action(dispatch=town.of("light").id, by="张工"), party="light")
    give_back(town, "light")
    assert "not-allowed-now" == refusals(town, "light")[-1][0]


# --- reviews --------------------------------------------------------------------------------------------------------------


def reviewing(town: Town) -> Town:
    town = with_tables(town, returns=Returns(review=True, reviewer="office"))
    town.file(NO)
    town.decide(decision("light"))
    give_back(town, "light", suggested="water")
    return town


def test_a_return_waits_for_its_review_while_the_clock_runs(town):
    """The dispatch stands; the reviewer has a task with its own clock; a second return is refused."""
    town = reviewing(town)
    (plea,) = town.pleas(NO)
    assert ("return", "open", "office", "water") == (plea.kind, plea.state, plea.decider, plea.suggested)
    assert {"handle": "running", "review": "running"} == {
        kind: clock.state for kind, clock in town.clocks_of(NO).items()
    }
    assert plea.due_at == town.clocks_of(NO)["review"].due_at
    give_back(town, "light")
    assert ("under-review", 0) == (refusals(town, "light")[-1][0], town.job(NO).hops)


def test_a_declined_return_leaves_everything_as_it_was(town):
    """The dispatch and its deadline stand, and the party may not ask again."""
    town = reviewing(town)
    due = town.of("light").due_at
    (plea,) = town.pleas(NO)
    change(town, decide_return, plea, grant=False, by="审核员", reason="确属贵单位")
    assert ("sent", due, "declined", None) == (
        town.of("light").state,
        town.of("light").due_at,
        town.of("light").bound,
        town.of("light").plea,
    )
    assert "dispatch.declined" == town.said(to="light")[-1].data.name
    give_back(town, "light")
    assert ("return-declined", "routed") == (refusals(town, "light")[-1][0], town.job(NO).state)
    with pytest.raises(NotAllowedNow, match="已驳回"):
        change(town, decide_return, town.pleas(NO)[0], grant=True, by="另一人", reason="重审")


@pytest.mark.parametrize("to", ["", "park"])
def test_an_accepted_return_sends_the_case_on(town, to):
    """By the rules, or to whom the reviewer names; the party is told, the clock of the review stops."""
    town = reviewing(town)
    (plea,) = town.pleas(NO)
    change(town, decide_return, plea, grant=True, by="审核员", reason="属实", to=to)
    if not to:
        town.decide(decision("water"))
    assert (to or "water", "returned", "stopped") == (
        town.job(NO).lead,
        town.of("light").state,
        town.clocks_of(NO)["review"].state,
    )
    assert [("审核员", 1)] == [(one.accepted_by, one.hop) for one in told(town, "dispatch.returned")]
    assert "dispatch.returned" in [event.data.name for event in town.said(to="light")]


def test_the_reviewer_cannot_send_it_back_to_whoever_returned_it(town):
    """That is what declining is for."""
    town = reviewing(town)
    with pytest.raises(Invalid, match="不能是本单位自己"):
        change(town, decide_return, town.pleas(NO)[0], grant=True, by="审核员", reason="x", to="light")


def test_who_reports_meanwhile_has_no_return_left(town):
    """The work is done: the review is withdrawn."""
    town = reviewing(town)
    report(town, "light")
    assert ("done", "withdrawn", "stopped") == (
        town.job(NO).state,
        town.pleas(NO)[0].state,
        town.clocks_of(NO)["review"].state,
    )


# --- recalls --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["", "park"])
def test_a_recalled_dispatch_ends_and_the_case_goes_elsewhere(town, to):
    """The party is told and not asked again; its clocks stop, the case's runs on; who had it by mistake does not own it."""
    town.file(NO)
    town.decide(decision("light"))
    first = town.clocks_of(NO)["handle"]
    town.clock.advance(HOUR)
    change(town, recall, town.of("light"), by="李主任", reason="误派", to=to)
    assert ("recalled", "stopped") == (town.of("light").state, stopped(town, "light"))
    assert "dispatch.recalled" == town.said(to="light")[-1].data.name
    if not to:
        assert (None, DESK) == (town.job(NO).owner, whole(town).party)
        town.decide(decision("light"))
        assert DESK == town.job(NO).lead
    lead = to or DESK
    assert (lead, lead, 0) == (town.job(NO).lead, town.job(NO).owner, town.job(NO).hops)
    assert (first.due_at, lead) == (whole(town).due_at, whole(town).party)
    town.act(Sign(dispatch=town.of("light").id, by="张工"), party="light")
    assert "not-allowed-now" == refusals(town, "light")[-1][0]


def stopped(town: Town, party: str) -> str:
    ident = town.of(party).id
    return str(next(one.state for one in town.everything()[3] if one.id == ident))


def test_a_recalled_co_handler_leaves_the_lead_at_work(town):
    """Or is replaced by whoever is named."""
    town.file(NO)
    town.decide(decision("light", "water"))
    change(town, recall, town.of("water"), by="李主任", reason="误派", to="park")
    assert ("co", "routed", "light") == (town.of("park").role, town.job(NO).state, town.job(NO).owner)
    change(town, recall, town.of("park"), by="李主任", reason="误派")
    report(town, "light")
    assert "done" == town.job(NO).state


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"to": "nobody"}, Invalid, "没有单位 nobody"),
        ({"to": "light"}, Invalid, "不能是本单位自己"),
    ],
)
def test_a_recall_names_another_party(town, how, error, words):
    """Or nobody."""
    town.file(NO)
    town.decide(decision("light"))
    with pytest.raises(error, match=words):
        change(town, recall, town.of("light"), by="李主任", reason="误派", **how)
    assert "sent" == town.of("light").state


def test_what_has_ended_is_not_recalled(town):
    """The refusal says how it ended."""
    town.file(NO)
    town.decide(decision("light"))
    report(town, "light")
    with pytest.raises(NotAllowedNow, match="已上报办结,不能撤回"):
        change(town, recall, town.of("light"), by="李主任", reason="误派")


# --- extensions -----------------------------------------------------------------------------------------------------------

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


# --- first contact --------------------------------------------------------------------------------------------------------


def test_the_first_contact_is_stamped_once(town):
    """S4-20: its clock stops; unsigned or again it is refused."""
    terms = (
        Terms(handling="any", since=dt.date(2026, 1, 1), spans={"first_contact": Span(86400, "seconds")}),
    )
    town = with_tables(town, classes=terms)
    town.file(NO)
    town.decide(decision("light"))
    contact = FirstContact(dispatch=town.of("light").id, by="张工", text="电话13812345678,约明早")
    town.act(contact, party="light")
    town.act(Sign(dispatch=town.of("light").id, by="张工"), party="light")
    town.clock.advance(HOUR)
    town.act(contact, party="light")
    town.act(contact, party="light")
    assert [
        ("first_contact", "not-allowed-now"),
        ("sign", None),
        ("first_contact", None),
        ("first_contact", "not-allowed-now"),
    ] == town.actions()
    assert (NOON + HOUR, "stopped") == (
        town.of("light").contacted_at,
        town.clocks_of(NO)["first_contact"].state,
    )
    assert ["电话138****5678,约明早"] == [one.text for one in told(town, "dispatch.contacted")]


# --- precedents -----------------------------------------------------------------------------------------------------------


def precedent(town: Town, **equal: Any) -> str:
    returned_twice(town)
    return str(town.rule(NO, "park", equal=Equal(**equal)).precedent)


@pytest.mark.parametrize(
    ("equal", "lead"),
    [
        ({"keywords": ()}, "park"),  # the category of the case itself
        ({"category": "其他", "keywords": ()}, "park"),
        ({"category": "其", "keywords": ()}, "light"),
        ({"category": "", "keywords": ("路灯",)}, "park"),
        ({"category": "", "keywords": ("水管",)}, "light"),
        ({"category": "其他", "keywords": ("水管",)}, "light"),
        ({"category": "", "keywords": (), "place_kind": "district"}, "light"),
    ],
)
def test_which_case_is_equal(town, equal, lead):
    """Everything that the precedent names must hold: category or below, one of the words, the kind of place."""
    town.router.keeps = True
    precedent(town, **equal)
    town.file(NEXT)
    town.decide(decision("light"))
    assert lead == town.job(NEXT).lead


def test_a_revoked_precedent_routes_nothing_any_more_and_is_not_revoked_twice(town):
    """It stays on record with who and why; another process follows with its next batch."""
    town.router.keeps = True
    ident = precedent(town, keywords=())
    town.file(NEXT)
    town.decide(decision("light"))
    with town.database.write() as unit, unit.step():
        revoke(unit, unit.precedents.get(ident), by="李主任", why="机构改革,职责已划转")
    town.file("26-00003-3")
    town.decide(decision("light"))
    assert ("park", "light") == (town.job(NEXT).lead, town.job("26-00003-3").lead)
    with pytest.raises(NotAllowedNow, match="已由 李主任 撤销"), town.database.write() as unit, unit.step():
        revoke(unit, unit.precedents.get(ident), by="x", why="x")
    with town.database.read() as unit:
        assert [] == unit.list_precedents(districts=None, whole=False, after="", limit=9)
        assert [ident] == [
            one.id for one in unit.list_precedents(districts=None, whole=True, after="", limit=9)
        ]


def test_a_precedent_ends_when_it_says(town):
    """From ``since`` on, before ``until``."""
    town.router.keeps = True
    returned_twice(town)
    town.rule(NO, "park", equal=Equal(keywords=()), until=NOON + DAYS)
    town.clock.advance(DAYS)
    town.file(NEXT)
    town.decide(decision("light"))
    assert "light" == town.job(NEXT).lead


def test_who_is_sent_a_case_by_a_precedent_may_return_it(town):
    """A precedent is a rule of routing; only a ruling about the very case binds."""
    town.router.keeps = True
    precedent(town, keywords=())
    town.file(NEXT)
    town.decide(decision("light"))
    give_back(town, "park")
    town.decide(decision("light"))
    assert ("light", "park", 1) == (town.job(NEXT).lead, town.job(NEXT).owner, town.job(NEXT).hops)
