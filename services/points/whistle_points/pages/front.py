"""
The front page of points: what everybody may see, and for staff the way to a member's file.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote, urlencode

from whistle.http.look import Look
from whistle.http.routes import Request, Response, redirect
from whistle_points import domain
from whistle_points.api.access import scheme_of
from whistle_points.store import PointsUnit, activities, page_of, page_of_reports, publications, ranking
from whistle_points.tools import Tools

RANKS = 20
LINES = 12
LISTS = 4


def show_front(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """What there is to see; who asks for a member is led to the file."""
    scheme = staff_scheme(request, tools)
    member = request.query["member"]
    if member and scheme:
        return redirect(f"/points/members/{quote(member)}?{urlencode({'district': scheme})}")
    return look.page(
        request,
        "front.html",
        keep={"district": scheme or ""},
        scheme=scheme,
        names=_own_names(request, tools),
        districts=tools.names,
        lists=page_of_reports(unit, scheme=None, kind="public", after=None, limit=LINES)[0],
        **(_for_staff(unit, scheme) if scheme else {}),
    )


def _for_staff(unit: PointsUnit, scheme: str) -> dict[str, Any]:
    year = domain.day_of(unit.now).year
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    mine = {"scheme": scheme}
    return {
        "year": year,
        "ranks": ranking(unit, scheme=scheme, first=first, last=last, limit=RANKS),
        "planned": page_of(unit, activities, exact=mine, after=None, limit=LINES)[0],
        "published": page_of(unit, publications, exact=mine, after=None, limit=LISTS)[0],
        "frozen": page_of_reports(unit, scheme=scheme, kind="ranking", after=None, limit=LINES)[0],
    }


def staff_scheme(request: Request, tools: Tools) -> str | None:
    """The district whose books a member of staff looks at; of several the first by default. None for everybody else."""
    who = request.principal
    if who is None or not who.may("worker"):
        return None
    if who.scope == "*" and request.query["district"] is None:
        return next(iter(sorted(tools.names)), None)
    return scheme_of(request, request.query["district"])


def _own_names(request: Request, tools: Tools) -> dict[str, str]:
    own = request.principal.scope.partition("/")[0] if request.principal else ""
    return {code: name for code, name in sorted(tools.names.items()) if own in ("*", code)}
