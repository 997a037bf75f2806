"""
What a member's file says beside points.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle_points import handlers
from whistle_points.api.access import scheme_of, write
from whistle_points.store import PointsUnit, page_of, records


def post_record(unit: PointsUnit, request: Request) -> Any:
    """Enter something into a member's file."""
    given = {name: value for name, value in request.body.items() if name not in ("district", "dry_run")}
    return write(unit, request, lambda scheme, by: handlers.record(unit, scheme, given, by=by))


def withdraw_record(unit: PointsUnit, request: Request) -> Any:
    """Take it back, with a reason."""

    def run(scheme: str, by: str) -> Any:
        return handlers.withdraw_record(
            unit, request.path["record"], scheme=scheme, reason=request.body["reason"], by=by
        )

    return write(unit, request, run)


def list_records(unit: PointsUnit, request: Request) -> Any:
    """Newest first."""
    query = request.query
    exact = {
        "scheme": scheme_of(request, query["district"]),
        "member": query["member"],
        "part": query["part"],
    }
    rows, following = page_of(unit, records, exact=exact, after=query["after"], limit=query["limit"])
    return {"records": rows, "next": following}
