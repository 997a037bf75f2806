"""
The same sixty cases in five districts: five different routings, each with its reasons, each that of its own account.
"""

from __future__ import annotations

import itertools
from functools import cache

import pytest

from tests.plugins.districts.asked import FIVE, ask, rules
from tests.plugins.districts.sixty import SIXTY
from whistle.contracts.plugin import Decision

HOMES = {
    "huantai": "jinqiu-1",
    "mawei": "maxian-3",
    "qingfeng": "hebin-huayuan-wg",
    "gaochang": "laochenglu-1",
    "zoucheng": "wg20",
}
"""Where each district's resident lives."""


@cache
def decided(district: str) -> tuple[Decision, ...]:
    """What the district says about the sixty."""
    return tuple(ask(district).route(title, text, grid=HOMES[district]) for title, text in SIXTY)


def shape(district: str, decision: Decision) -> object:
    """A decision without the names that each district has of its own: kinds of parties, whistle, handling class."""
    kind = ask(district).kind
    joining = frozenset(map(kind, decision.co_handlers))
    return kind(decision.lead), joining, decision.whistle_class, decision.classification.handling_class


def test_there_are_sixty_different_cases() -> None:
    """No case is there twice."""
    assert 60 == len(set(SIXTY))


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(FIVE, 2)))
def test_any_two_districts_decide_differently(one: str, other: str) -> None:
    """Of sixty cases at least a third go to other kinds of parties, by another whistle, or in another class."""
    pairs = zip(decided(one), decided(other), strict=True)
    different = sum(shape(one, mine) != shape(other, theirs) for mine, theirs in pairs)
    assert different >= 20


@pytest.mark.parametrize("district", FIVE)
def test_every_decision_is_explained_and_valid(district: str) -> None:
    """Rule, evidence and confidence; and it is one that routing accepts."""
    known = {party.id for party in ask(district).facts.parties}
    for decision in decided(district):
        assert decision == Decision.from_json(decision.to_json(), known=known)
        assert all(reason.rule and reason.evidence for reason in decision.reasons)


@pytest.mark.parametrize("district", FIVE)
def test_few_cases_are_left_to_the_duty_desk(district: str) -> None:
    """The tables know nine of ten; the last resort stays one."""
    left = [
        decision for decision in decided(district) if decision.lead == ask(district).pack.tables.duty_desk
    ]
    assert len(left) <= 6


@pytest.mark.parametrize("district", FIVE)
def test_the_order_of_the_cases_changes_nothing(district: str) -> None:
    """A plugin keeps nothing from one case to the next."""
    asked = ask(district)
    again = [asked.route(title, text, grid=HOMES[district]) for title, text in SIXTY[::-1]][::-1]
    assert list(decided(district)) == again


SPOKEN = {
    "huantai": {"S0-3 超出社区职责,由社区上报", "S0-17 社区直接解决", "S0-18 联系专营部门", "S0-8 立即接件"},
    "qingfeng": {"S2-5 小区协商议事群", "S2-5 片长牵头", "S2-5 片长跟进"},
    "zoucheng": {
        "S4-5 小事不出网格",
        "S4-5 大事不出社区",
        "S4-15 共性诉求建立长效机制",
        "S4-16 周四律师坐班",
    },
}


@pytest.mark.parametrize("district", SPOKEN)
def test_the_mechanisms_of_the_account_speak(district: str) -> None:
    """Among sixty cases each of them has been the reason at least once."""
    said = {rule for decision in decided(district) for rule in rules(decision) if rule.startswith("S")}
    assert SPOKEN[district] == said


def test_mawei_uses_its_five_classes() -> None:
    """S1-10: all five, as nature, powers and difficulty say."""
    assert {"immediate", "supplement", "commitment", "suggestion", "report_up"} == {
        decision.classification.handling_class for decision in decided("mawei")
    }
