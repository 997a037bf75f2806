"""
Who may see and do what: the scope of the caller decides which district's book is open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from whistle.auth import Principal
from whistle.errors import Forbidden, Invalid
from whistle.http.routes import Request
from whistle_points.domain.cards import card_path
from whistle_points.handlers import rehearse
from whistle_points.store import PointsUnit


def caller(request: Request) -> Principal:
    """Who asks. Raises Forbidden for nobody."""
    if request.principal is None:
        raise Forbidden("需要登录", "log in first")
    return request.principal


def scheme_of(request: Request, district: str | None) -> str:
    """
    The district that this request is about.

    Raises:
        Invalid: the caller has several and names none. Forbidden: it is not the caller's.
    """
    own = caller(request).scope.partition("/")[0]
    scheme = district or own
    if scheme == "*":
        raise Invalid("请用 district 指明区", "name the district", fields={"district": ["必填 / required"]})
    if own not in ("*", scheme):
        raise Forbidden("不在您的管辖范围内", "outside your scope")
    return scheme


def write(unit: PointsUnit, request: Request, run: Callable[[str, str], Any]) -> Any:
    """
    What ``run(scheme, by)`` answers; with ``dry_run`` nothing of it stays.

    Raises:
        Invalid, Forbidden: as :func:`scheme_of`; and whatever ``run`` raises.
    """
    scheme, by = scheme_of(request, request.body["district"]), caller(request).sub
    if request.body["dry_run"]:
        return rehearse(unit, lambda: run(scheme, by))
    return run(scheme, by)


def address_of(url: str, text: str) -> str:
    """The link of a card at the platform that is asked."""
    host = urlsplit(url)
    return f"{host.scheme}://{host.netloc}{card_path(text)}"
