"""
Sittings over HTTP: a month for any staff of the district, and a calendar to subscribe to for whoever has its link.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from whistle.auth import Tokens
from whistle.errors import Forbidden, NotFound, Unauthenticated
from whistle.http.routes import Request, Response
from whistle.plugins.loader import Pack
from whistle_routing.handlers.organisation.sittings import coming_sittings, read_month, sittings_of
from whistle_routing.organisation.feed import MEDIA_TYPE, as_calendar
from whistle_routing.organisation.known import today
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

FEED_LIFE = dt.timedelta(days=400)
"""How long a link to a calendar is good."""


def list_sittings(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    A page of the duties of a month, by day, row and node.

    Raises:
        Forbidden: staff of another district. NotFound: no such pack, or nothing was loaded. Invalid: no such month.
    """
    district, asked = str(request.path["district"]), request.query
    _check_staff(request, district)
    month = read_month(asked["month"], today(unit))
    found = sittings_of(
        tools.organisations.get(unit, district),
        _pack(tools, district).tables.sittings,
        month,
        calendar=tools.timetable(district).calendar,
    )
    page = [row for row in found if row["key"] > asked["after"]][: asked["limit"]]
    following = page[-1]["key"] if page and page[-1]["key"] != found[-1]["key"] else None
    return {"month": f"{month:%Y-%m}", "count": len(found), "sittings": page, "next": following}


def get_calendar(unit: RoutingUnit, request: Request, *, tools: Tools, tokens: Tokens) -> Response:
    """
    The sittings of a month, or of the next days, as a calendar; for staff of the district, or with the key of its link, since
    calendar programs cannot log in.

    Raises:
        Unauthenticated, Forbidden: neither. NotFound, Invalid: as above.
    """
    district, asked = str(request.path["district"]), request.query
    if request.principal is None:
        check_feed_key(tokens, asked["key"], district)
    else:
        _check_staff(request, district)
    pack = _pack(tools, district)
    rows = [row for row in pack.tables.sittings if asked["row"] in ("", row.id)]
    organisation, calendar = tools.organisations.get(unit, district), tools.timetable(district).calendar
    if asked["month"]:
        month = read_month(asked["month"], today(unit))
        found = sittings_of(organisation, rows, month, calendar=calendar)
    else:
        found = coming_sittings(organisation, rows, today(unit), asked["days"], calendar=calendar)
    body = as_calendar(found, district=district, name=f"{pack.tables.name}坐班日历", now=unit.now)
    headers = {
        "Content-Disposition": f'inline; filename="{district}-sittings.ics"',
        "Cache-Control": "no-store",
    }
    return Response(body, content_type=MEDIA_TYPE, headers=headers)


def feed_path(tokens: Tokens, district: str) -> str:
    """Path and query of a district's calendar, good for :data:`FEED_LIFE`."""
    return f"/api/v1/districts/{district}/sittings.ics?key={tokens.sign_link(_subject(district), FEED_LIFE)}"


def check_feed_key(tokens: Tokens, key: str, district: str) -> None:
    """
    Raises:
        Unauthenticated: no key, one that is not ours, has expired, or is another district's.
    """
    if tokens.read_link(key) != _subject(district):
        raise Unauthenticated("此链接不是本区的", "this link is another district's")


def _subject(district: str) -> str:
    return f"sittings-{district}"  # never the number of a case, for which such links are signed too


def _check_staff(request: Request, district: str) -> None:
    who = request.principal
    if who is None or not who.may("worker") or (who.scope != "*" and who.scope.partition("/")[0] != district):
        raise Forbidden("您的权限范围不含该区", "this district is outside of your scope")


def _pack(tools: Tools, district: str) -> Pack:
    pack = tools.packs.get(district)
    if pack is None:
        raise NotFound(f"没有安装 {district} 的区县包", f"no pack of {district} is installed")
    return pack
