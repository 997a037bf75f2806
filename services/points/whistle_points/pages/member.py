"""
A member's file (一人一档) as a page, as a spreadsheet and as a paper.
"""

from __future__ import annotations

from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_points import domain, exporting, handlers
from whistle_points.api.access import scheme_of
from whistle_points.exporting import DOCX, XLSX, member_tables
from whistle_points.pages.files import attached
from whistle_points.rules import Rules
from whistle_points.store import MemberFile, PointsUnit, read_balance, read_file
from whistle_points.tools import Tools

MOST = 200
MOST_IN_FILE = 5000
MOST_ON_PAPER = 300
"""A paper takes a second for each thousand rows to be made; the spreadsheet has the rest."""


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
        last_year=file.year - 1 if domain.day_of(file.member.joined_at).year < file.year else None,
        states=domain.MEMBER_STATES,
        parts=domain.RECORD_PARTS,
        order_states=domain.ORDER_STATES,
        district=tools.names.get(scheme, scheme),
    )


def download_file(unit: PointsUnit, request: Request, *, tools: Tools) -> Response:
    """The spreadsheet."""
    file = _file_of(unit, request, most=MOST_IN_FILE)
    return attached(member_workbook(file, rules=tools.rules), XLSX, name="member.xlsx")


def download_paper(unit: PointsUnit, request: Request, *, tools: Tools) -> Response:
    """The paper."""
    file = _file_of(unit, request, most=MOST_ON_PAPER)
    return attached(member_paper(file, rules=tools.rules), DOCX, name="member.docx")


def member_workbook(file: MemberFile, *, rules: Rules) -> bytes:
    """A member's file as an .xlsx."""
    return exporting.workbook(member_tables(file, rules=rules))


def member_paper(file: MemberFile, *, rules: Rules) -> bytes:
    """A member's file as a .docx."""
    who = file.member
    lines = [
        " · ".join(part for part in (who.name, who.member, who.branch) if part),
        f"各项最近 {MOST_ON_PAPER} 条,全部见表格 / the newest {MOST_ON_PAPER} of each kind; all are in the spreadsheet",
    ]
    return exporting.paper("党员积分档案(一人一档)", lines=lines, tables=member_tables(file, rules=rules))


def _file_of(unit: PointsUnit, request: Request, *, most: int) -> MemberFile:
    scheme = scheme_of(request, request.query["district"])
    return member_file(unit, scheme=scheme, member=request.path["member"], most=most)
