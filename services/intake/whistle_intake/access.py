"""
Who may see and do what with a case: staff by role and scope, residents by signed link or phone tail (design §9).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from whistle.errors import Forbidden, Invalid
from whistle.http.routes import Request
from whistle.places import Extent
from whistle_intake.domain import PUBLIC_DOOR, Case
from whistle_intake.handlers import Filing, find_by_tail, find_case, read_number
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools


def may_handle(request: Request, case: Case) -> bool:
    """Is the caller staff whose scope covers the case?"""
    who = request.principal
    return who is not None and who.may("worker") and who.covers(case.district, case.grid)


def require_staff(request: Request, case: Case) -> str:
    """
    The caller's name for the timeline.

    Raises:
        Forbidden: the case is outside of the caller's scope.
    """
    if not may_handle(request, case):
        raise Forbidden("您的权限范围不含此诉求", "this case is outside of your scope")
    return request.principal.sub if request.principal else "-"


def on_behalf(request: Request, case: Case) -> str | None:
    """The caller's role if it is staff, who acts for the resident; None for the resident."""
    return request.principal.role if request.principal and may_handle(request, case) else None


def find_for(
    unit: IntakeUnit, request: Request, given: Mapping[str, str], *, tools: Tools
) -> tuple[Case, str]:
    """
    The case of the path for staff with scope, or for the resident with ``link`` or phone ``tail``; and the caller's name for
    the timeline. Others do not learn whether there is such a case.

    Raises:
        Invalid: a typing error in the number. NotFound: no such case, to staff only. Forbidden, TooManyTries: see
            :func:`~whistle_intake.handlers.find_by_tail`, which also says how failed guesses are kept.
        Unauthenticated: a link that is not ours or has expired.
    """
    no = read_number(str(request.path["case_no"]))
    who = request.principal
    if who is not None and who.may("worker"):
        case = find_case(unit, no)
        if may_handle(request, case):
            return case, who.sub
    if given.get("link") and tools.tokens.read_link(given["link"]) == no:
        return find_case(unit, no), "resident"
    return find_by_tail(unit, no, given.get("tail"), tools=tools), "resident"


def checked_door(request: Request, filing: Filing) -> Filing:
    """
    Whoever has no account comes through the public door; staff file for their own area, through any.

    Raises:
        Forbidden: staff of another area. Invalid: a door that needs a token.
    """
    who = request.principal
    if who is None or not who.may("worker"):
        if filing.door != PUBLIC_DOOR:
            raise Invalid(
                "此渠道需要工作人员登录",
                "this door needs a staff token",
                fields={"door": ["仅限工作人员 / staff only"]},
            )
        return replace(filing, source_ref=None)
    if not who.covers(filing.district, filing.grid):
        raise Forbidden("您的权限范围不含该区", "this district is outside of your scope")
    return filing


@dataclass(frozen=True)
class Area:
    """What part of the ledger somebody may list; ``districts`` None means all, ``extent`` None all of these districts."""

    districts: Collection[str] | None
    extent: Extent | None = None


def area_in_scope(request: Request, wanted: str | None) -> Area:
    """
    What a listing may show: a grid worker sees the grid, a district its own, and who has every scope all.

    Raises:
        Forbidden: the wanted district is out of scope.
    """
    who = request.principal
    own = who.scope.partition("/")[0] if who else ""
    if who is None or (wanted and own not in ("*", wanted)):
        raise Forbidden("您的权限范围不含该区", "this district is outside of your scope")
    if own == "*":
        return Area([wanted] if wanted else None)
    return Area([own], who.extent())
