"""
Use cases of the points service.
"""

from __future__ import annotations

from typing import Any

import structlog

from whistle.auth import Principal
from whistle.contracts import CaseClosed, CaseReopened, Event, PointsEarned
from whistle.errors import Forbidden, Invalid, Poison
from whistle.http.routes import Request
from whistle.ids import new_id
from whistle_points import domain
from whistle_points.domain import CASE_CLOSED, Fact
from whistle_points.settings import PointsSettings
from whistle_points.store import PointsUnit, read_member, verify

log = structlog.get_logger()


def award(unit: PointsUnit, event: Event[CaseClosed]) -> None:
    """Award each member who helped, once per case and round; a case that was reopened meanwhile earns nothing."""
    tenths, members = domain.worth(event.data), domain.helpers(event.data.members)
    if unusable := len(set(event.data.members)) - len(members):
        log.warning("members_not_usable", count=unusable)
    if not tenths or not members:
        return
    fact = _fact(unit, event)
    book = unit.book(fact.scheme)
    begun = book.begun(fact.case_no)
    if begun is not None and event.data.round < begun.round:
        return
    known = {transfer.ref for transfer in book.booked(fact.case_no)}
    for member in members:
        if domain.award_ref(fact.case_no, event.data.round, member=member) not in known:
            transfer = book.book(domain.award(event.data, member=member, fact=fact, transfer_id=new_id()))
            unit.emit(
                PointsEarned(member=member, tenths=tenths, rule=CASE_CLOSED.name, transfer=transfer.id),
                district=event.district,
                case_no=fact.case_no,
            )


def take_back(unit: PointsUnit, event: Event[CaseReopened]) -> None:
    """Reverse, once, what the case earned in the rounds before; a closing that arrives later finds the round begun."""
    fact, begun = _fact(unit, event), event.data.round
    book = unit.book(fact.scheme)
    book.begin(fact.case_no, begun)
    for standing in domain.to_reverse(book.booked(fact.case_no), begun=begun):
        book.book(
            domain.reversal(standing, fact=fact, reason=f"reopened, round {begun}", transfer_id=new_id())
        )


def _fact(unit: PointsUnit, event: Event[Any]) -> Fact:
    if event.case_no is None:
        raise Poison("消息没有案件编号", "the event names no case")
    return Fact(
        scheme=event.district,
        case_no=event.case_no,
        cause=event.id,
        effective_at=event.time,
        recorded_at=unit.now,
    )


# --- HTTP -----------------------------------------------------------------------------------------------------------


def show_member(unit: PointsUnit, request: Request, settings: PointsSettings) -> dict[str, Any]:
    """A member's balance and a page of entries, newest first."""
    query = request.query
    scheme = _scheme(request.principal, query["district"])
    page = read_member(
        unit,
        scheme=scheme,
        member=request.path["member"],
        before=query["after"],
        limit=min(query["limit"] or settings.page, settings.page),
    )
    return {
        "member": request.path["member"],
        "district": scheme,
        "tenths": page.tenths,
        "points": domain.points(page.tenths),
        "entries": page.entries,
        "next": page.next,
    }


def _scheme(principal: Principal | None, district: str | None) -> str:
    if principal is None:
        raise Forbidden("需要登录", "log in first")
    own = principal.scope.partition("/")[0]
    scheme = district or own
    if scheme == "*":
        raise Invalid("请用 district 指明区", "name the district", fields={"district": ["必填 / required"]})
    if own not in ("*", scheme):
        raise Forbidden("不在您的管辖范围内", "outside your scope")
    return scheme


def show_differences(unit: PointsUnit) -> dict[str, Any]:
    """What ``verify`` finds."""
    differences = verify(unit)
    return {"ok": not differences, "differences": differences}
