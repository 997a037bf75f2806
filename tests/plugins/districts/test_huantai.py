"""
Huantai: 社区工作者「多多嘴」、居民「少跑腿」 — the community first, and what exceeds its powers goes upward through it.
"""

from __future__ import annotations

import pytest

from tests.plugins.districts.asked import ask, rules
from whistle.contracts.plugin import History

HUANTAI = ask("huantai")
UTILITIES = {"water", "drainage", "electricity", "heating", "gas", "telecom", "broadcast"}


def test_every_kind_of_responder_is_there() -> None:
    """S0-18: property companies, contractors, and seven kinds of utilities, water, electricity, heating and gas among them."""
    kinds = {party.kind for party in HUANTAI.facts.parties}
    assert {"property", "contractor", *UTILITIES} <= kinds


@pytest.mark.parametrize(
    ("title", "grid", "lead"),
    [
        ("单元门禁坏了", "jinqiu-2", "shaohai-property"),
        ("单元门禁坏了", "jinqiu-1", "jinqiu-property"),
        ("外墙脱落,老旧小区改造何时开工", None, "renovation-team"),
        ("想给社区开证明", None, "jinqiu-community"),
        ("独居老人需要义务维修水龙头", None, "resident-institutions"),
    ],
)
def test_what_the_community_can_do_stays_there(title: str, grid: str | None, lead: str) -> None:
    """S0-17: property companies and contractors are coordinated by the community; nothing goes to a department."""
    decision = HUANTAI.route(title, grid=grid)
    assert (lead, "S0-17 社区直接解决") == (decision.lead, rules(decision)[0])
    assert {"community", "property", "contractor", "resident-institution"} >= {
        HUANTAI.kind(party) for party in decision.parties
    }


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("小区停水两天", "water-company"),
        ("变压器跳闸,晚上停电", "power-company"),
        ("暖气不热", "heating-company"),
        ("天然气灶打不着火", "gas-company"),
        ("手机没信号", "telecom-operators"),
        ("机顶盒收不到有线电视", "cable-network"),
        ("下水道堵了,污水管返水", "drainage-office"),
    ],
)
def test_a_utility_is_called_and_the_community_stays_with_it(title: str, lead: str) -> None:
    """S0-18: the worker contacts the utility, by a whistle that the community is part of."""
    decision = HUANTAI.route(title, grid="jinqiu-3")
    assert (lead, "S0-18 联系专营部门") == (decision.lead, rules(decision)[0])
    assert "jinqiu-community" in decision.co_handlers
    assert decision.whistle_class is not None


def test_what_exceeds_its_powers_goes_to_the_street_with_the_department() -> None:
    """S0-3: an upward transfer that the community takes part in, so that the resident never files again."""
    decision = HUANTAI.route("学校门口乱收费补课费", grid="jinqiu-1")
    assert ("shaohai-street", ("education-bureau", "jinqiu-community")) == (
        decision.lead,
        decision.co_handlers,
    )
    assert ("report_up", "S0-3 超出社区职责,由社区上报") == (
        decision.classification.handling_class,
        rules(decision)[0],
    )


def test_what_is_grave_goes_to_the_department_at_once() -> None:
    """The street joins, it does not stand in the way."""
    decision = HUANTAI.route("拖欠农民工工资", grid="jinqiu-1")
    assert "human-resources" == decision.lead
    assert ("shaohai-street", "jinqiu-community") == decision.co_handlers[:2]
    assert (48.0, "major") == (decision.handle_hours, decision.whistle_class)


def test_a_department_that_gives_it_back_is_not_asked_again() -> None:
    """And the street still has the community beside it."""
    past = History(lead="education-bureau", returned_by=("education-bureau",))
    decision = HUANTAI.escalate("returned", "学校门口乱收费补课费", history=past)
    assert "education-bureau" not in decision.parties


def test_what_nobody_is_known_for_the_community_takes_at_once() -> None:
    """S0-8, S0-17: accepted first and sorted then; it stays open with the community."""
    decision = HUANTAI.route("心里有话想说一说", grid="jinqiu-1")
    assert ("jinqiu-community", ["S0-8 立即接件", "duty-desk"]) == (decision.lead, rules(decision))


def test_what_many_say_is_worked_as_common() -> None:
    """S0-5: one household says what the whole building has."""
    one, all_ = HUANTAI.route("水压太低"), HUANTAI.route("整栋楼水压太低")
    assert ("daily", "major") == (one.classification.level, all_.classification.level)


def test_suggestions_wait_for_the_quarterly_meeting_not_for_a_transfer() -> None:
    """S0-14: a suggestion stays one, whoever it concerns."""
    decision = HUANTAI.route("建议增设公交站")
    assert "suggestion" == decision.classification.handling_class
    assert "jinqiu-community" in decision.parties


def test_the_party_members_of_resident_institutions_have_pledged_to_come() -> None:
    """S0-14: 双报到; the quarterly stool day is what they promise to take part in."""
    (pledge,) = HUANTAI.pack.tables.agreed.pledges
    assert ("resident-institutions", True) == (pledge.party, "拉呱日" in pledge.terms)
