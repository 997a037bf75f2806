"""
Reviews of returns, rulings, extensions, recalls and precedents.
"""

from __future__ import annotations

from typing import Any

from whistle.errors import Forbidden, NotFound, OwnRequest
from whistle.http.routes import Request
from whistle_routing.api.dispatches import show_dispatches
from whistle_routing.api.parties import check_token
from whistle_routing.api.scope import districts_in_scope, in_scope, reach_of
from whistle_routing.domain import Plea, Precedent
from whistle_routing.handlers.returning.extending import decide_extension
from whistle_routing.handlers.returning.giving_back import decide_return
from whistle_routing.handlers.returning.precedents import Equal, Ruling, revoke
from whistle_routing.handlers.returning.recalling import recall
from whistle_routing.handlers.returning.ruling import rule
from whistle_routing.handlers.returning.windows import returns_of
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def list_pleas(unit: RoutingUnit, request: Request) -> Any:
    """A page of what waits to be decided within the caller's scope."""
    query = request.query
    found = unit.list_pleas(
        reach=reach_of(request, query.get("district")),
        kind=query.get("kind"),
        state=None if query["state"] == "all" else query["state"],
        case_no=query.get("no"),
        decider=query.get("decider"),
        after=query["after"],
        limit=query["limit"],
    )
    return {"pleas": found, "next": found[-1].id if len(found) == query["limit"] else None}


def post_review(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    Accept or decline a return.

    Raises:
        Forbidden, OwnRequest: somebody else decides. NotAllowedNow, Invalid.
    """
    plea = _plea(unit, request, "return")
    by = check_decider(unit, request, plea, tools=tools)
    body = request.body
    return decide_return(
        unit, plea, grant=body["accept"], by=by, reason=body["reason"], to=body["to"], tools=tools
    )


def post_ruling(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    Rule who has the case.

    Raises:
        Forbidden, OwnRequest: somebody else decides. NotAllowedNow, Invalid.
    """
    plea = _plea(unit, request, "ruling")
    by = check_decider(unit, request, plea, tools=tools)
    body, equal = request.body, request.body["precedent"]
    ruling = Ruling(
        party=body["party"],
        reason=body["reason"],
        by=by,
        equal=Equal(
            category=equal["category"],
            keywords=None if equal["keywords"] is None else tuple(equal["keywords"]),
            place_kind=equal["place_kind"],
        )
        if equal is not None
        else None,
        until=equal["until"] if equal is not None else None,
    )
    return rule(unit, plea, ruling, tools=tools)


def post_extension(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    Grant or decline more time.

    Raises:
        Forbidden, OwnRequest: somebody else decides. NotAllowedNow.
    """
    plea = _plea(unit, request, "extension")
    by = check_decider(unit, request, plea, tools=tools)
    body = request.body
    return decide_extension(unit, plea, grant=body["grant"], by=by, reason=body["reason"], tools=tools)


def post_recall(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    Recall a dispatch.

    Raises:
        Forbidden: not in scope. NotAllowedNow, Invalid.
    """
    found, who = unit.dispatches.get(request.path["dispatch"]), request.principal
    if found is None or who is None or not in_scope(unit, who, found.district, found.case_no):
        raise Forbidden("没有这个派单,或不在您的权限范围", "no such dispatch within your scope")
    body = request.body
    changed = recall(unit, found, by=who.sub, reason=body["reason"], to=body["to"], tools=tools)
    return show_dispatches(unit, [changed], tools=tools)[0]


def list_precedents(unit: RoutingUnit, request: Request) -> Any:
    """A page of the catalogue within the caller's scope."""
    query = request.query
    found = unit.list_precedents(
        districts=districts_in_scope(request, query.get("district")),
        whole=query["all"],
        after=query["after"],
        limit=query["limit"],
    )
    return {"precedents": found, "next": found[-1].id if len(found) == query["limit"] else None}


def post_revocation(unit: RoutingUnit, request: Request, *, tools: Tools) -> Precedent:
    """
    Revoke a precedent.

    Raises:
        Forbidden: not in scope, or below the arbiter. NotFound. NotAllowedNow: it was before.
    """
    found, who = unit.precedents.get(request.path["precedent"]), request.principal
    if found is None or who is None or not who.covers(found.district):
        raise Forbidden("没有这个先例,或不在您的权限范围", "no such precedent within your scope")
    role = returns_of(tools, found.district).arbiter_role
    if not who.may(role):
        raise Forbidden(
            f"撤销先例须有 {role} 以上角色", f"revoking a precedent needs the role {role} or above"
        )
    return revoke(unit, found, by=who.sub, why=request.body["reason"])


def _plea(unit: RoutingUnit, request: Request, kind: str) -> Plea:
    found = unit.pleas.get(request.path["plea"])
    if found is None or found.kind != kind:
        words = {
            "return": ("退单审核", "review"),
            "ruling": ("裁定", "ruling"),
            "extension": ("延期申请", "extension"),
        }
        zh, en = words[kind]
        raise NotFound(f"没有这个{zh}", f"there is no such {en}")
    return found


def check_decider(unit: RoutingUnit, request: Request, plea: Plea, *, tools: Tools) -> str:
    """
    Who decides: the party that is asked, by its token, or staff of at least the role that the district says; never who asked.

    Raises:
        Forbidden, OwnRequest: somebody else decides.
    """
    who, role = request.principal, _role(plea, tools)
    if who is not None and who.role == "party":
        district, party = check_token(unit, who)
        if district == plea.district and party == plea.party:
            raise OwnRequest("不能审批本单位自己的申请", "nobody decides what it asked for itself")
        if (district, party) != (plea.district, plea.decider):
            raise Forbidden(f"此事由 {plea.decider} 决定", f"this is for {plea.decider} to decide")
        return party
    if who is None or not who.covers(plea.district):
        raise Forbidden("此事不在您的权限范围", "this is outside of your scope")
    if not who.may(role):
        raise Forbidden(
            f"此事须由 {role} 以上角色或 {plea.decider} 决定", f"this needs the role {role} or {plea.decider}"
        )
    return who.sub


def _role(plea: Plea, tools: Tools) -> str:
    """The least role of staff that decides upon a plea of this kind."""
    returns = returns_of(tools, plea.district)
    roles = {"return": returns.reviewer_role, "ruling": returns.arbiter_role, "extension": "district"}
    return roles[plea.kind]
