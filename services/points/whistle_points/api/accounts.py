"""
Members' accounts: balance, entries, what expires when; and whether the books are right.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle_points import domain
from whistle_points.api.access import scheme_of
from whistle_points.store import PointsUnit, read_member, verify
from whistle_points.tools import Tools


def show_member(unit: PointsUnit, request: Request, *, tools: Tools) -> dict[str, Any]:
    """A member's balance and a page of entries, newest first."""
    query = request.query
    scheme = scheme_of(request, query["district"])
    page = read_member(
        unit,
        scheme=scheme,
        member=request.path["member"],
        before=query["after"],
        limit=min(query["limit"] or tools.settings.page, tools.settings.page),
    )
    return {
        "member": request.path["member"],
        "district": scheme,
        "tenths": page.tenths,
        "points": domain.points(page.tenths),
        "entries": page.entries,
        "next": page.next,
    }


def show_differences(unit: PointsUnit) -> dict[str, Any]:
    """What ``verify`` finds."""
    differences = verify(unit)
    return {"ok": not differences, "differences": differences}
