"""Two returns end at the arbiter, and the ruling is kept (domain D3, S4-19); on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.routing.returning.hands import (
    DAYS,
    HOUR,
    NEXT,
    NO,
    change,
    give_back,
    refusals,
    report,
    returned_twice,
    told,
    whole,
    with_tables,
)
from tests.integration.routing.town import NOON, decision
from whistle.contracts import Urge
from whistle.errors import Invalid, NotAllowedNow, StaleVersion
from whistle.plugins.returns import Returns
from whistle.plugins.tables import Rule
from whistle_routing import handlers
from whistle_routing.handlers.returning.precedents import Equal, Ruling
from whistle_routing.handlers.returning.ruling import rule
from whistle_routing.store import decisions


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
