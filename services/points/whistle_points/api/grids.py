"""
Grids: scores in, evaluation and award list out.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request, Response
from whistle_points import handlers
from whistle_points.api.access import scheme_of, write
from whistle_points.exporting.sheets import XLSX, workbook
from whistle_points.exporting.tables import evaluation_tables
from whistle_points.store import PointsUnit, page_of
from whistle_points.store.tables import grid_evaluations
from whistle_points.tools import Tools


def put_scores(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Enter a month's scores."""
    body = request.body
    entries = handlers.entries_of(body["scores"], body["csv"])

    def run(scheme: str, by: str) -> Any:
        changed = handlers.enter_scores(
            unit,
            scheme=scheme,
            period=body["period"],
            entries=entries,
            by=by,
            rules=tools.rules,
            tree=tools.places(scheme),
        )
        return {"changed": changed}

    return write(unit, request, run)


def list_scores(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """What was entered, and what is missing. Raises Invalid: no such month."""
    query = request.query
    scheme = scheme_of(request, query["district"])
    return handlers.scores_and_missing(unit, scheme, query["period"], rules=tools.rules)


def post_evaluation(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Evaluate a month."""
    period = request.body["period"]
    return write(
        unit,
        request,
        lambda scheme, by: handlers.evaluate_grids(
            unit, scheme=scheme, period=period, by=by, rules=tools.rules
        ),
    )


def list_evaluations(unit: PointsUnit, request: Request) -> Any:
    """Newest first."""
    query = request.query
    exact = {"scheme": scheme_of(request, query["district"])}
    rows, following = page_of(unit, grid_evaluations, exact=exact, after=query["after"], limit=query["limit"])
    return {"evaluations": rows, "next": following}


def show_evaluation(unit: PointsUnit, request: Request) -> Any:
    """One evaluation. Raises NotFound."""
    scheme = scheme_of(request, request.query["district"])
    return handlers.find_evaluation(unit, request.path["evaluation"], scheme=scheme)


def download_evaluation(unit: PointsUnit, request: Request) -> Response:
    """The award list as a spreadsheet: who gets what, everybody's place, and what it was made by."""
    found = show_evaluation(unit, request)
    name = {"Content-Disposition": f'attachment; filename="grids-{found.period}.xlsx"'}
    return Response(workbook(evaluation_tables(found)), content_type=XLSX, headers=name)
