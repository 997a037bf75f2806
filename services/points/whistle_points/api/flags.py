"""
What looks wrong: the list, and what somebody makes of it.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle_points import handlers
from whistle_points.api.access import scheme_of, write
from whistle_points.store import PointsUnit, page_of
from whistle_points.store.tables import flags


def list_flags(unit: PointsUnit, request: Request) -> Any:
    """Newest first."""
    query = request.query
    exact = {
        "scheme": scheme_of(request, query["district"]),
        "state": query["state"],
        "kind": query["kind"],
    }
    rows, following = page_of(unit, flags, exact=exact, after=query["after"], limit=query["limit"])
    return {"flags": rows, "next": following}


def show_flag(unit: PointsUnit, request: Request) -> Any:
    """One of them. Raises NotFound."""
    scheme = scheme_of(request, request.query["district"])
    return handlers.find_flag(unit, request.path["flag"], scheme=scheme)


def post_judgement(unit: PointsUnit, request: Request) -> Any:
    """Uphold or dismiss."""
    body = request.body

    def run(scheme: str, by: str) -> Any:
        return handlers.judge(
            unit,
            request.path["flag"],
            scheme=scheme,
            outcome=body["outcome"],
            reason=body["reason"],
            by=by,
        )

    return write(unit, request, run)
