"""
Frozen reports as pages and spreadsheets; the public list is read without a login.
"""

from __future__ import annotations

from whistle.errors import NotFound
from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_points import api, domain, exporting, handlers
from whistle_points.api.access import scheme_of
from whistle_points.domain import Report
from whistle_points.pages.files import attached
from whistle_points.store import PointsUnit, corrected_by, page_of_reports, read_report
from whistle_points.tools import Tools

LISTS = 50


def show_report(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """A report for staff: with numbers, hours and verdicts. Raises NotFound."""
    scheme = scheme_of(request, request.query["district"])
    found = handlers.find_report(unit, request.path["report"], scheme=scheme)
    return _page(unit, request, found, look=look, tools=tools, public=False)


def show_list(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """A public list, for everybody. Raises NotFound, also for a report that is not public."""
    found = read_report(unit, request.path["report"])
    if found is None or found.kind != "public":
        raise NotFound("没有这份名单", "there is no such list")
    return _page(unit, request, found, look=look, tools=tools, public=True)


def show_lists(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """All public lists, newest first, of one district or of all."""
    query = request.query
    lists, following = page_of_reports(
        unit, scheme=query["district"], kind="public", after=query["after"], limit=LISTS
    )
    return look.page(
        request,
        "lists.html",
        keep={"district": query["district"] or ""},
        lists=lists,
        following=following,
        districts=tools.names,
    )


def show_publication(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """The list of a period that is open to appeals (公示), to be hung up. Raises NotFound."""
    found = api.claims.show_publication(unit, request)
    return look.page(
        request,
        "publication.html",
        keep={"district": found.scheme},
        list=found,
        district=tools.names.get(found.scheme, found.scheme),
    )


def download_report(unit: PointsUnit, request: Request) -> Response:
    """The spreadsheet."""
    scheme = scheme_of(request, request.query["district"])
    found = handlers.find_report(unit, request.path["report"], scheme=scheme)
    return attached(
        exporting.workbook(exporting.report_tables(found)), exporting.XLSX, name=f"{found.period}.xlsx"
    )


def _page(
    unit: PointsUnit, request: Request, report: Report, *, look: Look, tools: Tools, public: bool
) -> Response:
    return look.page(
        request,
        "report.html",
        keep={} if public else {"district": report.scheme},
        report=report,
        public=public,
        whole=domain.report_digest(report) == report.hash,
        newer=corrected_by(unit, report.id),
        kind=domain.REPORT_KINDS[report.kind],
        verdicts=domain.VERDICTS,
        district=tools.names.get(report.scheme, report.scheme),
    )
