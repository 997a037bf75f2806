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
