"""
Clocks and supervision orders.
"""

from __future__ import annotations

from typing import Any, Literal

from whistle.contracts.timing import Span
from whistle.errors import Forbidden
from whistle.http.routes import Request
from whistle_routing import handlers
from whistle_routing.api.scope import reach_of, shows_case
from whistle_routing.domain import Clock
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def list_clocks(unit: RoutingUnit, request: Request) -> Any:
    """A page of open clocks within the caller's scope, the first due first; or all clocks of one case."""
    query = request.query
    if no := query.get("no"):
        return {"clocks": unit.clocks_of(no) if shows_case(unit, request, no) else [], "next": None}
    found = unit.list_clocks(
        reach=reach_of(request, query.get("district")),
        state=query.get("state"),
        due_before=query.get("due"),
        after=unit.clocks.get(query["after"]) if query["after"] else None,
        limit=query["limit"],
    )
    return {"clocks": found, "next": found[-1].id if len(found) == query["limit"] else None}


def get_clock(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """A clock, explained."""
    return handlers.explain_clock(unit, _clock(unit, request), tools=tools)


def move_clock(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    Pause, resume or extend a clock; the caller's name is what stands under it.

    Raises:
        Forbidden: not in scope; an extension by somebody below the district. NotAllowedNow.
    """
    clock, body, who = _clock(unit, request), request.body, request.principal
    if who is None or (body["action"] == "extend" and not who.may("district")):
        raise Forbidden("延期须由区级批准", "an extension is approved by the district")
    by, reason = body.get("by") or who.sub, body["reason"]
    span = Span.parse(body.get("span", ""))
    if span is not None and body["action"] == "extend":
        return handlers.extend_clock(
            unit, clock, span, by=by, approved_by=who.sub, reason=reason, tools=tools
        )
    step: dict[Literal["pause", "resume"], Any] = {
        "pause": handlers.pause_clock,
        "resume": handlers.resume_clock,
    }
    return step[body["action"]](unit, clock, by=who.sub, reason=reason, tools=tools)


def list_supervisions(unit: RoutingUnit, request: Request) -> Any:
    """A page of open supervision orders within the caller's scope."""
    query = request.query
    found = unit.list_supervisions(
        reach=reach_of(request, query.get("district")),
        after=query["after"],
        limit=query["limit"],
    )
    return {"supervisions": found, "next": found[-1].id if len(found) == query["limit"] else None}


def _clock(unit: RoutingUnit, request: Request) -> Clock:
    clock = unit.clocks.get(request.path["clock"])
    job = unit.jobs.get(clock.case_no) if clock else None
    who = request.principal
    if clock is None or who is None or not who.covers(clock.district, job.grid if job else None):
        raise Forbidden("没有这个时限,或不在您的权限范围", "no such clock within your scope")
    return clock
