"""A small community, made in code: two compounds, three grids, micro-grids, buildings, a mall, and people."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from whistle.contracts.organisation import Duty, Node, Organisation, Person, Post
from whistle.plugins.organisation.catalogue import built_in

DAY = dt.date(2026, 3, 15)
BEFORE, AFTER = DAY - dt.timedelta(days=5), DAY + dt.timedelta(days=5)


def node(code, kind, parent, **more):
    return Node(code=code, kind=kind, name=more.pop("name", code.upper()), parent=parent, **more)


NODES = (
    node("d", "district", None, official="370883"),
    node("s", "street", "d", official="370883001"),
    node("c", "community", "s", official="370883001001"),
    node("c2", "community", "s", official="370883001002"),
    node("x1", "compound", "c"),
    node("x2", "compound", "c2"),
    node("g1", "grid", "x1", official="370883001001001"),
    node("g2", "grid", "x1", official="370883001001002"),
    node("g3", "grid", "x2", official="370883001002001"),
    node("m1", "micro-grid", "g1"),
    node("m2", "micro-grid", "g1"),
    node("b1", "building", "m1"),
    node("b2", "building", "m2"),
    node("b3", "building", "g2"),
    node("b4", "building", "g3"),
    node("b1-1", "unit", "b1"),
    node("mall", "dedicated-grid", "c"),
    node("fruit", "area", "mall", name="干果区"),
    node("shop", "merchant", "fruit"),
)
PEOPLE = (
    Person(id="p1", name="王建国", source="community-worker", skills=("调解", "法律")),
    Person(id="p2", name="李秀英", source="retired-member", skills=("水电维修",), unit="退休支部"),
    Person(id="p3", name="张志强", source="property-member"),
)
POSTS = (
    Post(node="c", role="community-secretary", person="p1"),
    Post(node="c", role="grid-centre-director", person="p1"),
    Post(node="g1", role="grid-chief", person="p2"),
    Post(node="b1", role="building-head", person="p3"),
)
DUTIES = (
    Duty(node="g1", person="p2", weekdays=(1, 2, 3), begin=dt.time(8), finish=dt.time(12)),
    Duty(node="c", person="p1", weekdays=(7,), begin=dt.time(22), finish=dt.time(6)),
)


def organisation(*, rosters=(), **more):
    """The community; ``rosters`` by code."""
    catalogue = built_in()
    made = Organisation(
        district="zc",
        nodes=NODES,
        people=PEOPLE,
        posts=POSTS,
        duties=DUTIES,
        roles=catalogue.roles,
        rosters=tuple(roster for roster in catalogue.rosters if roster.code in rosters),
    )
    return replace(made, **more)


def with_node(code, **changes):
    """The nodes with one of them changed."""
    return tuple(replace(one, **changes) if one.code == code else one for one in NODES)
