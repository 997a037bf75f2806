"""
Pages and spreadsheets.
"""

from __future__ import annotations

from whistle.http.look import Look
from whistle.http.routes import HTML, Request, Response
from whistle.runtime.web import route
from whistle_points.pages import front, member, rules
from whistle_points.schemas.base import DistrictQuery
from whistle_points.schemas.pages import FrontQuery, PageQuery, RulesQuery
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools


class PageRoutes:
    """What people read."""

    tools: Tools
    look: Look

    @route("GET", "/points", query=FrontQuery, answer_type=HTML)
    def show_front(self, unit: PointsUnit, request: Request) -> Response:
        return front.show_front(unit, request, look=self.look, tools=self.tools)

    @route("GET", "/points/rules", query=RulesQuery, answer_type=HTML)
    def show_rules(self, unit: PointsUnit, request: Request) -> Response:
        return rules.show_rules(unit, request, look=self.look, tools=self.tools)

    @route("GET", "/points/members/<member>", role="worker", query=PageQuery, answer_type=HTML)
    def show_file(self, unit: PointsUnit, request: Request) -> Response:
        return member.show_file(unit, request, look=self.look, tools=self.tools)

    @route("GET", "/points/members/<member>/file.xlsx", role="worker", query=DistrictQuery, answer_type=HTML)
    def download_file(self, unit: PointsUnit, request: Request) -> Response:
        return member.download_file(unit, request, tools=self.tools)

    @route("GET", "/points/members/<member>/file.docx", role="worker", query=DistrictQuery, answer_type=HTML)
    def download_paper(self, unit: PointsUnit, request: Request) -> Response:
        return member.download_paper(unit, request, tools=self.tools)
