"""
The need list over HTTP.
"""

from __future__ import annotations

from typing import Any

from whistle.errors import Forbidden
from whistle.http.routes import Request
from whistle_routing.handlers.wishing import list_wishes
from whistle_routing.store import RoutingUnit


def get_wishes(unit: RoutingUnit, request: Request) -> Any:
    """
    A page of the micro-wishes within the caller's scope.

    Raises:
        Forbidden: staff of another district.
    """
    district, query, who = str(request.path["district"]), request.query, request.principal
    if who is None or (who.scope != "*" and who.scope.partition("/")[0] != district):
        raise Forbidden("您的权限范围不含该区", "this district is outside of your scope")
    found, following = list_wishes(
        unit, district, state=query.get("state"), after=query["after"], limit=query["limit"]
    )
    return {"wishes": [one for one in found if who.covers(district, one.grid)], "next": following}
