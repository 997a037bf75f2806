"""
Mawei and Gaochang as their accounts tell them: five classes by nature and powers; register, report, whistle.
"""

from __future__ import annotations

import pytest

from tests.plugins.districts.asked import ask, rules
from whistle.contracts.plugin import History
from whistle.contracts.timing import Span

MAWEI, GAOCHANG = ask("mawei"), ask("gaochang")


@pytest.mark.parametrize(
    ("title", "handling_class", "days"),
    [
        ("单元门禁坏了", "immediate", 1),
        ("水压太低", "commitment", 5),
        ("建议增设公交站", "suggestion", 15),
        ("住房补贴说我材料不全", "supplement", 3),
        ("楼顶加建违章建筑", "report_up", 10),
    ],
)
def test_mawei_knows_five_classes(title: str, handling_class: str, days: int) -> None:
    """S1-10: nature, powers, difficulty; each class has its own deadline."""
    decision = MAWEI.route(title, grid="maxian-1")
    assert handling_class == decision.classification.handling_class
    assert decision.handle_hours is None
    (row,) = [row for row in MAWEI.pack.tables.classes if row.handling == handling_class]
    assert Span(days, "working_days") == row.spans["handle"]


def test_mawei_sends_a_compound_to_its_own_company() -> None:
    """S1-16: 帝豪花园 has one of its own since the ballot."""
    assert "dihao-property" == MAWEI.route("单元门禁坏了", grid="maxian-3").lead
    assert "maxian-property" == MAWEI.route("单元门禁坏了", grid="maxian-1").lead


@pytest.mark.parametrize("title", ["君竹明居物业费上涨,业主与物业闹矛盾", "业主要求更换物业"])
def test_mawei_asks_its_think_tank_in_disputes_with_a_property_company(title: str) -> None:
    """S1-5: it advises beside whoever leads, in what becomes a joint case; not where a door is broken."""
    decision = MAWEI.route(title, grid="maxian-5")
    assert "think-tank" in decision.co_handlers
    assert decision.whistle_class is not None
    assert "S1-5 社区智囊团" == rules(decision)[-1]
    assert "think-tank" not in MAWEI.route("单元门禁坏了", grid="maxian-5").parties


@pytest.mark.parametrize(
    ("text", "history", "asked"),
    [
        ("多次反映放学没人接,希望有托管", History(lead="education-bureau"), {"youth-league"}),
        ("希望台风来前备好沙袋", History(lead="maxian-community", reopened=2), {"resident-port-company"}),
        ("多年没解决", History(lead="maxian-community"), set()),
    ],
)
def test_mawei_offers_what_is_hot_for_long_to_the_institutions_of_the_place(
    text: str, history: History, asked: set[str]
) -> None:
    """S1-17: the council of the community; those whose strengths fit are asked to claim it, by name."""
    decision = MAWEI.escalate("dissatisfied", "社区难题", text, history=history, grid="maxian-1")
    assert {"maxian-community", *asked} <= set(decision.parties)
    (why,) = [reason for reason in decision.reasons if reason.rule == "S1-17 社区党建议事会"]
    parties = {party.id: party.name for party in MAWEI.facts.parties}
    assert all(parties[one] in why.evidence for one in asked) or "各驻区单位" in why.evidence
    usual = MAWEI.escalate("dissatisfied", "单元门坏了", history=History(lead="maxian-property"))
    assert "S1-17 社区党建议事会" not in rules(usual)


def test_mawei_s_institutions_have_pledged() -> None:
    """S1-6: twelve resident institutions, each with a pledge that an office signed, and no person."""
    pledges = MAWEI.pack.tables.agreed.pledges
    assert 12 == len({one.party for one in pledges}) == len(pledges)
    assert {"党组织负责人"} == {one.signed_by for one in pledges}
    kinds = {MAWEI.kind(one.party) for one in pledges}
    assert {"resident-institution", "youth-league", "womens-federation"} == kinds


def test_gaochang_s_backing_and_co_building_units_have_pledged() -> None:
    """S3-4: 后盾单位 and 共建单位 were among those who brought 鸿雁小区 to rights."""
    assert ["backing-unit", "co-building-unit"] == [one.party for one in GAOCHANG.pack.tables.agreed.pledges]


def test_gaochang_climbs_register_street_whistle() -> None:
    """S3-10: exactly this path, each step told: the street deliberates alone first, then the grid whistles for everybody."""
    case = {"title": "停车位紧张", "grid": "dahua-dry-fruit"}
    first = GAOCHANG.escalate("overdue", **case, history=History(lead="traffic-police"))
    assert ("laochenglu-street", ()) == (first.lead, first.co_handlers)
    assert ["S3-10 登记入册", "S3-10 上报街道党工委研讨"] == rules(first)[:2]
    then = GAOCHANG.escalate("overdue", **case, history=History(lead="laochenglu-street"))
    assert ("laochenglu-street", "major") == (then.lead, then.whistle_class)
    assert "traffic-police" in then.co_handlers
    assert ["S3-10 登记入册", "S3-10 网格吹哨"] == rules(then)[:2]


def test_gaochang_sends_a_merchant_to_the_mall() -> None:
    """S3-9: the dedicated grid 大华商城 has its own property company; other places have theirs."""
    assert "dahua-property" == GAOCHANG.route("装修扰民,电梯坏了", grid="dahua-dry-fruit").lead
    assert "hongyan-property" == GAOCHANG.route("电梯坏了", grid="laochenglu-1").lead


@pytest.mark.parametrize(
    ("grid", "lead"), [("sugongta-1", "sugongta-community"), ("community-5-1", "community-5")]
)
def test_gaochang_asks_the_community_of_the_place(grid: str, lead: str) -> None:
    """S3-8: a place for square dances is found by the community that the resident lives in, one of seven."""
    assert lead == GAOCHANG.route("想跳广场舞没有场地", grid=grid).lead
