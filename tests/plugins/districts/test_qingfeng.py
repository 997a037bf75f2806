"""
Qingfeng: 「小区里的事小区议,小区里的事小区里办」, and micro-wishes find the co-builder that can fulfil them.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugins.districts.asked import ask, rules
from whistle.contracts.parties import KINDS
from whistle.contracts.plugin import History
from whistle_intake.simplifying import Simplifier

QINGFENG = ask("qingfeng")
COMPOUNDS = [node.code for node in QINGFENG.facts.grid if node.kind == "compound"]
WITHOUT_PROPERTY = {"pijiuchang", "laodong-xincun"}


@pytest.mark.parametrize("compound", COMPOUNDS)
def test_a_matter_of_a_compound_goes_to_its_own_group(compound: str) -> None:
    """S2-5: the property company of this compound, or the area chief where there is none; never another compound's."""
    decision = QINGFENG.route("楼道灯不亮", grid=f"{compound}-wg")
    home = set(QINGFENG.facts.above(compound))
    parties = [QINGFENG.facts.party(one) for one in decision.parties]
    assert {None, *home} >= {party.grid for party in parties}
    wanted = "area-chief" if compound in WITHOUT_PROPERTY else "property"
    assert wanted == QINGFENG.kind(decision.lead)
    assert rules(decision)[0] in ("S2-5 小区协商议事群", "S2-5 片长牵头")


def test_the_group_is_assigned_at_once_with_who_is_needed() -> None:
    """S2-5: the area chief, urban management and police are called into the group."""
    decision = QINGFENG.route("广场舞扰民,音响太吵", grid="hebin-huayuan-wg")
    assert "hebin-huayuan-property" == decision.lead
    assert {"area-chief-1", "urban-management", "police"} <= set(decision.co_handlers)
    assert "daily" == decision.whistle_class


def test_the_area_chief_leads_when_it_is_about_the_property_company() -> None:
    """The company takes part, with the owners' committee, but does not judge itself."""
    decision = QINGFENG.route("物业费上涨,物业不作为", grid="hebin-huayuan-wg")
    assert "area-chief-1" == decision.lead
    assert {"hebin-huayuan-owners", "hebin-huayuan-property"} <= set(decision.co_handlers)


def test_a_company_that_gives_it_back_is_followed_by_the_area_chief() -> None:
    """And not by the company of a neighbouring compound."""
    past = History(lead="hebin-huayuan-property", returned_by=("hebin-huayuan-property",))
    decision = QINGFENG.escalate("returned", "楼道灯不亮", history=past, grid="hebin-huayuan-wg")
    assert "area-chief-1" == decision.lead
    assert "hebin-huayuan-property" not in decision.parties


def test_a_compound_is_known_by_its_name_too() -> None:
    """Residents write the name of the compound, not its code."""
    decision = QINGFENG.route("电梯坏了", place="清心佳园3号楼")
    assert "qingxin-jiayuan-property" == decision.lead


def test_where_the_place_is_not_known_no_compound_is_guessed() -> None:
    """It goes to the community's council of property companies."""
    assert "property-council" == QINGFENG.route("电梯坏了").lead


def test_a_utility_keeps_its_work_and_the_area_chief_follows() -> None:
    """S2-11: every item is answered; who leads the group sees to that."""
    decision = QINGFENG.route("停水两天", grid="xingang-huayuan-wg")
    assert "water-drainage-company" == decision.lead
    assert "area-chief" == QINGFENG.kind(decision.co_handlers[0])


def test_what_belongs_to_a_department_is_not_held_back_in_the_compound() -> None:
    """S2-15: small matters do not leave the community; wages are none."""
    assert "human-resources" == QINGFENG.route("拖欠农民工工资", grid="hebin-huayuan-wg").lead


@pytest.mark.parametrize(
    ("wish", "lead"),
    [
        ("闲置车库改成老年人活动室", "anju-company"),
        ("楼梯里没有照明", "work-committee"),
        ("没有非机动车棚", "work-committee"),
        ("主路破损严重", "work-committee"),
        ("小区绿化缺失", "work-committee"),
        ("困难家庭孩子想要一张书桌", "peoples-congress"),
        ("想听党课讲座", "party-school"),
        ("想成立小区党支部", "organisation-department"),
        ("有人陪我下棋", "donghulu-community"),
    ],
)
def test_a_micro_wish_is_offered_to_the_co_builder_that_fits(wish: str, lead: str) -> None:
    """S2-13: need list against members of the 大党委; the examples are those of the account."""
    decision = QINGFENG.route("微心愿", wish, grid="xinhu-dongyuan-wg")
    assert (lead, "suggestion") == (decision.lead, decision.classification.handling_class)
    assert decision.classification.category.endswith("/微心愿")


def test_a_wish_that_is_declined_is_offered_to_the_next_and_at_last_kept_by_the_community() -> None:
    """S2-13: never to who declined it; the community keeps it on its need list."""
    wish: dict[str, Any] = {
        "title": "微心愿",
        "text": "困难家庭想办个图书角,最好再听一次讲座",
        "grid": "xinhu-dongyuan-wg",
    }
    declined: tuple[str, ...] = ()
    offered = [QINGFENG.route(**wish).lead]
    while offered[-1] != "donghulu-community" and len(offered) < 9:
        declined = (*declined, offered[-1])
        past = History(lead=offered[-1], returned_by=declined)
        offered.append(QINGFENG.escalate("returned", history=past, **wish).lead)
    assert ["peoples-congress", "party-school", "donghulu-community"] == offered


def test_the_co_builders_have_pledged() -> None:
    """S2-4, S2-7: the members of the 大党委 that the account names, each for what it says they did."""
    terms = {one.party: one.terms for one in QINGFENG.pack.tables.agreed.pledges}
    assert {
        "peoples-congress",
        "organisation-department",
        "work-committee",
        "party-school",
        "water-drainage-company",
    } == set(terms)
    kinds = [QINGFENG.kind(one) for one in sorted(terms)]
    assert [
        "organisation-department",
        "party-school",
        "people-congress",
        "water",
        "work-committee",
    ] == sorted(kinds)
    assert set(kinds) <= KINDS.keys()
    assert "结对帮扶" in terms["peoples-congress"]
    assert "党课" in terms["party-school"]


def test_traditional_characters_lead_to_the_same_party() -> None:
    """Domain §6: texts are made simplified at intake, before a pack is asked."""
    simplify = Simplifier()
    for title in ("物業費上漲,物業不作為", "樓道燈不亮", "鄰居樓上漏水"):
        assert simplify(title) != title
        decision = QINGFENG.route(simplify(title), grid="donghu-yiqu-wg")
        assert "S2-5" == rules(decision)[0][:4]
