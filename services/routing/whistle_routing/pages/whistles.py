"""
The monthly publication of whistles (每月公布应哨与未应哨), for everybody: parties and counts, no person and no case.
"""

from __future__ import annotations

import datetime as dt

from whistle.calendar.days import CHINA
from whistle.errors import Invalid
from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_routing.handlers.whistling.publishing import publish_month
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

MONTHS = 12


def show_publication(unit: RoutingUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """A district's month, by default the present one of the first district; which districts and months there are."""
    names = {name: pack.tables.name for name, pack in sorted(tools.packs.items())}
    months = _months(unit.now.astimezone(CHINA).date())
    district = request.query["district"] or next(iter(names))
    month = request.query["month"] or months[0]
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


def _months(today: dt.date) -> list[str]:
    """This month and those before, newest first."""
    number = today.year * 12 + today.month - 1
    return [f"{one // 12}-{one % 12 + 1:02d}" for one in range(number, number - MONTHS, -1)]
