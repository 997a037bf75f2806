"""What keeps records from being one tree is found, at the record and the column."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.unit.routing.organisation.made import (
    DAY,
    DUTIES,
    NODES,
    PEOPLE,
    POSTS,
    node,
    organisation,
    with_node,
)
from whistle.contracts.organisation import Person, Post
from whistle_routing.domain.organisation import examine

LATER = DAY + dt.timedelta(days=30)


def test_a_sound_organisation_has_no_findings():
    """Nothing is found where nothing is wrong."""
    assert [] == examine(organisation())


NODE_FAULTS = {
    "second root": (with_node("g3", parent=None), "g3", "parent", "根已是 d"),
    "unknown parent": (with_node("g3", parent="x9"), "g3", "parent", "没有这个节点"),
    "wrong kind above": (with_node("m1", parent="x1"), "m1", "parent", "微网格不能在小区之下"),
    "building above grid": ((*NODES, node("gx", "grid", "b3")), "gx", "parent", "网格不能在楼栋之下"),
    "14 digits": (with_node("g3", official="37088300100200"), "g3", "official", "应为 15 位数字"),
    "letters": (with_node("g3", official="37088300100200A"), "g3", "official", "应为 15 位数字"),
    "full-width digits": (with_node("g3", official="37088300100200１"), "g3", "official", "应为 15 位数字"),
    "of another community": (
        with_node("g3", official="370883001001003"),
        "g3",
        "official",
        "370883001002 开头",
    ),
    "of another street": (with_node("c2", official="370883002002"), "c2", "official", "370883001 开头"),
    "no such code here": (with_node("b3", official="370883001001009"), "b3", "official", "楼栋没有国标码"),
    "code of another": (with_node("g2", official="370883001001001"), "g2", "official", "已是 g1 的"),
    "twice": ((*NODES, NODES[6]), "g1", "code", "重复"),
    "two grids at once": ((*NODES, node("b3", "building", "m1")), "b3", "code", "同时属于"),
    "another kind": (
        (*with_node("b3", end=DAY), node("b3", "merchant", "g2", start=DAY)),
        "b3",
        "kind",
        "不同",
    ),
    "parent gone": (with_node("g2", end=DAY), "b3", "parent", "2026-03-15 起不存在"),
    "parent not yet there": (with_node("g2", start=DAY), "b3", "parent", "从一开始不存在"),
}


@pytest.mark.parametrize(("nodes", "code", "column", "said"), NODE_FAULTS.values(), ids=NODE_FAULTS)
def test_a_fault_of_a_node_is_found_where_it_is(nodes, code, column, said):
    """The finding names the record, the column, and what is wrong in Chinese."""
    found = examine(organisation(nodes=nodes))
    assert (code, column) in [(nodes[one.index].code, one.column) for one in found]
    assert any(said in one.zh for one in found), found
    assert all(one.en for one in found)


def test_a_circle_is_found():
    """A compound in a grid in that compound, though each step alone would be allowed."""
    nodes = (*NODES, node("ring", "grid", "inner"), node("inner", "compound", "ring"))
    assert any("成环" in one.zh for one in examine(organisation(nodes=nodes)))


def test_a_circle_that_arises_later_is_found():
    """Both were well placed at first; from a day on they hang under each other."""
    nodes = (
        *NODES,
        node("a", "grid", "x1", end=DAY),
        node("b", "compound", "a"),
        node("a", "grid", "b", start=DAY),
    )
    assert any("成环" in one.zh for one in examine(organisation(nodes=nodes)))


def test_spans_that_follow_each_other_are_one_node():
    """A grid that moved has two rows, and its children need not know."""
    moved = (
        *with_node("g2", end=DAY),
        node("g2", "grid", "x2", start=DAY, official="370883001002002"),
    )
    assert [] == examine(organisation(nodes=moved))


def test_an_official_code_may_be_given_again_later():
    """Not to two at the same time, but to one after the other."""
    nodes = (
        *(one for one in with_node("g3", end=DAY) if one.code != "b4"),
        node("g4", "grid", "x2", official="370883001002001", start=DAY),
    )
    assert [] == examine(organisation(nodes=nodes))


OTHER_FAULTS = {
    "person twice": ({"people": (*PEOPLE, Person(id="p1", name="x"))}, "people", "id", "重复"),
    "unknown person": (
        {"posts": (Post(node="c", role="volunteer", person="p9"),)},
        "posts",
        "person",
        "没有这个人员",
    ),
    "unknown role": ({"posts": (Post(node="c", role="king", person="p1"),)}, "posts", "role", "没有这个角色"),
    "unknown node": (
        {"posts": (Post(node="z", role="volunteer", person="p1"),)},
        "posts",
        "node",
        "没有这个节点",
    ),
    "no such role there": (
        {"posts": (Post(node="c", role="grid-chief", person="p1"),)},
        "posts",
        "role",
        "社区没有网格长",
    ),
    "held twice": ({"posts": (*POSTS, POSTS[2])}, "posts", "role", "重复"),
    "duty of a stranger": ({"people": PEOPLE[1:], "posts": ()}, "duties", "person", "没有这个人员"),
}


@pytest.mark.parametrize(("parts", "section", "column", "said"), OTHER_FAULTS.values(), ids=OTHER_FAULTS)
def test_a_fault_of_a_person_post_or_duty_is_found(parts, section, column, said):
    """Each with its table and column."""
    found = examine(organisation(**parts))
    assert (section, column) in [(one.section, one.column) for one in found]
    assert any(said in one.zh for one in found)


def test_a_post_outlives_no_node():
    """Who holds something at a node that ends must be released, or the post is found."""
    nodes = tuple(
        one for one in with_node("g1", end=LATER) if one.code not in ("m1", "m2", "b1", "b2", "b1-1")
    )
    found = examine(organisation(nodes=nodes, posts=POSTS[2:3], duties=DUTIES[:1]))
    assert {("posts", "node"), ("duties", "node")} == {(one.section, one.column) for one in found}
    assert all("2026-04-14 不存在" in one.zh for one in found)
