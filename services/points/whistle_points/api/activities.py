"""
Activities, sign-ups, attendance and skills.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle_points import domain, handlers
from whistle_points.api.access import scheme_of, write
from whistle_points.store import PointsUnit, activities, page_of
from whistle_points.tools import Tools


def post_activity(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Plan an activity."""
    given = {name: value for name, value in request.body.items() if name not in ("district", "dry_run")}
    return write(
        unit, request, lambda scheme, by: handlers.plan(unit, scheme, given, by=by, rules=tools.rules)
    )


def list_activities(unit: PointsUnit, request: Request) -> Any:
    """Newest first."""
    query = request.query
    exact = {"scheme": scheme_of(request, query["district"]), "state": query["state"]}
    rows, following = page_of(unit, activities, exact=exact, after=query["after"], limit=query["limit"])
    return {"activities": rows, "next": following}


def list_signups(unit: PointsUnit, request: Request) -> Any:
    """Who signed up, in their order."""
    scheme = scheme_of(request, request.query["district"])
    found = handlers.find_activity(unit, request.path["activity"], scheme=scheme)
    return {"signups": handlers.everyone(unit, found)}


def join(unit: PointsUnit, request: Request) -> Any:
    """Sign a member up."""
    who = request.body["member"]
    return write(
        unit, request, lambda scheme, _by: handlers.join(unit, request.path["activity"], who, scheme=scheme)
    )


def leave(unit: PointsUnit, request: Request) -> Any:
    """Give a member's place up."""
    who = request.body["member"]
    return write(
        unit, request, lambda scheme, _by: handlers.leave(unit, request.path["activity"], who, scheme=scheme)
    )


def show_code(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """The check-in code of this moment, for the screen at the place."""
    scheme = scheme_of(request, request.query["district"])
    found = handlers.find_activity(unit, request.path["activity"], scheme=scheme)
    left = domain.activities.WINDOW - int(unit.now.timestamp()) % domain.activities.WINDOW
    return {"code": domain.activities.checkin_code(tools.secret, found.id, unit.now), "seconds": left}


def check_in(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Come or go."""
    body = request.body

    def run(scheme: str, _by: str) -> Any:
        return handlers.check_in(
            unit,
            request.path["activity"],
            body["member"],
            body["code"],
            scheme=scheme,
            secret=tools.secret,
            device=body["device"],
        )

    return write(unit, request, run)


def confirm(unit: PointsUnit, request: Request) -> Any:
    """Say who was there for how long."""
    minutes = {one["member"]: one["minutes"] for one in request.body["present"]}

    def run(scheme: str, by: str) -> Any:
        activity = request.path["activity"]
        made = handlers.confirm(unit, activity, minutes, scheme=scheme, by=by)
        everybody = handlers.everyone(unit, handlers.find_activity(unit, activity, scheme=scheme))
        return {"signups": made, "unproven": [one.member for one in handlers.unproven(everybody)]}

    return write(unit, request, run)


def put_skill(unit: PointsUnit, request: Request) -> Any:
    """Enter what a member can do."""
    given = {name: value for name, value in request.body.items() if name not in ("district", "dry_run")}
    return write(unit, request, lambda scheme, by: handlers.put_skill(unit, scheme, given, by=by))


def list_skills(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Who nearby can do this."""
    query = request.query
    scheme = scheme_of(request, query["district"])
    asked = {name: query[name] for name in ("skill", "near", "grid")}
    return {"members": handlers.who_can(unit, scheme=scheme, places=tools.places(scheme), **asked)}
