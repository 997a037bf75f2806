"""
Sittings: the routes of the routing service that list them, and offer them as a calendar.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request, Response
from whistle.runtime.web import route
from whistle_routing.api import sittings as api
from whistle_routing.office import PostOffice
from whistle_routing.organisation.feed import MEDIA_TYPE
from whistle_routing.schemas import organisation as schemas
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

SITTINGS = "/api/v1/districts/<district>/sittings"


class SittingRoutes:
    """The part of the routing service that is about sittings."""

    tools: Tools
    office: PostOffice

    @route("GET", SITTINGS, query=schemas.SittingsQuery, role="worker")
    def list_sittings(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_sittings(unit, request, tools=self.tools)

    @route("GET", f"{SITTINGS}.ics", query=schemas.CalendarQuery, answer_type=MEDIA_TYPE)
    def get_calendar(self, unit: RoutingUnit, request: Request) -> Response:
        return api.get_calendar(unit, request, tools=self.tools, tokens=self.office.tokens)
