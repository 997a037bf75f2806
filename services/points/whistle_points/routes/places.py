"""
Pages for the place itself: codes to be scanned, lists to be printed.
"""

from __future__ import annotations

from whistle.http.look import Look
from whistle.http.routes import HTML, Request, Response
from whistle.runtime.web import route
from whistle_points.pages import activity, card, pickup
from whistle_points.schemas import pages as schemas
from whistle_points.schemas.base import DistrictQuery
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools

ACTIVITY = "/points/activities/<activity>"
ORDER = "/points/orders/<order>"


class PlaceRoutes:
    """What organisers and clerks show and print."""

    tools: Tools
    look: Look

    @route("GET", f"{ACTIVITY}/code", role="worker", query=schemas.PageQuery, answer_type=HTML)
    def show_code_page(self, unit: PointsUnit, request: Request) -> Response:
        return activity.show_code(unit, request, look=self.look, tools=self.tools)

    @route("GET", f"{ACTIVITY}/code.svg", role="worker", query=DistrictQuery, answer_type=HTML)
    def show_code_svg(self, unit: PointsUnit, request: Request) -> Response:
        return activity.show_picture(unit, request, kind="svg", tools=self.tools)

    @route("GET", f"{ACTIVITY}/code.png", role="worker", query=DistrictQuery, answer_type=HTML)
    def show_code_png(self, unit: PointsUnit, request: Request) -> Response:
        return activity.show_picture(unit, request, kind="png", tools=self.tools)

    @route("GET", f"{ACTIVITY}/list", role="worker", query=schemas.PageQuery, answer_type=HTML)
    def show_paper_list(self, unit: PointsUnit, request: Request) -> Response:
        return activity.show_signups(unit, request, look=self.look)

    @route("GET", f"{ACTIVITY}/here", query=schemas.ArrivalQuery, answer_type=HTML)
    def show_arrival(self, unit: PointsUnit, request: Request) -> Response:
        return activity.show_arrival(unit, request, look=self.look, tools=self.tools)

    @route("POST", f"{ACTIVITY}/here", form=True, answer_type=HTML)
    def take_arrival(self, unit: PointsUnit, request: Request) -> Response:
        return activity.take_arrival(unit, request, look=self.look, tools=self.tools)

    @route(
        "GET",
        "/points/members/<member>/card",
        role="worker",
        query=schemas.PageQuery,
        answer_type=HTML,
    )
    def show_card(self, unit: PointsUnit, request: Request) -> Response:
        return card.show_card(unit, request, look=self.look, tools=self.tools)

    @route("GET", "/points/card", query=schemas.CardQuery, answer_type=HTML)
    def take_card(self, unit: PointsUnit, request: Request) -> Response:
        return card.take_card(unit, request, look=self.look, tools=self.tools)

    @route("GET", "/points/pickups", role="worker", query=schemas.PointQuery, answer_type=HTML)
    def show_pickups(self, unit: PointsUnit, request: Request) -> Response:
        return pickup.show_waiting(unit, request, look=self.look, tools=self.tools)

    @route("GET", f"{ORDER}/slip", role="worker", query=schemas.PageQuery, answer_type=HTML)
    def show_slip(self, unit: PointsUnit, request: Request) -> Response:
        return pickup.show_slip(unit, request, look=self.look, tools=self.tools)

    @route("GET", f"{ORDER}/code.svg", role="worker", query=DistrictQuery, answer_type=HTML)
    def show_order_svg(self, unit: PointsUnit, request: Request) -> Response:
        return pickup.show_picture(unit, request, kind="svg", tools=self.tools)

    @route("GET", f"{ORDER}/code.png", role="worker", query=DistrictQuery, answer_type=HTML)
    def show_order_png(self, unit: PointsUnit, request: Request) -> Response:
        return pickup.show_picture(unit, request, kind="png", tools=self.tools)
