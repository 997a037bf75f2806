"""
Zoucheng: 「小事不出网格、大事不出社区」, and what comes again is worked on so that it does not come again.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from tests.plugins.districts.asked import ask, rules
from whistle.contracts.plugin import History
from whistle.contracts.timing import Span
from whistle.plugins.loader import load_packs
from whistle.plugins.terms import window_for

ZOUCHENG = ask("zoucheng")
COUNCIL = ("governance-office", "petition-office", "justice-office")


@pytest.mark.parametrize("title", ["单元门坏了", "邻居吵架", "想给老人开证明", "小区垃圾没人清"])
def test_a_small_matter_stays_in_its_grid(title: str) -> None:
    """S4-5: the grid that the place lies in leads, also for a place in one of its micro-grids."""
    decision = ZOUCHENG.route(title, grid="wwg10")
    grid = next(code for code in ZOUCHENG.facts.above("wwg10") if code.startswith("wg"))
    assert (grid, "immediate") == (
        ZOUCHENG.facts.party(decision.lead).grid,
        decision.classification.handling_class,
    )
    assert "S4-5 小事不出网格" == rules(decision)[0]


def test_every_grid_and_community_is_a_party() -> None:
    """S4-3: no blank area: each of the 150 grids has somebody who is asked."""
    wanted = {node.code for node in ZOUCHENG.facts.grid if node.kind in ("grid", "community")}
    led = {party.grid for party in ZOUCHENG.facts.parties if party.kind in ("grid", "community")}
    assert wanted == led - {None}


def test_a_big_matter_stays_in_the_community() -> None:
    """S4-5: what is major is led by the community, with whoever is responsible."""
    decision = ZOUCHENG.route("楼道堆放杂物存在安全隐患", grid="wg20")
    assert ("sq2-community", "S4-5 大事不出社区") == (decision.lead, rules(decision)[0])
    assert ("property-alliance",) == decision.co_handlers


def test_a_grid_that_gives_it_back_hands_it_to_the_community_or_who_is_responsible() -> None:
    """The same grid is not asked again."""
    past = History(lead="grid-20", returned_by=("grid-20",))
    decision = ZOUCHENG.escalate("returned", "单元门坏了", history=past, grid="wg20")
    assert "property-alliance" == decision.lead


@pytest.mark.parametrize(
    ("title", "history", "tags"),
    [
        ("全小区电梯反复停运", History(), ()),
        ("电梯停运", History(reopened=1), ()),
        ("电梯停运", History(), ("common-issue",)),
    ],
)
def test_a_common_request_gets_a_lasting_fix(title: str, history: History, tags: tuple[str, ...]) -> None:
    """S4-15, S4-21: said again, reopened, or linked to a common issue: the community and the joint consultation."""
    decision = ZOUCHENG.route(title, history=history, tags=tags, grid="wg20")
    assert ("sq2-community", "S4-15 共性诉求建立长效机制") == (decision.lead, rules(decision)[0])
    assert set(COUNCIL) <= set(decision.co_handlers)
    assert ("major", "report_up") == (decision.whistle_class, decision.classification.handling_class)


@pytest.mark.parametrize(("before", "lasting"), [(3, False), (4, True)])
def test_the_fifth_of_a_kind_from_a_grid_is_common_without_saying_so(before: int, lasting: bool) -> None:
    """S4-15: one kind does not recur: the platform counts, the resident need not know of the others."""
    usual = ZOUCHENG.route("电梯停运", grid="wg20")
    repeats = {usual.classification.category: before, "别的": 9}
    again = dataclasses.replace(ZOUCHENG, facts=dataclasses.replace(ZOUCHENG.facts, repeats=repeats))
    decision = again.route("电梯停运", grid="wg20")
    assert lasting == (rules(decision)[0] == "S4-15 共性诉求建立长效机制")
    assert not lasting or "90 天内本网格同类第 5 件" == decision.reasons[0].evidence


def test_an_urgent_matter_is_no_mechanism() -> None:
    """A gas leak that comes again is still a gas leak first."""
    decision = ZOUCHENG.route("楼道反复闻到煤气味,燃气泄漏", grid="wg20")
    assert ("gas-company", "urgent") == (decision.lead, decision.classification.level)


@pytest.mark.parametrize(("day", "thursday"), [(23, 26), (26, 26), (27, 3)])
def test_the_lawyer_sits_on_thursdays(day: int, thursday: int) -> None:
    """S4-16: who is to see the lawyer is told the next Thursday, today included."""
    now = dt.datetime(2026, 11, day, 2, 0, tzinfo=dt.UTC)
    on = dataclasses.replace(ZOUCHENG, facts=dataclasses.replace(ZOUCHENG.facts, now=now))
    decision = on.route("法院判决执行难")
    assert "lawyer" in decision.co_handlers
    (said,) = [reason.evidence for reason in decision.reasons if "律师坐班" in reason.rule]
    assert thursday == dt.date.fromisoformat(said[:10]).day


def test_a_petition_is_received_jointly() -> None:
    """S4-21: with the justice office, a lawyer and a psychologist."""
    decision = ZOUCHENG.route("多年积案,准备越级上访")
    assert ("petition-office", ("justice-office", "lawyer", "psychologist")) == (
        decision.lead,
        decision.co_handlers,
    )


def test_the_first_handler_stays_owner_when_the_resident_is_not_satisfied() -> None:
    """S4-19: 首办责任; the joint consultation comes to help, it does not take over."""
    past = History(lead="grid-20")
    decision = ZOUCHENG.escalate("dissatisfied", "单元门坏了", history=past, grid="wg20")
    assert "grid-20" == decision.lead
    assert set(COUNCIL) <= set(decision.co_handlers)


def test_what_belongs_to_a_department_goes_there() -> None:
    """The grid does not sit on what it cannot do."""
    assert "human-resources" == ZOUCHENG.route("拖欠农民工工资", grid="wg20").lead


def test_who_received_it_first_answers_for_it_so_returns_are_reviewed_and_ruled_upon() -> None:
    """S4-19: the duty desk reviews, the street rules; small matters are given back the same day, others within two."""
    tables = load_packs(["zoucheng"])["zoucheng"].tables
    returns, on = tables.returns, dt.date(2026, 11, 22)
    assert (True, "fushan-centre", "fushan-street") == (returns.review, returns.reviewer, returns.arbiter)
    spans = [window_for(tables.classes, handling, on=on) for handling in ("immediate", "commitment")]
    assert [Span(4 * 3600, "working_seconds"), Span(2, "working_days")] == spans
