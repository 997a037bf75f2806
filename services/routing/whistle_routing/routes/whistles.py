"""
Whistles: the routes of the routing service that blow them, and say what becomes of them.
"""

from __future__ import annotations

from typing import Any

from whistle.http.look import Look
from whistle.http.routes import HTML, Request, Response
from whistle.runtime.web import route
from whistle_routing.api import whistles as api
from whistle_routing.pages import whistles as pages
from whistle_routing.schemas import whistles as bodies
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

WHISTLES = "/api/v1/whistles"


class WhistleRoutes:
    """The part of the routing service that is about whistles."""

    tools: Tools
    look: Look

    @route("GET", "/whistles", query=bodies.PublicationPageQuery, answer_type=HTML)
    def show_publication(self, unit: RoutingUnit, request: Request) -> Response:
        return pages.show_publication(unit, request, look=self.look, tools=self.tools)

    @route("POST", WHISTLES, body=bodies.BlowBody, answer=bodies.WhistleAnswer, role="worker", status=201)
    def post_whistle(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_whistle(unit, request, tools=self.tools)

    @route("GET", WHISTLES, query=bodies.WhistleQuery, answer=bodies.WhistlePage, role="worker")
    def list_whistles(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_whistles(unit, request)

    @route("POST", f"{WHISTLES}/escalations", body=bodies.EscalationBody, role="worker", status=202)
    def post_escalation(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_escalation(unit, request)

    @route("GET", f"{WHISTLES}/publication", query=bodies.PublicationQuery, answer=bodies.Publication)
    def get_publication(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_publication(unit, request, tools=self.tools)

    @route("GET", f"{WHISTLES}/<whistle>", answer=bodies.WhistleAnswer, role="worker")
    def get_whistle(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_whistle(unit, request)

    @route(
        "POST",
        f"{WHISTLES}/<whistle>/actions",
        body=bodies.WhistleActionBody,
        answer=bodies.WhistleAnswer,
        role="worker",
    )
    def post_whistle_action(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_whistle_action(unit, request, tools=self.tools)
