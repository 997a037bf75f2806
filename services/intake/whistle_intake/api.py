"""
Intake's JSON interface: who may, then the use case.
"""

from __future__ import annotations

from typing import Any

from whistle.errors import Forbidden, TooManyTries
from whistle.http.problems import problem_response
from whistle.http.routes import Request
from whistle_intake import access, handlers
from whistle_intake.domain import Case
from whistle_intake.pages.case import owner_in
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools


def post_case(unit: IntakeUnit, request: Request, *, tools: Tools) -> Any:
    """File a case; answers its number and a signed link by which the resident follows it."""
    filing = access.checked_door(request, request.body)
    actor = request.principal.sub if request.principal else "resident"
    return _told(handlers.file_case(unit, filing, tools=tools, actor=actor), tools)


def list_cases(unit: IntakeUnit, request: Request) -> Any:
    """A page of the ledger within the caller's scope."""
    query = request.query
    area = access.area_in_scope(request, query.get("district"))
    cases = unit.ledger(
        districts=area.districts,
        extent=area.extent,
        state=query.get("state"),
        before=query.get("before"),
        limit=query["limit"],
    )
    more = len(cases) == query["limit"]
    return {"cases": cases, "next": cases[-1].serial if more else None}


def get_stats(unit: IntakeUnit) -> Any:
    """How many cases are in which state; public."""
    states: dict[str, int] = {}
    for (_district, state), count in unit.counts().items():
        states[state] = states.get(state, 0) + count
    return {"states": states}


def get_case(unit: IntakeUnit, request: Request, *, tools: Tools) -> Any:
    """A case with its timeline, for staff in scope and for the resident."""
    try:
        case, _ = access.find_for(unit, request, request.query, tools=tools)
    except (Forbidden, TooManyTries) as error:
        return problem_response(error, request)  # not raised, so that the failed guess stays counted
    entries = unit.entries(case.no)
    return {**case.__dict__, "owner": owner_in(entries), "timeline": entries}


def post_answer(unit: IntakeUnit, request: Request, *, tools: Tools) -> Any:
    """Answer the resident."""
    case = handlers.find_case(unit, request.path["case_no"])
    actor = access.require_staff(request, case)
    body = request.body
    return handlers.answer_case(unit, case, way=body["way"], text=body["text"], actor=actor, tools=tools)


def post_rating(unit: IntakeUnit, request: Request, *, tools: Tools) -> Any:
    """Rate the answer, by the resident or by staff who called back."""
    try:
        case, actor = access.find_for(unit, request, request.body, tools=tools)
    except (Forbidden, TooManyTries) as error:
        return problem_response(error, request)
    rated = handlers.rate_case(
        unit,
        case,
        rating=request.body["rating"],
        comment=request.body["comment"],
        actor=actor,
        role=access.on_behalf(request, case),
    )
    return _told(rated, tools)


def _told(case: Case, tools: Tools) -> Any:
    return {
        "no": case.no,
        "state": case.state,
        "district": case.district,
        "filed_at": case.filed_at,
        "link": tools.link(case.no),
    }
