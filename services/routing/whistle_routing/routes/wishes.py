"""
The need list: the route of the routing service that shows it.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle.runtime.web import route
from whistle_routing.api import wishes as api
from whistle_routing.schemas import wishes as schemas
from whistle_routing.store import RoutingUnit


class WishRoutes:
    """The part of the routing service that is about micro-wishes."""

    @route(
        "GET",
        "/api/v1/districts/<district>/wishes",
        query=schemas.WishQuery,
        answer=schemas.WishPage,
        role="worker",
        summary_zh="需求清单(微心愿)",
        summary_en="The need list of micro-wishes",
    )
    def get_wishes(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_wishes(unit, request)
