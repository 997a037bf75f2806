"""
Dispatches, parties, districts and plugins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whistle.auth import Principal
from whistle.calendar.days import CHINA
from whistle.contracts import ACTIONS
from whistle.errors import Forbidden, Invalid, Poison
from whistle.http.routes import Request
from whistle_routing import handlers
from whistle_routing.api.parties import check_token
from whistle_routing.api.scope import districts_in_scope, in_scope, reach_of, shows_case
from whistle_routing.deciding.tracing import show_decisions
from whistle_routing.domain import Dispatch
from whistle_routing.handlers.returning.owning import owner_of
from whistle_routing.schemas.dispatches import ProofBody
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

_ACTIONS = {action.verb(): action for action in ACTIONS}


def list_dispatches(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """A page of dispatches within the caller's scope; or all of one case."""
    query = request.query
    if no := query.get("no"):
        found = unit.dispatches_of(no) if shows_case(unit, request, no) else []
        return {"dispatches": show_dispatches(unit, found, tools=tools), "next": None}
    found = unit.list_dispatches(
        reach=reach_of(request, query.get("district")),
        party=query.get("party"),
        state=query.get("state"),
        after=query["after"],
        limit=query["limit"],
    )
    following = found[-1].id if len(found) == query["limit"] else None
    return {"dispatches": show_dispatches(unit, found, tools=tools), "next": following}


def show_dispatches(unit: RoutingUnit, found: Sequence[Dispatch], *, tools: Tools) -> list[dict[str, Any]]:
    """Dispatches with the owners of their cases."""
    unit.jobs.preload({one.case_no for one in found})
    shown = []
    for one in found:
        job = unit.jobs.get(one.case_no)
        owned = {"owner": owner_of(job, tools), "hops": job.hops} if job else {}
        shown.append({**vars(one), **owned})
    return shown


def post_action(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    Act for a party that works on the platform's pages, or as a party with its own token.

    Raises:
        Invalid: a field that this action needs is missing. NotFound, NotAllowedNow, Forbidden.
    """
    who, body = request.principal, dict(request.body)
    found = unit.dispatches.get(request.path["dispatch"])
    itself = who is not None and who.role == "party" and found is not None
    if itself and who and found and check_token(unit, who) != _speaker(unit, found, body, tools):
        raise Forbidden("这不是派给您的", "this dispatch is not yours")
    if found is None or who is None or not (itself or _may_stand_in(unit, who, found)):
        raise Forbidden("没有这个派单,或不在您的权限范围", "no such dispatch within your scope")
    action = _ACTIONS[body.pop("action")]
    if "proof" in body:
        body["proof"] = ProofBody().dump(body["proof"])
    try:
        data = action.from_wire({**body, "dispatch": found.id})
    except Poison as error:
        names = str(error.detail.get("fields", "")).split(", ")
        missing = {name: ["此操作需要此项 / this action needs it"] for name in names}
        raise Invalid("内容不全", "fields are missing", fields=missing) from None
    changed = handlers.act_for_party(unit, found.id, data, user=who.sub, tools=tools)
    return show_dispatches(unit, [changed], tools=tools)[0]


def _may_stand_in(unit: RoutingUnit, who: Principal, found: Dispatch) -> bool:
    return who.may("worker") and in_scope(unit, who, found.district, found.case_no)


def _speaker(unit: RoutingUnit, found: Dispatch, body: Mapping[str, Any], tools: Tools) -> tuple[str, str]:
    """District and id of the party that may do this: who has the work, or, to urge, who owns the case."""
    job = unit.jobs.get(found.case_no)
    urging = body["action"] == "urge" and job is not None
    return found.district, owner_of(job, tools) if urging and job else found.party


def list_parties(unit: RoutingUnit, request: Request) -> Any:
    """The parties of the districts in scope."""
    districts = districts_in_scope(request, request.query.get("district"))
    rows = unit.party_rows()
    return {"parties": [row for row in rows if districts is None or row["district"] in districts]}


def get_district(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """A district with its grid tree."""
    name = request.path["district"]
    districts_in_scope(request, name)
    pack = tools.packs.get(name)
    return {
        "district": name,
        "name": pack.tables.name if pack else name,
        "grid": unit.grid_rows(name, unit.now.astimezone(CHINA).date()),
        "parties": unit.party_rows(name),
    }


def get_decisions(unit: RoutingUnit, request: Request) -> Any:
    """Who decided what about a case, and why."""
    job = unit.jobs.get(request.path["case_no"])
    if job is None or request.principal is None or not request.principal.covers(job.district, job.grid):
        raise Forbidden("没有这个诉求,或不在您的权限范围", "no such case within your scope")
    return {"decisions": show_decisions(unit.decisions_of(job.no), unit.shadows_of(job.no))}
