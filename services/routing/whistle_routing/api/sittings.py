"""
The sittings of a month over HTTP, for any staff of the district.
"""

from __future__ import annotations

from typing import Any

from whistle.errors import Forbidden, NotFound
from whistle.http.routes import Request
from whistle_routing.handlers.organisation.sittings import read_month, sittings_of
from whistle_routing.organisation.known import today
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def list_sittings(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    A page of the duties of a month, by day, row and node.

    Raises:
        Forbidden: staff of another district. NotFound: no such pack, or nothing was loaded. Invalid: no such month.
    """
    district, asked, who = str(request.path["district"]), request.query, request.principal
    if who is None or (who.scope != "*" and who.scope.partition("/")[0] != district):
        raise Forbidden("您的权限范围不含该区", "this district is outside of your scope")
    pack = tools.packs.get(district)
    if pack is None:
        raise NotFound(f"没有安装 {district} 的区县包", f"no pack of {district} is installed")
    month = read_month(asked["month"], today(unit))
    found = sittings_of(
        tools.organisations.get(unit, district),
        pack.tables.sittings,
        month,
        calendar=tools.timetable(district).calendar,
    )
    page = [row for row in found if row["key"] > asked["after"]][: asked["limit"]]
    following = page[-1]["key"] if page and page[-1]["key"] != found[-1]["key"] else None
    return {"month": f"{month:%Y-%m}", "count": len(found), "sittings": page, "next": following}
