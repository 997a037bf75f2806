"""
Whistles over HTTP: who may, then the use case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from whistle.auth import Principal
from whistle.errors import Forbidden
from whistle.http.routes import Request
from whistle_routing.api.scope import reach_of
from whistle_routing.domain import Job, Whistle
from whistle_routing.handlers.whistling import blowing, consulting, escalating, powers, publishing, releasing
from whistle_routing.handlers.whistling.viewing import view_whistle
from whistle_routing.handlers.whistling.wishes import Wish
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def post_whistle(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    Blow a whistle, or ask for approval; the answer's ``state`` tells which.

    Raises:
        Forbidden: no such case in scope, or not this role's to blow. Invalid, NotAllowedNow.
    """
    job, who = _case(unit, request, request.body["case_no"])
    body = request.body
    wish = Wish(
        whistle_class=body["whistle_class"],
        lead=body["lead"],
        co_handlers=tuple(body["co_handlers"]),
        reason=body["reason"],
        within=body["within"] or None,
    )
    return _shown(unit, blowing.blow_whistle(unit, job, wish, who=who, tools=tools), code=True)


def post_escalation(unit: RoutingUnit, request: Request) -> Any:
    """
    Carry a case upward: it waits for what the district's plugin says.

    Raises:
        Forbidden, NotAllowedNow.
    """
    job, who = _case(unit, request, request.body["case_no"])
    escalating.escalate_case(unit, job, who=who, reason=request.body["reason"])
    return {"case_no": job.no, "state": "pending"}


def list_whistles(unit: RoutingUnit, request: Request) -> Any:
    """A page of whistles within the caller's scope."""
    query = request.query
    found = unit.list_whistles(
        reach=reach_of(request, query.get("district")),
        state=query.get("state"),
        whistle_class=query.get("whistle_class"),
        case_no=query.get("case_no"),
        after=query["after"],
        limit=query["limit"],
    )
    return {"whistles": found, "next": found[-1].id if len(found) == query["limit"] else None}


def get_whistle(unit: RoutingUnit, request: Request) -> Any:
    """A whistle with everything that happened; the code only for who blew it, or stands above."""
    whistle, who = _whistle(unit, request)
    return view_whistle(unit, whistle, steps=True, code=who.sub == whistle.by or who.may("street"))


def post_whistle_action(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    Approve, decline, summon, release, veto, evaluate, assess, close, consult, hold.

    Raises:
        Forbidden, Invalid, NotFound, NotAllowedNow: as the use case says.
    """
    whistle, who = _whistle(unit, request)
    _ACTIONS[request.body["action"]](unit, whistle, request.body, who, tools)
    return _shown(unit, unit.whistles.get(whistle.id) or whistle)


def get_publication(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    The whistles of a month, answered and not. Public: nothing in it points to a person.

    Raises:
        Invalid: no such month or district.
    """
    return publishing.publish_month(unit, request.query["district"], request.query["month"], tools=tools)


def _approve(unit: RoutingUnit, whistle: Whistle, body: Any, who: Principal, tools: Tools) -> None:
    blowing.approve_whistle(unit, whistle, who=who, reason=body.get("reason", ""), tools=tools)


def _decline(unit: RoutingUnit, whistle: Whistle, body: Any, who: Principal, tools: Tools) -> None:
    blowing.decline_whistle(unit, whistle, who=who, reason=body["reason"], tools=tools)


def _summon(unit: RoutingUnit, whistle: Whistle, body: Any, who: Principal, tools: Tools) -> None:
    powers.summon(unit, whistle, body["party"], reason=body["reason"], who=who, tools=tools)


def _release(unit: RoutingUnit, whistle: Whistle, body: Any, who: Principal, tools: Tools) -> None:
    lead = body.get("lead")
    releasing.release(unit, whistle, body["party"], reason=body["reason"], who=who, tools=tools, lead=lead)


def _veto(unit: RoutingUnit, whistle: Whistle, body: Any, who: Principal, tools: Tools) -> None:
    powers.veto(unit, whistle, body["party"], reason=body["reason"], who=who, tools=tools)


def _evaluate(unit: RoutingUnit, whistle: Whistle, body: Any, who: Principal, tools: Tools) -> None:
    said = {name: body[name] for name in ("score", "verdict", "comment")}
    powers.evaluate(unit, whistle, body["party"], **said, who=who, tools=tools)


def _assess(unit: RoutingUnit, whistle: Whistle, body: Any, who: Principal, tools: Tools) -> None:
    said = {name: body[name] for name in ("grade", "comment")}
    powers.assess(unit, whistle, body["party"], **said, who=who, tools=tools)


def _close(unit: RoutingUnit, whistle: Whistle, _body: Any, who: Principal, tools: Tools) -> None:
    releasing.close_whistle(unit, whistle, who=who, tools=tools)


def _consult(unit: RoutingUnit, whistle: Whistle, body: Any, who: Principal, tools: Tools) -> None:
    invitation = consulting.Invitation(
        parties=tuple(body["parties"]),
        guests=tuple(body["guests"]),
        **{name: body[name] for name in ("meet_at", "place", "subject")},
    )
    consulting.call_consultation(unit, whistle, invitation, who=who, tools=tools)


def _hold(unit: RoutingUnit, whistle: Whistle, body: Any, who: Principal, tools: Tools) -> None:
    held = consulting.Minutes(
        present=tuple(body["present"]),
        minutes=body["minutes"],
        decision=body["decision"],
        summon=tuple(body["summon"]),
    )
    consulting.hold_consultation(unit, whistle, body["consultation"], held, who=who, tools=tools)


_ACTIONS: Mapping[str, Callable[[RoutingUnit, Whistle, Any, Principal, Tools], None]] = {
    "approve": _approve,
    "decline": _decline,
    "summon": _summon,
    "release": _release,
    "veto": _veto,
    "evaluate": _evaluate,
    "assess": _assess,
    "close": _close,
    "consult": _consult,
    "hold": _hold,
}


def _shown(unit: RoutingUnit, whistle: Whistle, *, code: bool = False) -> Any:
    return view_whistle(unit, whistle, code=code)


def _case(unit: RoutingUnit, request: Request, no: str) -> tuple[Job, Principal]:
    job, who = unit.jobs.get(no), request.principal
    if job is None or who is None or not who.covers(job.district, job.grid):
        raise Forbidden("没有这个诉求,或不在您的权限范围", "no such case within your scope")
    return job, who


def _whistle(unit: RoutingUnit, request: Request) -> tuple[Whistle, Principal]:
    found, who = unit.whistles.get(request.path["whistle"]), request.principal
    job = unit.jobs.get(found.case_no) if found else None
    if found is None or job is None or who is None or not who.covers(job.district, job.grid):
        raise Forbidden("没有这个哨令,或不在您的权限范围", "no such whistle within your scope")
    return found, who
