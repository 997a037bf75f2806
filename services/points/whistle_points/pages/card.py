"""
Pages of a member's card: shown to whoever hands it out, and where scanning it leads.
"""

from __future__ import annotations

from whistle.errors import NotFound
from whistle.http.look import Look
from whistle.http.routes import Cookie, Request, Response
from whistle_points import handlers, pictures
from whistle_points.api.access import address_of, scheme_of
from whistle_points.domain import Member
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools

CARD = "whistle_member"
"""Cookie with the card that this phone has scanned."""
CARD_SECONDS = 400 * 24 * 3600


def show_card(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """The card, to be scanned at the desk or printed. Raises UnknownMember."""
    scheme, member = scheme_of(request, request.query["district"]), request.path["member"]
    text = handlers.hand_out_card(unit, scheme, member, secret=tools.secret)
    address = address_of(request.url, text)
    found = handlers.member_of(unit, scheme, member)
    return look.page(
        request,
        "card.html",
        keep={"district": scheme},
        member=found,
        address=address,
        picture=pictures.inline_svg(address, title=found.name or found.member),
        district=tools.names.get(scheme, scheme),
    )


def take_card(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """Where a scanned card leads: from now on this phone is the member's. Raises NotFound."""
    text = request.query["card"]
    found = handlers.holder_of(unit, text, secret=tools.secret)
    if found is None:
        raise NotFound(
            "党员码无效或已换新:请向支部要新的",
            "this card is not valid any more: ask your branch for a new one",
        )
    cookie = Cookie(name=CARD, value=text, max_age=CARD_SECONDS)
    return look.page(request, "carded.html", path="/points", member=found, cookies=(cookie,))


def holder(unit: PointsUnit, request: Request, *, scheme: str, secret: str) -> Member | None:
    """Whose phone this is, if it has scanned a card of this district that still counts."""
    found = handlers.holder_of(unit, request.cookies.get(CARD, ""), secret=secret)
    return found if found is not None and found.scheme == scheme else None
