"""
The organisation of each of the five accounts, in its own numbers, without gaps, overlaps or empty seats (D9).
"""

from __future__ import annotations

import csv
import datetime as dt
import runpy
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.plugins.districts.asked import FIVE, ask
from whistle.contracts.organisation import Organisation
from whistle.plugins.organisation.reading import read_organisation
from whistle_routing.domain.organisation.checking import examine
from whistle_routing.domain.organisation.coverage import coverage
from whistle_routing.domain.organisation.people import check_rosters
from whistle_routing.domain.organisation.tree import Tree, tree_at

PACKS = Path(__file__).parents[3] / "deploy" / "districts"
DAY = dt.date(2026, 11, 24)


@cache
def organisation(district: str) -> Organisation:
    """What the pack's files say, every row of them good."""
    files = ask(district).pack.tables.organisation
    assert files is not None
    loaded = read_organisation(district, files)
    assert () == loaded.problems
    return loaded.organisation


def tree(district: str) -> Tree:
    return tree_at(organisation(district), DAY)


NUMBERS = {
    "huantai": {"district": 1, "street": 1, "community": 1, "grid": 6, "building": 18, "unit": 36},
    "mawei": {"district": 1, "street": 1, "community": 1, "grid": 9, "building": 60},
    "qingfeng": {
        "district": 1,
        "street": 1,
        "community": 1,
        "area": 4,
        "compound": 14,
        "grid": 14,
        "building": 42,
    },
    "gaochang": {
        "district": 1,
        "street": 1,
        "community": 7,
        "grid": 8,
        "dedicated-grid": 1,
        "area": 3,
        "merchant": 12,
        "building": 24,
    },
    "zoucheng": {
        "district": 1,
        "street": 1,
        "community": 12,
        "compound": 69,
        "grid": 150,
        "micro-grid": 382,
        "building": 382,
        "unit": 382,
        "street-party-committee": 1,
        "community-party-committee": 12,
        "party-branch": 100,
        "party-group": 214,
        "member-household": 435,
    },
}


@pytest.mark.parametrize("district", FIVE)
def test_the_numbers_are_those_of_the_account(district: str) -> None:
    """S1-1, S2-1, S3-2, S4-1, S4-3: as many nodes of each kind as the account counts."""
    assert NUMBERS[district] == Counter(node.kind for node in organisation(district).nodes)


@pytest.mark.parametrize("district", FIVE)
def test_the_records_are_one_tree_without_gap_or_overlap(district: str) -> None:
    """Every building and merchant lies in exactly one grid, in every micro-divided grid in a micro-grid."""
    assert [] == examine(organisation(district))
    assert [] == coverage(tree(district))


@pytest.mark.parametrize("district", FIVE)
def test_every_seat_of_every_roster_is_filled(district: str) -> None:
    """S0-4, S1-2, S2-2, S2-5, S3-3, S3-11: each pack chooses rosters, and has people for them."""
    assert organisation(district).rosters
    assert [] == check_rosters(organisation(district), tree(district))


def test_the_buildings_of_mawei_hold_its_households() -> None:
    """S1-1: 4,257 households in 60 buildings."""
    text = (PACKS / "mawei" / "whistle_mawei" / "organisation" / "nodes.csv").read_text(encoding="utf-8")
    homes = [int(row["备注"].split()[0]) for row in csv.DictReader(text.splitlines()) if row["备注"]]
    assert (60, 4257) == (len(homes), sum(homes))


def test_a_secretary_of_gaochang_holds_two_offices() -> None:
    """S3-3: in each of the seven communities the secretary is director of the grid centre too."""
    held = {(post.node, post.role): post.person for post in organisation("gaochang").posts}
    communities = [node.code for node in organisation("gaochang").nodes if node.kind == "community"]
    assert 7 == len(communities)
    for community in communities:
        assert held[community, "community-secretary"] == held[community, "grid-centre-director"]


def test_the_mall_of_gaochang_is_a_chain_down_to_the_merchant() -> None:
    """S3-11: community, dedicated grid, area, merchant."""
    assert ["dahua-dry-fruit-1", "dahua-dry-fruit", "dahua", "chunshulu"] == [
        node.code for node in tree("gaochang").above("dahua-dry-fruit-1")
    ][:4]


def test_the_files_of_zoucheng_are_what_the_script_writes(tmp_path: Path) -> None:
    """They are made by rule; nobody edits one of them alone."""
    runpy.run_path(str(PACKS / "zoucheng" / "tests" / "make_organisation.py"))["write"](tmp_path)
    kept = PACKS / "zoucheng" / "whistle_zoucheng" / "organisation"
    assert {file.name for file in kept.iterdir()} == {file.name for file in tmp_path.iterdir()}
    for file in tmp_path.iterdir():
        assert file.read_bytes() == (kept / file.name).read_bytes()


def test_a_grid_worker_of_zoucheng_has_eight_classes_of_duties() -> None:
    """S4-10: common and individual ones."""
    charges = organisation("zoucheng").charges
    assert 8 == len({charge.subject for charge in charges})
    assert {"common", "individual"} == {charge.sort for charge in charges}
