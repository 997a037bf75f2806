"""
The monthly publication of whistles (每月公布应哨与未应哨), for everybody: parties and counts, no person and no case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from whistle.calendar.days import CHINA
from whistle.errors import Invalid
from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_routing.handlers.whistling.publishing import bounds, publish_month
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

MONTHS = 12


def show_publication(unit: RoutingUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """A district's month, by default the present one; which districts and months there are."""
    names = {name: pack.tables.name for name, pack in sorted(tools.packs.items())}
    months = _months(unit.now.astimezone(CHINA).date())
    month = request.query["month"] or months[0]
    district = request.query["district"] or _opens_on(unit, request, list(names), month)
    errors, published = {}, None
    try:
        published = publish_month(unit, district, month, tools=tools)
    except Invalid as error:
        errors = error.fields
    return look.page(
        request,
        "publication.html",
        status=422 if errors else 200,
        keep={"district": district, "month": month},
        names=names,
        months=months,
        district=district,
        month=month,
        published=published,
        errors=errors,
    )


def _opens_on(unit: RoutingUnit, request: Request, districts: Sequence[str], month: str) -> str:
    """The reader's own district, else the first in which somebody was called in that month, else the first."""
    own = request.principal.scope.partition("/")[0] if request.principal else ""
    if own in districts:
        return own
    try:
        first, after = bounds(month)
    except Invalid:
        return districts[0]
    return unit.first_that_called(districts, first, after) or districts[0]


def _months(today: dt.date) -> list[str]:
    """This month and those before, newest first."""
    number = today.year * 12 + today.month - 1
    return [f"{one // 12}-{one % 12 + 1:02d}" for one in range(number, number - MONTHS, -1)]
