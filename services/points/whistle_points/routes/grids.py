"""
Grids: their monthly evaluation and what it earns them.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request, Response
from whistle.runtime.web import route
from whistle_points import api
from whistle_points.routes.accounts import BASE
from whistle_points.schemas import grids as schemas
from whistle_points.schemas.base import DistrictQuery
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class GridRoutes:
    """Scores in, evaluation and award list out."""

    tools: Tools

    @route(
        "PUT",
        f"{BASE}/grids/scores",
        role="street",
        body=schemas.ScoresBody,
        answer=schemas.ScoresAnswer,
        summary_zh="录入网格月度分数",
        summary_en="Enter the scores of grids for a month",
        tags=("points",),
    )
    def put_grid_scores(self, unit: PointsUnit, request: Request) -> Any:
        return api.grids.put_scores(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/grids/scores",
        role="community",
        query=schemas.ScoresQuery,
        answer=schemas.ScoreList,
        summary_zh="网格月度分数",
        summary_en="Scores of grids for a month",
        tags=("points",),
    )
    def list_grid_scores(self, unit: PointsUnit, request: Request) -> Any:
        return api.grids.list_scores(unit, request, tools=self.tools)

    @route(
        "POST",
        f"{BASE}/grids/evaluations",
        role="street",
        body=schemas.EvaluateBody,
        answer=schemas.EvaluationSchema,
        status=201,
        summary_zh="评定一个月",
        summary_en="Evaluate a month, once",
        tags=("points",),
    )
    def post_grid_evaluation(self, unit: PointsUnit, request: Request) -> Any:
        return api.grids.post_evaluation(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/grids/evaluations",
        role="community",
        query=schemas.EvaluationQuery,
        answer=schemas.EvaluationPage,
        summary_zh="网格评定列表",
        summary_en="Evaluations of grids",
        tags=("points",),
    )
    def list_grid_evaluations(self, unit: PointsUnit, request: Request) -> Any:
        return api.grids.list_evaluations(unit, request)

    @route(
        "GET",
        f"{BASE}/grids/evaluations/<evaluation>",
        role="community",
        query=DistrictQuery,
        answer=schemas.EvaluationSchema,
        summary_zh="一次网格评定",
        summary_en="One evaluation of grids",
        tags=("points",),
    )
    def show_grid_evaluation(self, unit: PointsUnit, request: Request) -> Any:
        return api.grids.show_evaluation(unit, request)

    @route(
        "GET",
        f"{BASE}/grids/evaluations/<evaluation>/list.xlsx",
        role="community",
        query=DistrictQuery,
        answer_type=XLSX,
        summary_zh="奖补名单(表格)",
        summary_en="The award list as a spreadsheet",
        tags=("points",),
    )
    def download_grid_evaluation(self, unit: PointsUnit, request: Request) -> Response:
        return api.grids.download_evaluation(unit, request)
