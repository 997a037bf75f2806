"""
Grids: scores in, evaluation and award list out.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request, Response
from whistle_points import domain, handlers
from whistle_points.api.access import scheme_of, write
from whistle_points.domain.grids import missing_scores
from whistle_points.exporting.sheets import XLSX, workbook
from whistle_points.exporting.tables import Cell, Tables
from whistle_points.handlers.gridding import Entry, entries_of_csv
from whistle_points.handlers.periods import days_of
from whistle_points.store import PointsUnit, page_of
from whistle_points.store.gridding import scores_of
from whistle_points.store.tables import grid_evaluations
from whistle_points.tools import Tools


def put_scores(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Enter a month's scores."""
    body = request.body
    rows = [Entry(**one, where=f"scores.{at}") for at, one in enumerate(body["scores"])]
    entries = [*rows, *(entries_of_csv(body["csv"]) if body["csv"] else ())]

    def run(scheme: str, by: str) -> Any:
        changed = handlers.enter_scores(
            unit, scheme=scheme, period=body["period"], entries=entries, by=by, rules=tools.rules
        )
        return {"changed": changed}

    return write(unit, request, run)


def list_scores(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """What was entered, and what is missing. Raises Invalid: no such month."""
    query = request.query
    scheme = scheme_of(request, query["district"])
    scores = scores_of(unit, scheme=scheme, period=query["period"])
    rules = tools.rules.at(scheme, days_of(query["period"])[1]).grid
    return {"scores": scores, "missing": [list(one) for one in missing_scores(rules, scores)]}


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
    head = ("名次", "网格", "得分", "等次", "奖补(元)")
    lines = [(row.place, row.grid, row.tenths / 10, row.title, row.yuan) for row in found.rows]
    made: list[tuple[Cell, ...]] = [
        ("编号 Number", found.id),
        ("办法 Rules", f"v{found.rules} {found.text_hash}"),
        ("评定 Evaluated", f"{found.made_at.astimezone(domain.CHINA):%Y-%m-%d %H:%M} {found.made_by}"),
        ("奖补合计 Total", sum(row.yuan for row in found.rows)),
        ("校验值 SHA-256", found.hash),
    ]
    sheets: Tables = {
        "奖补名单": (head, [line for line in lines if line[-1]]),
        f"评定 {found.period}": (head, lines),
        "依据 Basis": (("项目", "内容"), made),
    }
    name = {"Content-Disposition": f'attachment; filename="grids-{found.period}.xlsx"'}
    return Response(workbook(sheets), content_type=XLSX, headers=name)
