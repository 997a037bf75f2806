"""
Joint consultations: the routes of the routing service that call them, and record what they decided.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle.runtime.web import route
from whistle_routing.api import consultations as api
from whistle_routing.schemas import consultations as schemas
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

BASE = "/api/v1/whistles/consultations"


class ConsultationRoutes:
    """The part of the routing service that is about joint consultations."""

    tools: Tools

    @route(
        "POST",
        BASE,
        body=schemas.ConsultationBody,
        answer=schemas.ConsultationAnswer,
        role="street",
        status=201,
        summary_zh="召集联合会商",
        summary_en="Call a joint consultation",
    )
    def post_consultation(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_consultation(unit, request, tools=self.tools)

    @route("GET", BASE, query=schemas.ConsultationQuery, answer=schemas.ConsultationPage, role="worker")
    def list_consultations(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_consultations(unit, request)

    @route("GET", f"{BASE}/<consultation>", answer=schemas.ConsultationAnswer, role="worker")
    def get_consultation(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_consultation(unit, request)

    @route(
        "POST",
        f"{BASE}/<consultation>/minutes",
        body=schemas.MinutesBody,
        answer=schemas.ConsultationAnswer,
        role="worker",
        summary_zh="记录会商纪要与决定",
        summary_en="Record what a consultation said and decided",
    )
    def post_minutes(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_minutes(unit, request, tools=self.tools)
