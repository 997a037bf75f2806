"""
Statements of a year.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import HTML, Request, Response
from whistle.runtime.web import route
from whistle_points.exporting import DOCX
from whistle_points.pages import statement as pages
from whistle_points.routes.accounts import BASE
from whistle_points.schemas import statements as schemas
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools

MEMBER = "/points/members/<member>"
MOST_BYTES = 5_000_000


class StatementRoutes:
    """What members take away at the end of a year."""

    tools: Tools

    @route("GET", f"{MEMBER}/statement.html", role="worker", query=schemas.YearQuery, answer_type=HTML)
    def download_statement(self, unit: PointsUnit, request: Request) -> Response:
        return pages.download_page(unit, request, tools=self.tools)

    @route("GET", f"{MEMBER}/statement.docx", role="worker", query=schemas.YearQuery, answer_type=HTML)
    def download_statement_paper(self, unit: PointsUnit, request: Request) -> Response:
        return pages.download_paper(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/statements/key",
        answer=schemas.KeyAnswer,
        summary_zh="核验对账单的公钥",
        summary_en="The public key that checks statements",
        tags=("points",),
    )
    def show_statement_key(self, unit: PointsUnit, request: Request) -> Any:
        return pages.show_key(self.tools)

    @route(
        "POST",
        f"{BASE}/statements/check",
        kind="read",
        raw=("text/html", DOCX, "application/octet-stream"),
        max_body=MOST_BYTES,
        answer=schemas.CheckAnswer,
        summary_zh="核验一份对账单文件",
        summary_en="Check the file of a statement",
        tags=("points",),
    )
    def check_statement(self, unit: PointsUnit, request: Request) -> Any:
        return pages.check_file(request, tools=self.tools)
