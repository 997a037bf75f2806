"""
The desk: pages for those who act.
"""

from __future__ import annotations

from whistle.http.look import Look
from whistle.http.routes import HTML, Request, Response
from whistle.runtime.web import route
from whistle_routing.pages import desk as pages
from whistle_routing.schemas.desk import DeskPageQuery, DeskThingQuery
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

DISPATCH = "/desk/dispatches/<dispatch>"
PLEA = "/desk/pleas/<plea>"
PRECEDENT = "/desk/precedents/<precedent>"
WHISTLE = "/desk/whistles/<whistle>"


class DeskRoutes:
    """Pages on which parties and staff see their work and do it; forms go where their page is."""

    tools: Tools
    look: Look

    @route("GET", "/desk", query=DeskPageQuery, role="party", answer_type=HTML)
    def show_desk(self, unit: RoutingUnit, request: Request) -> Response:
        return pages.show_desk(unit, request, look=self.look, tools=self.tools)

    @route("GET", DISPATCH, query=DeskThingQuery, role="party", answer_type=HTML)
    def show_dispatch(self, unit: RoutingUnit, request: Request) -> Response:
        return pages.show_dispatch(unit, request, look=self.look, tools=self.tools)

    @route("POST", DISPATCH, form=True, role="party", answer_type=HTML)
    def take_dispatch(self, unit: RoutingUnit, request: Request) -> Response:
        return pages.take_dispatch(unit, request, look=self.look, tools=self.tools)

    @route("GET", PLEA, query=DeskThingQuery, role="party", answer_type=HTML)
    def show_plea(self, unit: RoutingUnit, request: Request) -> Response:
        return pages.show_plea(unit, request, look=self.look, tools=self.tools)

    @route("POST", PLEA, form=True, role="party", answer_type=HTML)
    def take_plea(self, unit: RoutingUnit, request: Request) -> Response:
        return pages.take_plea(unit, request, look=self.look, tools=self.tools)

    @route("GET", PRECEDENT, query=DeskThingQuery, role="party", answer_type=HTML)
    def show_precedent(self, unit: RoutingUnit, request: Request) -> Response:
        return pages.show_precedent(unit, request, look=self.look, tools=self.tools)

    @route("POST", PRECEDENT, form=True, role="party", answer_type=HTML)
    def take_precedent(self, unit: RoutingUnit, request: Request) -> Response:
        return pages.take_precedent(unit, request, look=self.look, tools=self.tools)

    @route("GET", WHISTLE, query=DeskThingQuery, role="party", answer_type=HTML)
    def show_whistle(self, unit: RoutingUnit, request: Request) -> Response:
        return pages.show_whistle(unit, request, look=self.look, tools=self.tools)

    @route("POST", WHISTLE, form=True, role="party", answer_type=HTML)
    def take_whistle(self, unit: RoutingUnit, request: Request) -> Response:
        return pages.take_whistle(unit, request, look=self.look, tools=self.tools)
