"""
A member's file (一人一档) as a page and as a spreadsheet.
"""

from __future__ import annotations

from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_points import domain, exporting, handlers
from whistle_points.api.access import scheme_of
from whistle_points.store import MemberFile, PointsUnit, read_balance, read_file
from whistle_points.tools import Tools

MOST = 200
MOST_IN_FILE = 5000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def member_file(unit: PointsUnit, *, scheme: str, member: str, most: int) -> MemberFile:
    """Everything about a member. Raises UnknownMember."""
    found = handlers.member_of(unit, scheme, member)
    year = domain.day_of(unit.now).year
    balance = read_balance(unit, scheme=scheme, member=member, year=year, at=None, known_at=None)
    return read_file(unit, found, balance, year=year, most=most)


def show_file(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """The page."""
    scheme = scheme_of(request, request.query["district"])
    file = member_file(unit, scheme=scheme, member=request.path["member"], most=MOST)
    items = {
        item.id: item.name for version in tools.rules.of(scheme).versions for item in version.items.values()
    }
    return look.page(
        request,
        "member.html",
        keep={"district": scheme},
        file=file,
        items=items,
        states=domain.MEMBER_STATES,
        district=tools.names.get(scheme, scheme),
    )


def download_file(unit: PointsUnit, request: Request, *, tools: Tools) -> Response:
    """The spreadsheet."""
    scheme = scheme_of(request, request.query["district"])
    file = member_file(unit, scheme=scheme, member=request.path["member"], most=MOST_IN_FILE)
    body = exporting.member_workbook(file, rules=tools.rules)
    headers = {"Content-Disposition": 'attachment; filename="member.xlsx"'}
    return Response(body, content_type=XLSX, headers=headers)
