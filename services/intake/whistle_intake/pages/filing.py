"""
The form by which anybody files a case.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from whistle.errors import Invalid
from whistle.http.look import Look
from whistle.http.routes import Cookie, Request, Response, redirect
from whistle.http.validation import load
from whistle_intake import access, handlers, placing
from whistle_intake.domain import DOORS
from whistle_intake.handlers import Filing
from whistle_intake.schemas import FilingForm
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools

TOKEN_COOKIE = "whistle_form"  # noqa: S105 — a name
TOKEN_SECONDS = 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
Errors = Mapping[str, Sequence[str]]


def show_form(request: Request, *, look: Look, tools: Tools) -> Response:
    """
    The empty form. Its token makes a double submit harmless; a cookie keeps it for an hour, because the back button
    fetches the form anew and fills in what was typed, but not the token.
    """
    token = request.cookies.get(TOKEN_COOKIE, "")
    if _TOKEN.fullmatch(token):
        return _form(request, {"token": token}, {}, look=look, tools=tools)
    cookie = Cookie(name=TOKEN_COOKIE, value=secrets.token_urlsafe(16), max_age=TOKEN_SECONDS)
    return _form(request, {"token": cookie.value}, {}, look=look, tools=tools, cookies=(cookie,))


def take_form(unit: IntakeUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """File what was typed and lead to the case; or show the form again, with what was typed and what is wrong."""
    typed = request.payload
    try:
        token, filing = load(FilingForm(), typed, what_zh="表单", what_en="form")
        filing = access.checked_door(request, filing)
        filing = _placed(filing, tools)
        filing = replace(filing, text=filing.text.replace("\r\n", "\n"), source_ref=_reference(token, typed))
        case = unit.find_source(filing.district, str(filing.source_ref))
        if case is None:
            actor = request.principal.sub if request.principal else "resident"
            case = handlers.file_case(unit, filing, tools=tools, actor=actor)
    except Invalid as error:
        return _form(request, typed, error.fields, look=look, tools=tools)
    return redirect(f"{tools.link(case.no)}&filed=1")


def _placed(filing: Filing, tools: Tools) -> Filing:
    """Without a grid nobody of grid and community sees the case: what the words for the place say is better, marked as a guess."""
    known = tools.tokens.atlas(filing.district)
    if filing.grid or not filing.place or known is None:
        return filing
    grid = placing.guess(known, tools.simplify(filing.place))
    return replace(filing, grid=grid, guessed=("grid",)) if grid else filing


def _chosen_district(request: Request, typed: Mapping[str, Any], tools: Tools) -> str:
    """The district whose places are offered: typed or asked for, that of staff, the only one; empty if none is certain."""
    own = request.principal.scope.partition("/")[0] if request.principal else ""
    only = next(iter(tools.districts)) if len(tools.districts) == 1 else ""
    wanted = (str(typed.get("district") or ""), request.query.get("district") or "", own, only)
    return next((one for one in wanted if one in tools.districts), "")


def _reference(token: str, typed: Mapping[str, Any]) -> str:
    """The same words sent twice are one case; other words under the same token are another one."""
    digest = hashlib.sha256(json.dumps([token, typed], sort_keys=True).encode())
    return f"page:{digest.hexdigest()[:40]}"


def _form(
    request: Request,
    typed: Mapping[str, Any],
    errors: Errors,
    *,
    look: Look,
    tools: Tools,
    cookies: tuple[Cookie, ...] = (),
) -> Response:
    contact = typed.get("contact")
    district = _chosen_district(request, typed, tools)
    known = tools.tokens.atlas(district) if district else None
    return look.page(
        request,
        "file.html",
        status=422 if errors else 200,
        cookies=cookies,
        typed={name: value for name, value in typed.items() if isinstance(value, str)},
        contact=contact if isinstance(contact, Mapping) else {},
        errors=errors,
        keep={"district": request.query.get("district", "")},
        districts=tools.districts,
        chosen_district=district,
        groups=placing.groups(known) if known else [],
        staff=request.principal is not None and request.principal.may("worker"),
        doors=[(door, called[0 if request.language == "zh" else 1]) for door, called in DOORS.items()],
    )
