"""
Frozen reports.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle_points import domain, handlers
from whistle_points.api.access import scheme_of, write
from whistle_points.store import PointsUnit, page_of_reports
from whistle_points.tools import Tools


def post_report(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Freeze a ranking or a public list."""
    body = request.body

    def run(scheme: str, by: str) -> domain.Report:
        asked = handlers.Freezing(
            scheme=scheme,
            kind=body["kind"],
            period=body["period"],
            corrects=body["corrects"],
            reason=body["reason"],
            by=by,
        )
        return handlers.freeze(unit, asked, rules=tools.rules)

    return write(unit, request, run)


def list_reports(unit: PointsUnit, request: Request) -> Any:
    """Newest first."""
    query = request.query
    scheme = scheme_of(request, query["district"])
    rows, following = page_of_reports(
        unit, scheme=scheme, kind=query["kind"], after=query["after"], limit=query["limit"]
    )
    return {"reports": rows, "due": handlers.list_due(unit, scheme), "next": following}


def show_report(unit: PointsUnit, request: Request) -> Any:
    """A report as it was frozen. Raises NotFound."""
    scheme = scheme_of(request, request.query["district"])
    return handlers.find_report(unit, request.path["report"], scheme=scheme)
