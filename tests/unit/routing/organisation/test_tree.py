"""The tree as of a day: where a thing lies, what is missing, who is responsible."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.unit.routing.organisation.made import (
    AFTER,
    BEFORE,
    DAY,
    NODES,
    POSTS,
    node,
    organisation,
    with_node,
)
from whistle.contracts.organisation import Post
from whistle_routing.domain.organisation import check_rosters, coverage, find_people, on_duty, seats, tree_at

SQUARE = '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}'
BESIDE = '{"type":"MultiPolygon","coordinates":[[[[1,0],[2,0],[2,1],[1,1],[1,0]]]]}'
HOLED = (
    '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]],'
    "[[0.4,0.4],[0.6,0.4],[0.6,0.6],[0.4,0.6],[0.4,0.4]]]}"
)


def today(**more):
    return tree_at(organisation(**more), DAY)


def test_a_unit_knows_all_above_it():
    """Unit, building, micro-grid, grid, compound, community, street, district; its grid is one."""
    tree = today()
    assert ["b1-1", "b1", "m1", "g1", "x1", "c", "s", "d"] == [one.code for one in tree.above("b1-1")]
    assert ["g1"] == [one.code for one in tree.grids_of("b1-1")]
    assert "x1" == tree.nearest("b1-1", "compound").code
    assert [] == tree.above("nowhere")


def test_all_below_a_node_come_top_down():
    """Nothing is left out, nothing comes twice, the node itself is not among them."""
    assert ["g1", "g2", "m1", "m2", "b3", "b1", "b2", "b1-1"] == [one.code for one in today().below("x1")]


def test_a_node_is_found_by_its_official_code_too():
    """Cases from elsewhere name the 15 digits."""
    assert "g3" == today().find("370883001002001").code
    assert today().find("370883001002999") is None
    assert today().find(None) is None


def test_the_tree_of_a_day_holds_what_holds_on_that_day():
    """The first day counts, the last does not."""
    made = organisation(nodes=(*with_node("mall"), node("new", "grid", "x1", start=DAY, end=AFTER)))
    there = [day for day in (BEFORE, DAY, AFTER) if "new" in tree_at(made, day).nodes]
    assert [DAY] == there


def test_merchants_hang_under_an_area_of_a_dedicated_grid():
    """S3-11: community, dedicated grid, area, merchant."""
    assert ["shop", "fruit", "mall", "c"] == [one.code for one in today().above("shop")][:4]
    assert [] == coverage(today())


# --- coverage -----------------------------------------------------------------------------------------------------------------


def told(**more):
    return [(one.sort, one.code) for one in coverage(today(**more))]


def test_a_building_without_a_grid_is_a_gap():
    """It hangs under the compound, so it is there, but in no grid; and it is named."""
    assert [("gap", "b9")] == told(nodes=(*NODES, node("b9", "building", "x1", name="9号楼")))


def test_a_building_beside_the_micro_grids_is_a_gap():
    """Where a grid is divided, everything lies in one of its micro-grids (S4-3)."""
    assert [("gap", "b9")] == told(nodes=(*NODES, node("b9", "building", "g1")))


def test_a_compound_without_a_grid_is_a_blank_area():
    """No grid in it and none around it."""
    assert [("gap", "x3")] == told(nodes=(*NODES, node("x3", "compound", "c")))


def test_a_building_in_a_grid_within_a_grid_is_an_overlap():
    """Two grids answer for it."""
    nodes = (*NODES, node("x4", "compound", "g3"), node("g4", "grid", "x4"), node("b9", "building", "g4"))
    assert [("overlap", "b9")] == told(nodes=nodes)


def test_positions_are_held_against_outlines():
    """In its own outline: fine; in another's: elsewhere; in two: an overlap; a hole is outside."""

    def shaped(own, other, at):
        outlines = {"g2": own, "g3": other}
        nodes = [
            node(one.code, one.kind, one.parent, shape=outlines.get(one.code, ""), official=one.official)
            for one in NODES
            if one.code != "b3"
        ]
        return told(nodes=(*nodes, node("b3", "building", "g2", centre=at)))

    assert [] == shaped(SQUARE, BESIDE, (0.5, 0.5))
    assert [("elsewhere", "b3")] == shaped(SQUARE, BESIDE, (1.5, 0.5))
    assert [("overlap", "b3")] == shaped(SQUARE, SQUARE, (0.5, 0.5))
    assert [("elsewhere", "b3")] == shaped(HOLED, BESIDE, (0.5, 0.5))
    assert [("elsewhere", "b3")] == shaped(SQUARE, BESIDE, (9.0, 9.0))


# --- rosters ------------------------------------------------------------------------------------------------------------------


def vacant(code, posts, roster):
    made = organisation(rosters=(roster,), posts=tuple(posts))
    return [one.role for one in check_rosters(made, tree_at(made, DAY), under=code) if one.node == code]


def posts_at(code, *roles, person="p1"):
    return [Post(node=code, role=role, person=person) for role in roles]


STAFF = ("grid-chief", "party-instructor", "policy-publicist", "sentiment-informant")


def test_one_chief_and_three_kinds_of_staff():
    """S1-2: complete, one kind missing, two chiefs."""
    assert [] == vacant("g1", posts_at("g1", *STAFF), "one-chief-three-staff")
    assert ["policy-publicist"] == vacant("g1", posts_at("g1", *STAFF[:2], STAFF[3]), "one-chief-three-staff")
    two = [*posts_at("g1", *STAFF), *posts_at("g1", "grid-chief", person="p2")]
    assert ["grid-chief"] == vacant("g1", two, "one-chief-three-staff")


def test_the_lagua_group_has_eight_kinds():
    """S0-4: heads of buildings and units count from below, the cadre from above; each kind alone is missed by name."""
    complete = [
        Post(node="c", role="assigned-cadre", person="p1"),
        *posts_at("g1", "grid-chief", "grid-worker", "party-member", "volunteer"),
        Post(node="b1", role="building-head", person="p2"),
        Post(node="b1-1", role="unit-head", person="p3"),
        Post(node="g1", role="resident-institution", unit="第一中学"),
    ]
    assert 8 == len(complete)
    assert [] == vacant("g1", complete, "lagua-group")
    for post in complete:
        without = [one for one in complete if one is not post]
        assert [post.role] == vacant("g1", without, "lagua-group")


def test_a_building_head_holds_four_roles_in_person():
    """S2-2: one person, four grants; a role held by somebody else is told."""
    four = ("sentiment-liaison", "dispute-mediator", "hardship-helper", "activity-organiser")
    assert [] == vacant("b1", posts_at("b1", "building-head", *four), "building-head-four-roles")
    other = [*posts_at("b1", "building-head", *four[:3]), *posts_at("b1", four[3], person="p2")]
    assert [four[3]] == vacant("b1", other, "building-head-four-roles")


def test_the_deliberation_group_of_a_compound_has_six_parties_under_the_area_chief():
    """S2-5: units hold seats as well as people do, the area chief may sit one level up."""
    group = [
        Post(node="c", role="area-chief", person="p1"),
        *(
            Post(node="x1", role=role, unit=f"{role}单位")
            for role in (
                "party-branch-member",
                "police",
                "urban-management",
                "owners-committee",
                "property-company",
            )
        ),
        Post(node="b1", role="building-head", person="p3"),
    ]
    assert [] == vacant("x1", group, "compound-deliberation-group")
    for post in group:
        without = [one for one in group if one is not post]
        assert [post.role] == vacant("x1", without, "compound-deliberation-group")


def test_one_person_holds_two_offices():
    """S3-3: the community secretary is the director of the grid centre; another director is told."""
    assert [] == vacant("c", POSTS, "grid-centre")
    other = [POSTS[0], Post(node="c", role="grid-centre-director", person="p2")]
    assert ["grid-centre-director"] == vacant("c", other, "grid-centre")


def test_a_dedicated_grid_has_three_kinds_of_workers():
    """S3-11: full-time, dedicated, professional."""
    kinds = ("full-time-grid-worker", "dedicated-grid-worker", "professional-grid-worker")
    assert [] == vacant("mall", posts_at("mall", *kinds), "three-grid-workers")
    assert list(kinds) == vacant("mall", [], "three-grid-workers")


def test_a_roster_is_that_of_its_day():
    """Who is appointed later does not fill a seat today."""
    later = [Post(node="g1", role=role, person="p1", start=AFTER) for role in STAFF]
    made = organisation(rosters=("one-chief-three-staff",), posts=tuple(later))
    (roster,) = made.rosters
    filled = [len(posts) for day in (DAY, AFTER) for _, posts in seats(tree_at(made, day), "g1", roster)]
    assert [0, 0, 0, 0, 1, 1, 1, 1] == filled


# --- people -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["p1", "p2", "p3"]),
        ({"skill": "调"}, ["p1"]),
        ({"skill": "心理"}, []),
        ({"role": "grid-chief"}, ["p2"]),
        ({"under": "x1"}, ["p2", "p3"]),
        ({"under": "x1", "role": "building-head"}, ["p3"]),
        ({"text": "退休"}, ["p2"]),
        ({"text": "张"}, ["p3"]),
    ],
)
def test_people_are_found_by_skill_role_place_and_name(asked, found):
    """S-rows want the one who can mediate, mend pipes, or is the head of that building."""
    made = organisation()
    assert found == [one.id for one in find_people(made.people, tree_at(made, DAY), **asked)]


@pytest.mark.parametrize(
    ("code", "weekday", "time", "found"),
    [
        ("b1", 1, "08:00", ["p2"]),
        ("b1", 1, "11:59", ["p2"]),
        ("b1", 1, "12:00", []),
        ("g1", 4, "09:00", []),
        ("b3", 1, "09:00", []),
        ("b3", 7, "23:00", ["p1"]),
        ("b3", 1, "05:59", ["p1"]),
        ("b3", 1, "06:00", []),
        ("b3", 7, "05:00", []),
    ],
)
def test_duty_is_found_at_the_nearest_node_that_has_one(code, weekday, time, found):
    """S1-4: the grid's own slot first, else the community's; the last minute is in, the end is out, midnight is no end."""
    assert found == [
        one.person for one in on_duty(today(), code, weekday=weekday, time=dt.time.fromisoformat(time))
    ]


def test_the_party_has_five_levels_in_the_same_tree():
    """S4-1: member household, building group, branch of the compound, community committee, street committee."""
    nodes = (
        *NODES,
        node("sp", "street-party-committee", "s"),
        node("cp", "community-party-committee", "c"),
        node("br", "party-branch", "x1"),
        node("gr", "party-group", "b1"),
        node("mh", "member-household", "b1-1"),
    )
    tree, path = tree_at(organisation(nodes=nodes), DAY), ["mh"]
    while above := tree.party_above(path[-1]):
        path.append(above.code)
    assert ["mh", "gr", "br", "cp", "sp"] == path
    assert tree.party_above("b1") is None
