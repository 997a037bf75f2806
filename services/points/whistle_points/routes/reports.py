"""
Frozen reports, for machines and for people.
"""

from __future__ import annotations

from typing import Any

from whistle.http.look import Look
from whistle.http.routes import HTML, Request, Response
from whistle.runtime.web import route
from whistle_points import api
from whistle_points.pages import reports as pages
from whistle_points.routes.accounts import BASE
from whistle_points.schemas import reports as schemas
from whistle_points.schemas.base import DistrictQuery
from whistle_points.schemas.pages import ListsQuery, PageQuery
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools


class ReportRoutes:
    """What was frozen."""

    tools: Tools
    look: Look

    @route(
        "POST",
        f"{BASE}/reports",
        role="street",
        body=schemas.FreezeBody,
        answer=schemas.ReportSchema,
        status=201,
        summary_zh="冻结排名或公开名单",
        summary_en="Freeze a ranking or a public list",
        tags=("points",),
    )
    def post_report(self, unit: PointsUnit, request: Request) -> Any:
        return api.reports.post_report(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/reports",
        role="worker",
        query=schemas.ReportQuery,
        answer=schemas.ReportPage,
        summary_zh="已冻结的排名和名单",
        summary_en="Frozen rankings and lists",
        tags=("points",),
    )
    def list_reports(self, unit: PointsUnit, request: Request) -> Any:
        return api.reports.list_reports(unit, request)

    @route(
        "GET",
        f"{BASE}/reports/<report>",
        role="worker",
        query=DistrictQuery,
        answer=schemas.ReportSchema,
        summary_zh="一份冻结的报告",
        summary_en="One frozen report",
        tags=("points",),
    )
    def show_report(self, unit: PointsUnit, request: Request) -> Any:
        return api.reports.show_report(unit, request)

    @route("GET", "/points/reports/<report>", role="worker", query=PageQuery, answer_type=HTML)
    def show_report_page(self, unit: PointsUnit, request: Request) -> Response:
        return pages.show_report(unit, request, look=self.look, tools=self.tools)

    @route(
        "GET", "/points/reports/<report>/report.xlsx", role="worker", query=DistrictQuery, answer_type=HTML
    )
    def download_report(self, unit: PointsUnit, request: Request) -> Response:
        return pages.download_report(unit, request)

    @route("GET", "/points/publications/<publication>", role="worker", query=PageQuery, answer_type=HTML)
    def show_publication_page(self, unit: PointsUnit, request: Request) -> Response:
        return pages.show_publication(unit, request, look=self.look, tools=self.tools)

    @route("GET", "/points/lists", query=ListsQuery, answer_type=HTML)
    def show_lists(self, unit: PointsUnit, request: Request) -> Response:
        return pages.show_lists(unit, request, look=self.look, tools=self.tools)

    @route("GET", "/points/lists/<report>", query=PageQuery, answer_type=HTML)
    def show_list(self, unit: PointsUnit, request: Request) -> Response:
        return pages.show_list(unit, request, look=self.look, tools=self.tools)
