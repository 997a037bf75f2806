"""
Statements of a year, to be taken away; and the key that checks them.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request, Response
from whistle_points import handlers, signing
from whistle_points.api.access import caller, scheme_of
from whistle_points.exporting import DOCX
from whistle_points.pages.files import attached
from whistle_points.stating import statement_page, statement_paper
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools

PAGE = "text/html; charset=utf-8"


def download_page(unit: PointsUnit, request: Request, *, tools: Tools) -> Response:
    """The signed page. Raises Invalid: the year is not over. UnknownMember."""
    made, signer = _statement(unit, request, tools), signing.Signer.of(tools.secret)
    return attached(statement_page(made, signer), PAGE, name=f"statement-{made.year}.html")


def download_paper(unit: PointsUnit, request: Request, *, tools: Tools) -> Response:
    """The signed paper. Raises as :func:`download_page`."""
    made, signer = _statement(unit, request, tools), signing.Signer.of(tools.secret)
    return attached(statement_paper(made, signer), DOCX, name=f"statement-{made.year}.docx")


def show_key(tools: Tools) -> dict[str, str]:
    """The public key."""
    return {"algorithm": "Ed25519", "key": signing.Signer.of(tools.secret).public}


def check_file(request: Request, *, tools: Tools) -> dict[str, Any]:
    """Is a file as this platform signed it? Raises Invalid: it carries no signature."""
    found = signing.check(request.body, public=signing.Signer.of(tools.secret).public)
    return {"ok": found.whole, "key": found.key}


def _statement(unit: PointsUnit, request: Request, tools: Tools) -> Any:
    scheme = scheme_of(request, request.query["district"])
    who, by = [request.path["member"]], caller(request).sub
    year = request.query["year"]
    return handlers.statements(unit, who, scheme=scheme, year=year, by=by, tools=tools)[0]
