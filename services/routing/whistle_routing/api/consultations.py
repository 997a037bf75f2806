"""
Joint consultations over HTTP.
"""

from __future__ import annotations

from typing import Any

from whistle.auth import Principal
from whistle.errors import Forbidden
from whistle.http.routes import Request
from whistle_routing.api.scope import reach_of
from whistle_routing.domain import Job
from whistle_routing.domain.whistles import Consultation
from whistle_routing.handlers.conferring import conclude, confer
from whistle_routing.handlers.whistling.consulting import Invitation, Minutes
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def post_consultation(unit: RoutingUnit, request: Request, *, tools: Tools) -> Consultation:
    """
    Call a joint consultation about a case.

    Raises:
        Forbidden: no such case in scope, or below the street. NotAllowedNow, Invalid.
    """
    body = request.body
    job, who = _case(unit, request, body["case_no"])
    invitation = Invitation(
        parties=tuple(body["parties"]),
        guests=tuple(body["guests"]),
        **{name: body[name] for name in ("meet_at", "place", "subject")},
    )
    return confer(unit, job, invitation, who=who, tools=tools)


def list_consultations(unit: RoutingUnit, request: Request) -> Any:
    """A page of consultations within the caller's scope."""
    query = request.query
    found = unit.list_consultations(
        reach=reach_of(request, query.get("district")),
        case_no=query.get("case_no"),
        held=query.get("held"),
        after=query["after"],
        limit=query["limit"],
    )
    return {"consultations": found, "next": found[-1].id if len(found) == query["limit"] else None}


def get_consultation(unit: RoutingUnit, request: Request) -> Consultation:
    """
    One consultation.

    Raises:
        Forbidden: none in scope.
    """
    return _consultation(unit, request)[0]


def post_minutes(unit: RoutingUnit, request: Request, *, tools: Tools) -> Consultation:
    """
    Record attendance, minutes and decision.

    Raises:
        Forbidden, NotAllowedNow, AlreadyRuled, Invalid.
    """
    found, who = _consultation(unit, request)
    body = request.body
    held = Minutes(
        present=tuple(body["present"]),
        minutes=body["minutes"],
        decision=body["decision"],
        summon=tuple(body["join"]),
        lead=body["lead"] or "",
    )
    return conclude(unit, found, held, who=who, tools=tools)


def _case(unit: RoutingUnit, request: Request, no: str) -> tuple[Job, Principal]:
    job, who = unit.jobs.get(no), request.principal
    if job is None or who is None or not who.covers(job.district, job.grid):
        raise Forbidden("没有这个诉求,或不在您的权限范围", "no such case within your scope")
    return job, who


def _consultation(unit: RoutingUnit, request: Request) -> tuple[Consultation, Principal]:
    found = unit.consultations.get(request.path["consultation"])
    if found is None:
        raise Forbidden("没有这次会商,或不在您的权限范围", "no such consultation within your scope")
    return found, _case(unit, request, found.case_no)[1]
