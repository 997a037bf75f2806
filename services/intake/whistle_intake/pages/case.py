"""
One case: found by number and phone tail, or by signed link; its timeline, rating and answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from whistle.errors import Forbidden, Invalid, NotAllowedNow, NotFound, TooManyTries, Unauthenticated
from whistle.http.look import Look
from whistle.http.routes import Request, Response, redirect
from whistle.http.validation import load
from whistle.ids import read_case_number
from whistle_intake import access, handlers, placing
from whistle_intake.domain import Case, Entry, broken_link, next_state, standing
from whistle_intake.schemas import AnswerForm, LookupForm, RatingForm
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools

Errors = Mapping[str, Sequence[str]]


def show_lookup(request: Request, *, look: Look) -> Response:
    """The form for number and phone tail."""
    return _lookup(request, {}, {}, look=look)


def take_lookup(unit: IntakeUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """
    Lead to the case if number and tail fit; the tail itself never gets into an address. A failure is a page like another, so
    that its count is committed.
    """
    typed = {name: value.strip() for name, value in request.payload.items() if isinstance(value, str)}
    try:
        given = load(LookupForm(), typed, what_zh="表单", what_en="form", lenient=True)
        no = handlers.read_number(given["no"])
        if (known := unit.cases.get(no)) and access.may_handle(request, known):
            return redirect(f"/cases/{no}")
        handlers.find_by_tail(unit, no, given.get("tail"), tools=tools)
    except Invalid as error:
        return _lookup(request, typed, error.fields, look=look)
    except Forbidden as error:
        return _lookup(request, typed, {"tail": [str(error)]}, look=look)
    except TooManyTries as error:
        page = _lookup(request, typed, {"tail": [str(error)]}, look=look, status=429)
        return replace(page, headers={"Retry-After": str(error.detail["retry_after"])})
    return redirect(tools.link(no))


def show_case(unit: IntakeUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """The case for whoever may see it; the lookup form for everybody else."""
    typed, link = str(request.path["case_no"]), request.query.get("link", "")
    try:
        case, _ = access.find_for(unit, request, {"link": link}, tools=tools)
    except Invalid as error:
        return _lookup(request, {"no": typed}, error.fields, look=look)
    except (NotFound, Forbidden, Unauthenticated):
        return _lookup(
            request, {"no": read_case_number(typed) or typed}, {}, look=look, status=403, expired=bool(link)
        )
    return _case(unit, request, case, look=look, tools=tools, link=link)


def take_rating(unit: IntakeUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """Take the rating and show the case as it is then."""
    link = str(request.payload.get("link", ""))
    case, actor = access.find_for(unit, request, {"link": link}, tools=tools)
    try:
        given = load(RatingForm(), request.payload, what_zh="表单", what_en="form")
        role = access.on_behalf(request, case)
        handlers.rate_case(
            unit, case, rating=given["rating"], comment=given["comment"], actor=actor, role=role
        )
    except Invalid as error:
        return _case(unit, request, case, look=look, tools=tools, link=link, errors=error.fields)
    except NotAllowedNow:
        return _case(unit, request, case, look=look, tools=tools, link=link, late=True)
    return _back(case, "" if access.may_handle(request, case) else link)


def take_answer(unit: IntakeUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """Take the answer of staff and show the case as it is then."""
    case = handlers.find_case(unit, str(request.path["case_no"]))
    actor = access.require_staff(request, case)
    try:
        given = load(AnswerForm(), request.payload, what_zh="表单", what_en="form")
        handlers.answer_case(unit, case, way=given["way"], text=given["text"], actor=actor, tools=tools)
    except Invalid as error:
        return _case(unit, request, case, look=look, tools=tools, errors=error.fields)
    except NotAllowedNow:
        return _case(unit, request, case, look=look, tools=tools, late=True)
    return _back(case, "")


def _back(case: Case, link: str) -> Response:
    return redirect(f"/cases/{case.no}?link={link}#timeline" if link else f"/cases/{case.no}#timeline")


def _lookup(
    request: Request,
    typed: Mapping[str, str],
    errors: Errors,
    *,
    look: Look,
    status: int = 0,
    expired: bool = False,
) -> Response:
    return look.page(
        request,
        "lookup.html",
        status=status or (422 if errors else 200),
        typed=typed,
        errors=errors,
        expired=expired,
    )


def _case(
    unit: IntakeUnit,
    request: Request,
    case: Case,
    *,
    look: Look,
    tools: Tools,
    link: str = "",
    errors: Errors | None = None,
    late: bool = False,
) -> Response:
    staff = access.may_handle(request, case)
    entries = unit.entries(case.no)
    return look.page(
        request,
        "case.html",
        status=422 if errors else 409 if late else 200,
        path=f"/cases/{case.no}",
        keep={"link": link},
        case=case,
        entries=entries,
        broken=broken_link(entries, case),
        parties=party_names(entries),
        district=tools.districts.get(case.district, case.district),
        owner=owner_name(entries),
        place_name=placing.names(tools.tokens.atlas(case.district)).get(case.grid or "", case.grid)
        if staff
        else "",
        place_guessed="grid" in entries[0].data.get("guessed", ()) if entries else False,
        results=[one for one in standing(case.results) if one.text],
        staff=staff,
        contact=tools.shown_contact(case) if staff else {},
        link=link,
        filed=bool(request.query.get("filed")),
        overdue=case.due_at is not None and case.due_at < unit.now and case.state in ("assigned", "handling"),
        may_answer=staff and next_state(case, "answer") is not None,
        may_rate=next_state(case, "accept") is not None,
        typed={name: value for name, value in (request.payload or {}).items() if isinstance(value, str)},
        errors=errors or {},
        late=late,
    )


def party_names(entries: Sequence[Entry]) -> dict[str, Any]:
    """What the parties of a timeline are called, by id; only a dispatch tells the name, and who is asked to decide."""
    asked = (entry.data for entry in entries if entry.kind == "dispatch.pleaded")
    sent = (entry.data for entry in entries if entry.kind == "dispatch.sent")
    return {
        **{data["decider"]: data["decider_name"] for data in asked if data.get("decider_name")},
        **{data["party"]: data["party_name"] for data in sent},
    }


def owner_in(entries: Sequence[Entry]) -> str | None:
    """The party that received the case first and answers for it to its end (首办责任, S4-19); None before anybody was told."""
    return next((entry.data["owner"] for entry in reversed(entries) if entry.data.get("owner")), None)


def owner_name(entries: Sequence[Entry]) -> str | None:
    """What it is called."""
    owner = owner_in(entries)
    return party_names(entries).get(owner, owner) if owner else None
