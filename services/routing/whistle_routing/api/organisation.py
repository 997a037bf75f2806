"""
The organisation of a district over HTTP: any staff of the district looks, the district itself changes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from whistle.calendar.days import CHINA
from whistle.contracts.organisation import Organisation
from whistle.errors import Forbidden
from whistle.http.routes import Request
from whistle_routing import handlers
from whistle_routing.domain.organisation import Tree, check_rosters, coverage, find_people, versions
from whistle_routing.handlers import organisation as use
from whistle_routing.organisation.known import today
from whistle_routing.organisation.showing import (
    held_by,
    show_duties,
    show_node,
    show_person,
    show_posts,
    show_rosters,
)
from whistle_routing.store import OrganisationStore, RoutingUnit
from whistle_routing.tools import Tools


def list_nodes(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """A page of the tree as of a day."""
    _, tree = _looked_at(unit, request, tools)
    asked = request.query
    page, following = use.list_nodes(
        tree, kind=asked.get("kind"), under=asked.get("under"), after=asked["after"], limit=asked["limit"]
    )
    return {
        "as_of": tree.day,
        "counts": tree.counts(),
        "nodes": [show_node(node) for node in page],
        "next": following,
    }


def get_node(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """A node as of a day: what is above it, how many of what are below it, who holds what there, and what it was before."""
    organisation, tree = _looked_at(unit, request, tools)
    node = use.find_node(tree, request.path["code"])
    below: dict[str, int] = {}
    for one in tree.below(node.code):
        below[one.kind] = below.get(one.kind, 0) + 1
    return {
        "as_of": tree.day,
        "node": show_node(node, whole=True),
        "above": [show_node(one) for one in tree.above(node.code)[1:]],
        "children": [show_node(one) for one in tree.children.get(node.code, ())[:1000]],
        "below": below,
        "posts": show_posts(organisation, tree.posts_by_node.get(node.code, ())),
        "party_above": (found := tree.party_above(node.code)) and show_node(found),
        "versions": [show_node(one) for one in versions(organisation, node.code)],
    }


def get_roster(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """The rosters of a node: seats, who fills them, what is missing; and everybody who holds something there."""
    organisation, tree = _looked_at(unit, request, tools)
    node = use.find_node(tree, request.path["code"])
    return {"as_of": tree.day, **show_rosters(organisation, tree, node)}


def get_duty(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """Who is on duty for a node at an instant."""
    at = request.query.get("at") or unit.now
    organisation, tree = _looked_at(unit, request, tools, day=at.astimezone(CHINA).date())
    found = use.duty_at(tree, request.path["code"], at)
    return {"at": at, "duties": show_duties(organisation, found)}


def list_people(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """A page of people with what they hold."""
    organisation, tree = _looked_at(unit, request, tools)
    asked = request.query
    under = use.find_node(tree, asked["under"]).code if asked["under"] else ""
    found = find_people(
        organisation.people, tree, skill=asked["skill"], role=asked["role"], under=under, text=asked["q"]
    )
    rest = [person for person in found if person.id > asked["after"]]
    page = rest[: asked["limit"]]
    held = held_by(tree)
    return {
        "as_of": tree.day,
        "total": len(found),
        "people": [show_person(organisation, one, held.get(one.id, ())) for one in page],
        "next": page[-1].id if len(rest) > len(page) else None,
    }


def get_coverage(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """Places without a grid, in two grids, or elsewhere than the tree says."""
    _, tree = _looked_at(unit, request, tools)
    found = coverage(tree)
    return {"as_of": tree.day, "counts": tree.counts(), "findings": [vars(one) for one in found]}


def get_vacancies(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """Seats of rosters that are not filled, at and below a node or everywhere."""
    organisation, tree = _looked_at(unit, request, tools)
    asked = request.query.get("under")
    under = use.find_node(tree, asked).code if asked else None
    found = check_rosters(organisation, tree, under=under)
    return {"as_of": tree.day, "vacancies": [vars(one) for one in found]}


def get_dormant(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """Grids in which no case was filed for some days, longest first."""
    _, tree = _looked_at(unit, request, tools)
    days = request.query["days"]
    found = use.find_dormant(unit, tree, request.path["district"], days=days)
    return {"as_of": tree.day, "days": days, "grids": [vars(one) for one in found]}


def report_cases(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """Cases by the node under which they lay on the day they were filed."""
    organisation, _ = _looked_at(unit, request, tools, day=today(unit))
    asked = request.query
    lines = use.report_cases(unit, organisation, first=asked["first"], last=asked["last"], kind=asked["kind"])
    return {"kind": asked["kind"], "lines": [vars(line) for line in lines]}


def list_changes(unit: RoutingUnit, request: Request) -> Any:
    """A page of the log of changes."""
    district, asked = _checked(request), request.query
    found = OrganisationStore(unit).changes_of(district, after=asked["after"], limit=asked["limit"])
    return {"changes": found, "next": found[-1]["id"] if len(found) == asked["limit"] else None}


def post_change(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    Change the organisation from a day on.

    Raises:
        Forbidden: the district is not within the caller's scope. Further: see :func:`handlers.change_organisation`.
    """
    district, who, asked = request.path["district"], request.principal, request.body
    if who is None or not who.covers(district):
        raise Forbidden("您的权限范围不含该区", "this district is outside of your scope")
    change = handlers.change_organisation(
        unit,
        district,
        use.read_change(asked),
        catalogue=tools.organisations.catalogue(district),
        by=who.sub,
        late=asked["late"],
    )
    return {
        "change": change.sort,
        "day": change.day,
        "before": change.before,
        "after": change.after,
        "ended": change.ended,
    }


# --- who may look, and at what ----------------------------------------------------------------------------------------------


def _checked(request: Request) -> str:
    """The district, of which the caller must be staff; a grid worker too may know who is who in the district."""
    district, who = str(request.path["district"]), request.principal
    if who is None or (who.scope != "*" and who.scope.partition("/")[0] != district):
        raise Forbidden("您的权限范围不含该区", "this district is outside of your scope")
    return district


def _looked_at(
    unit: RoutingUnit, request: Request, tools: Tools, *, day: dt.date | None = None
) -> tuple[Organisation, Tree]:
    district = _checked(request)
    day = day or (request.query or {}).get("as_of")
    return tools.organisations.get(unit, district), tools.organisations.tree(unit, district, day)
