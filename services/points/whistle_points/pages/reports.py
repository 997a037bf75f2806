"""
Frozen reports as pages and spreadsheets; the public list is read without a login.
"""

from __future__ import annotations

from whistle.errors import NotFound
from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_points import domain, exporting, handlers
from whistle_points.api.access import scheme_of
from whistle_points.domain import Report
from whistle_points.pages.files import attached
from whistle_points.store import PointsUnit, corrected_by, read_report
from whistle_points.tools import Tools


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
