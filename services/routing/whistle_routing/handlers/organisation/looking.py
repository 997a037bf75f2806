"""
Looking at an organisation: nodes, people, coverage, rosters, duty, dormant grids, cases by where they belonged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from whistle.calendar.days import CHINA
from whistle.contracts.organisation import GRIDS, Duty, Node, Organisation, Post, Roster, Seat
from whistle.errors import Invalid, NotFound
from whistle_routing.domain.organisation import (
    Dormant,
    Line,
    Tree,
    count_cases,
    dormant,
    on_duty,
    seats,
    spans,
)
from whistle_routing.store import OrganisationStore, RoutingUnit

LONGEST_DAYS = 3660
"""A report covers ten years at most."""


def find_node(tree: Tree, code: str) -> Node:
    """
    A node by its code or official code.

    Raises:
        NotFound: there is none on that day.
    """
    node = tree.find(code)
    if node is None:
        raise NotFound(f"{tree.day} 没有节点 {code}", f"there is no node {code} on {tree.day}")
    return node


def list_nodes(
    tree: Tree, *, kind: str | None, under: str | None, after: str, limit: int
) -> tuple[list[Node], str | None]:
    """A page of nodes in the order of their codes, behind code ``after``; and the ``after`` of the next, if there is more."""
    if under:
        root = find_node(tree, under)
        nodes = [root, *tree.below(root.code)]
    else:
        nodes = list(tree.nodes.values())
    fitting = sorted(
        (node for node in nodes if node.code > after and kind in (None, node.kind)), key=lambda one: one.code
    )
    page = fitting[:limit]
    return page, page[-1].code if len(fitting) > limit else None


@dataclass(frozen=True)
class Filled:
    """A roster at a node with who fills its seats."""

    roster: Roster
    seats: Sequence[tuple[Seat, list[Post]]]


def rosters_of(organisation: Organisation, tree: Tree, node: Node) -> list[Filled]:
    """The rosters that a node must have, filled as far as they are."""
    return [
        Filled(roster, seats(tree, node.code, roster))
        for roster in organisation.rosters
        if node.kind in roster.at
    ]


def duty_at(tree: Tree, code: str, at: dt.datetime) -> Sequence[Duty]:
    """
    Who is on duty for a node at an instant of the tree's day.

    Raises:
        NotFound: there is no such node.
    """
    local = at.astimezone(CHINA)
    node = find_node(tree, code)
    return on_duty(tree, node.code, weekday=local.isoweekday(), time=local.time().replace(tzinfo=None))


def find_dormant(unit: RoutingUnit, tree: Tree, district: str, *, days: int) -> list[Dormant]:
    """Grids in which no case was filed for ``days`` days up to the tree's day (S4-14)."""
    names: set[str] = set()
    for grid in tree.nodes.values():
        if grid.kind in GRIDS:
            for node in (grid, *tree.below(grid.code)):
                names.update(filter(None, (node.code, node.official)))
    last = OrganisationStore(unit).last_filed(district, names)
    filed = {name: at.astimezone(CHINA).date() for name, at in last.items()}
    return dormant(tree, filed, days=days)


def report_cases(
    unit: RoutingUnit, organisation: Organisation, *, first: dt.date, last: dt.date, kind: str
) -> list[Line]:
    """
    Cases filed from ``first`` to ``last`` by the node of a kind under which they lay on the day they were filed (D9).

    Raises:
        Invalid: the days are in the wrong order, or too far apart.
    """
    if not 0 <= (last - first).days < LONGEST_DAYS:
        zh, en = "起止日期不对,或超过十年", "the days are in the wrong order, or more than ten years apart"
        raise Invalid(zh, en, fields={"last": [f"{zh} / {en}"]})
    pieces = spans(organisation, first, last + dt.timedelta(days=1))
    days = [pieces[0][0], *(end for _, end in pieces)]
    bounds = [dt.datetime.combine(day, dt.time.min, CHINA) for day in days]
    counted = OrganisationStore(unit).count_filed(organisation.district, bounds)
    return count_cases(organisation, counted, spans=pieces, kind=kind)
