"""Communities and grids: what a form offers, and what the words for a place say."""

from __future__ import annotations

import dataclasses

import pytest

from tests.unit.intake.made import NOW
from tests.unit.intake.pages import STAFF, Ledger, Reading, request
from whistle.contracts.places import Place
from whistle.places import Places
from whistle_intake.pages import filing, ledger
from whistle_intake.placing import Group, groups, guess

SPANS = (
    Place(code="mawei", kind="district", name="马尾区"),
    Place(code="luoxing", parent="mawei", kind="street", name="罗星街道"),
    Place(code="maxian", parent="luoxing", kind="community", name="马限社区"),
    Place(code="maxian-1", parent="maxian", kind="grid", name="第1网格(马限山)"),
    Place(code="maxian-3", parent="maxian", kind="grid", name="第3网格（帝豪花园）"),
    Place(code="old", parent="maxian", kind="grid", name="老网格(红旗新村)", end="2026-01-01"),
)
TREE = Places(SPANS, NOW.date())


@pytest.fixture
def placed(tools):
    tools.tokens.atlas = lambda district: TREE if district == "mawei" else None
    return tools


def test_a_form_offers_communities_with_what_lies_in_them():
    """By community, itself first; not streets, not what has ended; nothing where no names were told."""
    inside = [("maxian", "马限社区"), ("maxian-1", "第1网格(马限山)"), ("maxian-3", "第3网格（帝豪花园）")]
    assert [Group("罗星街道 马限社区", inside)] == groups(TREE)
    assert [] == groups(Places([dataclasses.replace(one, name="") for one in SPANS], NOW.date()))


@pytest.mark.parametrize(
    ("words", "grid"),
    [
        ("帝豪花园3号楼", "maxian-3"),
        ("马限社区第3网格(帝豪花园)", "maxian-3"),
        ("马限社区门口", "maxian"),
        ("马限山和帝豪花园之间", None),
        ("红旗新村", None),
        ("罗星街道", None),
        ("幸福里小区", None),
    ],
)
def test_a_place_is_guessed_only_if_one_node_is_named(words, grid):
    """The lowest of those that lie in each other; two that do not are none."""
    assert grid == guess(TREE, words)


@pytest.mark.parametrize(("language", "label"), [("zh", "社区/网格"), ("en", "Community or grid")])
def test_the_form_asks_for_the_grid_once_the_district_is_known(look, placed, language, label):
    """By its address, without scripts; before that it leads there; where no tree is known it asks nothing."""
    first = Reading(filing.show_form(request(language), look=look, tools=placed))
    assert ("a", "href", "/file?district=mawei") in first.attributes
    there = Reading(filing.show_form(request(language, query={"district": "mawei"}), look=look, tools=placed))
    assert label in there.words
    assert [("optgroup", "label", "罗星街道 马限社区")] == [
        one for one in there.attributes if one[0] == "optgroup"
    ]
    bare = filing.show_form(request(language, query={"district": "gaochang"}), look=look, tools=placed)
    assert 0 == Reading(bare).tags["optgroup"]


def test_staff_of_a_whole_district_finds_the_cases_without_a_grid(look, placed):
    """A filter of the ledger, kept from page to page; whoever has one grid has no use for it."""
    unit = Ledger()
    asked = request(principal=STAFF, query={"unplaced": "1"})
    assert "未定网格" in Reading(ledger.show_ledger(unit, asked, look=look, tools=placed)).words
    assert unit.last["unplaced"]
    grid = dataclasses.replace(STAFF, role="worker", scope="mawei/maxian-1")
    narrow = dataclasses.replace(asked, principal=grid)
    assert "未定网格" not in Reading(ledger.show_ledger(unit, narrow, look=look, tools=placed)).words
    assert not unit.last["unplaced"]
