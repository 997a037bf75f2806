"""
One entry of a district's dispatch catalogue: what it is recognised by, whom it names, upon which ruling; and the form to revoke it.
"""

from __future__ import annotations

from dataclasses import replace

from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_routing.api.returns import post_revocation
from whistle_routing.domain import Precedent
from whistle_routing.handlers.returning.windows import returns_of
from whistle_routing.pages.desk.forms import Forms, Refusal, no_such_action, read, submit
from whistle_routing.pages.desk.reader import Reader, names_of, outside, reader_of
from whistle_routing.schemas.returns import RevokeBody
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def show_precedent(unit: RoutingUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """For staff of the district."""
    return _page(unit, request, look=look, tools=tools)


def take_precedent(unit: RoutingUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """
    Revoke it.

    Raises:
        Forbidden: the reader may not see it; what else is refused is shown next to the form.
    """
    _find(unit, request)
    return submit(
        unit,
        request,
        lambda do: _do(unit, request, do, tools=tools),
        page=lambda refusal: _page(unit, request, look=look, tools=tools, refusal=refusal),
    )


def _do(unit: RoutingUnit, request: Request, do: str, *, tools: Tools) -> str:
    if do != "revoke":
        raise no_such_action()
    post_revocation(unit, replace(request, body=read(RevokeBody, request.payload)), tools=tools)
    return f"/desk/precedents/{request.path['precedent']}?done=revoke"


def _find(unit: RoutingUnit, request: Request) -> tuple[Reader, Precedent]:
    reader, found = reader_of(unit, request), unit.precedents.get(request.path["precedent"])
    if found is None or not reader.who.covers(found.district):
        raise outside("没有这个先例,或不在您的权限范围", "no such precedent within your scope")
    return reader, found


def _page(
    unit: RoutingUnit, request: Request, *, look: Look, tools: Tools, refusal: Refusal | None = None
) -> Response:
    reader, found = _find(unit, request)
    role = returns_of(tools, found.district).arbiter_role
    offered = ["revoke"] if found.revoked_at is None and reader.who.may(role) else []
    return look.page(
        request,
        "precedent.html",
        status=refusal.error.status if refusal else 200,
        path=f"/desk/precedents/{found.id}",
        forms=Forms(request.language, refusal, offered),
        one=found,
        names=names_of(tools, found.district),
        holds=found.holds(unit.now),
        done=(request.query or {}).get("done", ""),
    )
