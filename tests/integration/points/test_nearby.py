"""Who nearby can do something: by the organisation's tree as routing tells it, by official codes where none was told."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.points.desk import Desk
from whistle.contracts import OrganisationTold, new_event
from whistle.contracts.places import Place
from whistle.storage import Job, run_together
from whistle_points.store import keep_tree, stored_trees

NODES = Path(__file__).parents[3] / "deploy/districts/qingfeng/whistle_qingfeng/organisation/nodes.csv"
NOT_TOLD = ("楼栋", "单元", "商户")
LIVE = {
    "m-1": "donghu-yiqu-wg",  # a grid of another area of the community
    "m-2": "pijiuchang-wg",  # of another compound of the area
    "m-3": "xinhu-dongyuan-wg",
    "m-4": "xinhu-dongyuan",  # somewhere in its compound
    "m-5": "donghulu",  # somewhere in the community
    "m-6": "elsewhere",
    "m-7": None,
}


@pytest.fixture
def desk(database):
    desk = Desk(database)
    desk.tools = replace(desk.tools, places=stored_trees(database))
    vars(desk.service)["tools"] = desk.tools
    return desk


def settle(desk, lives):
    """Enrol members who can all mend pipes."""
    for member, grid in lives.items():
        desk.call("put_member", {"member": member, "name": "某", "grid": grid})
        desk.call("put_skill", {"member": member, "skill": "水电"}, by="clerk")


def tell(desk):
    """As routing tells the tree of Qingfeng's pack."""
    with NODES.open(encoding="utf-8-sig", newline="") as file:
        places = tuple(
            Place(code=row["编码"], parent=row["上级"] or None, official=row["国标码"])
            for row in csv.DictReader(file)
            if row["类型"] not in NOT_TOLD
        )
    told = OrganisationTold(version=1, part=1, parts=1, places=places)
    event = new_event(told, source="routing", district="mawei", time=desk.clock.now())
    job = Job(run=lambda unit: keep_tree(unit, event), cause=event)
    assert None is run_together(desk.database, [job])[job].error


def found(desk, **query):
    listed = desk.read("list_skills", skill="水电", **query)["members"]
    return [(one["member"], one.get("steps")) for one in listed]


def test_the_nearest_by_the_tree_come_first(desk):
    """Own grid, own compound, the area, the community, and last who lives nowhere that is known; by number where equal."""
    settle(desk, LIVE)
    tell(desk)

    assert [
        ("m-3", 0),
        ("m-4", 1),
        ("m-2", 4),
        ("m-5", 3),
        ("m-1", 6),
        ("m-6", None),
        ("m-7", None),
    ] == found(desk, near="xinhu-dongyuan-wg")
    assert [("m-3", 1), ("m-4", 0)] == sorted(found(desk, near="xinhu-dongyuan", grid="xinhu-dongyuan"))
    assert [(member, None) for member in sorted(LIVE)] == found(desk)


def test_codes_that_look_alike_are_not_near(desk):
    """The members of grid 1 are asked for: not those of grid 10, whose code begins with the same letters."""
    settle(desk, {"m-1": "maxian-10", "m-2": "maxian-1"})

    assert [("m-2", None)] == found(desk, grid="maxian-1")


def test_without_a_tree_official_codes_tell_how_near(desk):
    """The same grid, the community, the street, and last another county."""
    here = "350105003001002"
    settle(desk, {"m-1": "350182001001001", "m-2": "350105003008001", "m-3": "350105003001009", "m-4": here})

    assert [("m-4", 0), ("m-3", 2), ("m-2", 4), ("m-1", None)] == found(desk, near=here)
