"""
Pages of an activity: the code that is shown there, who signed up on paper, and where whoever scanned the code says who they are.
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import quote, urlsplit

from whistle.errors import NotFound, Rejected
from whistle.http.look import Look
from whistle.http.routes import Cookie, Request, Response
from whistle_points import domain, handlers, pictures
from whistle_points.api.access import scheme_of
from whistle_points.domain import Activity, Member, activities
from whistle_points.pages import card
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools

BLANK_LINES = 10
DEVICE = "whistle_device"
"""Cookie with a random name for the phone; it says nothing about whose it is."""
DEVICE_SECONDS = 400 * 24 * 3600
_NAME = re.compile(r"[\w-]{16,64}", re.ASCII)
NO_STORE = {"Cache-Control": "no-store"}


def show_code(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """The code of this moment for the screen at the place; the page asks for the next one by itself."""
    found = _mine(unit, request)
    left = activities.WINDOW - int(unit.now.timestamp()) % activities.WINDOW
    code = activities.checkin_code(tools.secret, found.id, unit.now)
    return look.page(
        request,
        "code.html",
        keep={"district": found.scheme},
        activity=found,
        code=code,
        left=left,
        picture=pictures.inline_svg(_address(request, found, code), title=found.title),
        came=sum(one.came_at is not None for one in handlers.everyone(unit, found)),
    )


def show_picture(unit: PointsUnit, request: Request, *, kind: str, tools: Tools) -> Response:
    """The same code as a picture alone, for a screen or a leaflet of one's own."""
    found = _mine(unit, request)
    text = _address(request, found, activities.checkin_code(tools.secret, found.id, unit.now))
    content_type = pictures.SVG if kind == "svg" else pictures.PNG
    return Response(pictures.picture(text, kind), content_type=content_type, headers=NO_STORE)


def show_signups(unit: PointsUnit, request: Request, *, look: Look) -> Response:
    """The paper list: who signed up, with room for times and signatures, and blank lines for who comes without."""
    found = _mine(unit, request)
    signups = [one for one in handlers.everyone(unit, found) if one.state != "left"]
    unit.members.preload(domain.member_key(found.scheme, one.member) for one in signups)
    return look.page(
        request,
        "signups.html",
        keep={"district": found.scheme},
        activity=found,
        lines=[(one, handlers.member_of(unit, found.scheme, one.member).name) for one in signups],
        doubtful=bool(handlers.unproven(signups)),
        blank=BLANK_LINES,
    )


def show_arrival(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """Where a scanned code leads: who are you? Nobody needs a login. Raises NotFound, WrongCode, CodeExpired."""
    found = _any(unit, request)
    ticket = handlers.ticket_for(unit, found, request.query["code"], secret=tools.secret)
    known = () if _device(request) else (_new_device(),)
    mine = card.holder(unit, request, scheme=found.scheme, secret=tools.secret)
    return _arrival(request, found, look=look, ticket=ticket, mine=mine, cookies=known)


def take_arrival(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """Come or go. Raises NotFound."""
    found, given = _any(unit, request), request.payload or {}
    member, ticket = str(given.get("member", "")).strip(), str(given.get("ticket", ""))
    mine = card.holder(unit, request, scheme=found.scheme, secret=tools.secret)
    proven = mine is not None and mine.member == member
    try:
        signup = handlers.check_in_by_ticket(
            unit, found, member, ticket, secret=tools.secret, device=_device(request), proven=proven
        )
    except Rejected as error:
        return _arrival(request, found, look=look, ticket=ticket, mine=mine, member=member, wrong=str(error))
    return _arrival(request, found, look=look, member=member, mine=mine, done=signup, proven=proven)


def _arrival(
    request: Request,
    activity: Activity,
    *,
    look: Look,
    ticket: str = "",
    member: str = "",
    mine: Member | None = None,
    proven: bool = False,
    wrong: str = "",
    done: domain.Signup | None = None,
    cookies: tuple[Cookie, ...] = (),
) -> Response:
    return look.page(
        request,
        "arrival.html",
        status=422 if wrong else 200,
        path=f"/points/activities/{activity.id}/here",
        activity=activity,
        ticket=ticket,
        member=member,
        mine=mine,
        proven=proven,
        wrong=wrong,
        done=done,
        cookies=cookies,
    )


def _device(request: Request) -> str | None:
    """The name that this phone was given, if it keeps it: one phone that checks several members in is told (as a flag)."""
    name = request.cookies.get(DEVICE, "")
    return name if _NAME.fullmatch(name) else None


def _new_device() -> Cookie:
    return Cookie(name=DEVICE, value=secrets.token_urlsafe(16), max_age=DEVICE_SECONDS)


def _address(request: Request, activity: Activity, code: str) -> str:
    host = urlsplit(request.url)
    return f"{host.scheme}://{host.netloc}/points/activities/{activity.id}/here?code={quote(code)}"


def _mine(unit: PointsUnit, request: Request) -> Activity:
    scheme = scheme_of(request, request.query["district"])
    return handlers.find_activity(unit, request.path["activity"], scheme=scheme)


def _any(unit: PointsUnit, request: Request) -> Activity:
    found = unit.activities.get(request.path["activity"])
    if found is None:
        raise NotFound("没有这个活动", "there is no such activity")
    return found
