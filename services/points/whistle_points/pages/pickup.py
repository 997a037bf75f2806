"""
Pages of the shelf: what waits to be fetched, on paper, and the slip with the code of one order.
"""

from __future__ import annotations

from whistle.errors import Forbidden, NotAllowedNow, NotFound
from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_points import domain, handlers, pictures
from whistle_points.api.access import caller, scheme_of
from whistle_points.api.rewards import MOST_WAITING
from whistle_points.domain import RewardOrder
from whistle_points.pages.activity import NO_STORE
from whistle_points.store import PointsUnit, pickup_list
from whistle_points.tools import Tools


def show_waiting(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """The pick-up list, to be printed."""
    scheme, point = scheme_of(request, request.query["district"]), request.query["point"]
    return look.page(
        request,
        "pickups.html",
        keep={"district": scheme, "point": point or ""},
        rows=pickup_list(unit, scheme=scheme, point=point, limit=MOST_WAITING),
        point=point,
        scheme=scheme,
        district=tools.names.get(scheme, scheme),
    )


def show_slip(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """The slip that a member takes along."""
    found = _held(unit, request)
    code = domain.pickup_code(tools.secret, found.id)
    reward = unit.rewards.get(found.reward)
    return look.page(
        request,
        "slip.html",
        keep={"district": found.scheme},
        order=found,
        name=handlers.member_of(unit, found.scheme, found.member).name,
        reward=reward.name if reward else found.reward,
        code=f"{code[:4]} {code[4:]}",
        picture=pictures.inline_svg(code, title=code),
    )


def show_picture(unit: PointsUnit, request: Request, *, kind: str, tools: Tools) -> Response:
    """The code of an order as a picture alone."""
    code = domain.pickup_code(tools.secret, _held(unit, request).id)
    content_type = pictures.SVG if kind == "svg" else pictures.PNG
    return Response(pictures.picture(code, kind), content_type=content_type, headers=NO_STORE)


def _held(unit: PointsUnit, request: Request) -> RewardOrder:
    """
    An order that waits, for whoever entered it or stands above.

    Raises:
        NotFound. Forbidden: somebody else entered it. NotAllowedNow: it waits no more.
    """
    scheme, who = scheme_of(request, request.query["district"]), caller(request)
    found = unit.orders.get(request.path["order"])
    if found is None or found.scheme != scheme:
        raise NotFound("没有这个兑换", "there is no such order")
    if found.ordered_by != who.sub and not who.may("community"):
        raise Forbidden("取货码只给下单的人看", "the code is shown only to who entered the order")
    if found.state != "held":
        raise NotAllowedNow(f"该兑换现为 {found.state}", f"the order is {found.state}", state=found.state)
    return found
