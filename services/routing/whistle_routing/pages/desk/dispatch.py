"""
One dispatch: the place and the problem as the reader may see them, its deadlines in words, what happened, who else is called, and
forms for what may be done now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from whistle.errors import Forbidden
from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_routing.api.clocks import move_clock
from whistle_routing.api.consultations import post_consultation, post_minutes
from whistle_routing.api.dispatches import post_action
from whistle_routing.api.returns import post_recall
from whistle_routing.api.whistles import post_escalation, post_whistle
from whistle_routing.domain import Dispatch, Job
from whistle_routing.domain.mail import Letter
from whistle_routing.handlers.explaining import Explained, explain_clock
from whistle_routing.handlers.returning.owning import owner_of
from whistle_routing.pages.desk.forms import Forms, Refusal, no_such_action, read, submit
from whistle_routing.pages.desk.history import Entry, history_of
from whistle_routing.pages.desk.meetings import in_china, people_of
from whistle_routing.pages.desk.options import STREET, options_of
from whistle_routing.pages.desk.reader import (
    Reader,
    letter_of,
    mark_of,
    name_of,
    names_of,
    outside,
    reader_of,
    show_letter,
)
from whistle_routing.pages.desk.rows import colour_of
from whistle_routing.schemas.clocks import ClockActionBody
from whistle_routing.schemas.consultations import ConsultationBody, MinutesBody
from whistle_routing.schemas.dispatches import ActionBody
from whistle_routing.schemas.returns import RecallBody
from whistle_routing.schemas.whistles import BlowBody, EscalationBody
from whistle_routing.store import RoutingUnit
from whistle_routing.store.reach import Reach
from whistle_routing.tools import Tools

ACTIONS = ("sign", "arrive", "first_contact", "progress", "report", "return", "extend", "urge")
MOST_PLEAS = 50


def show_dispatch(unit: RoutingUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """For the party that has it, who owns its case, and staff in whose area the case lies."""
    return _page(unit, request, look=look, tools=tools)


def take_dispatch(unit: RoutingUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """
    Do what a form of the page asks for.

    Raises:
        Forbidden: the reader may not see this dispatch; what else is refused is shown next to its form.
    """
    _find(unit, request, tools)
    return submit(
        unit,
        request,
        lambda do: _do(unit, request, do, tools=tools),
        page=lambda refusal: _page(unit, request, look=look, tools=tools, refusal=refusal),
    )


def _do(unit: RoutingUnit, request: Request, do: str, *, tools: Tools) -> str:
    """The same calls as those of the JSON interface; returns where it can be seen what came of it."""
    about, said = request.path["dispatch"], request.payload
    if do in ACTIONS:
        post_action(unit, replace(request, body=read(ActionBody, said, action=do)), tools=tools)
    elif do == "recall":
        _check_street(request)
        post_recall(unit, replace(request, body=read(RecallBody, said)), tools=tools)
    elif do in ("pause", "resume"):
        _check_street(request)
        body = read(ClockActionBody, said, action=do)
        move_clock(unit, replace(request, path={"clock": about}, body=body), tools=tools)
    elif do == "escalate":
        post_escalation(
            unit, replace(request, body=read(EscalationBody, said, case_no=_case_no(unit, about)))
        )
    elif do == "consult":
        _check_street(request)
        body = read(ConsultationBody, in_china(said), case_no=_case_no(unit, about))
        post_consultation(unit, replace(request, body=body), tools=tools)
    elif do == "hold":
        path = {"consultation": str(said.get("consultation", ""))}
        post_minutes(unit, replace(request, path=path, body=read(MinutesBody, said)), tools=tools)
    elif do == "blow":
        body = read(BlowBody, said, case_no=_case_no(unit, about))
        return (
            f"/desk/whistles/{post_whistle(unit, replace(request, body=body), tools=tools)['id']}?done=blow"
        )
    else:
        raise no_such_action()
    return f"/desk/dispatches/{about}?done={do}"


def _check_street(request: Request) -> None:
    """What the routes of the JSON interface ask for."""
    if request.principal is None or not request.principal.may(STREET):
        raise Forbidden("此事须由街道以上办理", "this is for the street or above")


def _case_no(unit: RoutingUnit, dispatch: str) -> str:
    found = unit.dispatches.get(dispatch)
    return found.case_no if found else ""


def _find(unit: RoutingUnit, request: Request, tools: Tools) -> tuple[Reader, Dispatch, Job]:
    reader, found = reader_of(unit, request), unit.dispatches.get(request.path["dispatch"])
    job = unit.jobs.get(found.case_no) if found is not None else None
    if found is None or job is None:
        raise outside()
    if not (reader.has(found) or reader.owns(job, tools) or reader.who.covers(job.district, job.grid)):
        raise outside()
    return reader, found, job


def _page(
    unit: RoutingUnit, request: Request, *, look: Look, tools: Tools, refusal: Refusal | None = None
) -> Response:
    reader, found, job = _find(unit, request, tools)
    unit.preload([job.no])
    mine = reader.has(found) or not reader.is_party
    names = names_of(tools, found.district)
    letters = unit.letters_about(job.no, district=found.district, party=found.party if mine else reader.party)
    sent = letter_of(letters, found.id) if reader.has(found) else None
    clocks = [one for one in unit.clocks_of(job.no) if one.dispatch == found.id]
    owner = owner_of(job, tools)
    can = options_of(unit, reader, found, job, tools=tools)
    return look.page(
        request,
        "dispatch.html",
        status=refusal.error.status if refusal else 200,
        path=f"/desk/dispatches/{found.id}",
        forms=Forms(request.language, refusal, can.offered),
        reader=reader,
        named=name_of(reader, tools),
        about=found,
        job=job,
        case=show_letter(reader, job, sent, tools, mark=mark_of(unit, reader, letters)),
        names=names,
        parties=_others(names, found.party),
        owner=names.get(owner, owner),
        colour=colour_of(found, clocks, unit.now),
        explained=_explained(unit, clocks, job, tools=tools),
        history=_history(unit, found, letters, mine=mine),
        others=_called(unit, found, job),
        linked=not reader.is_party or reader.owns(job, tools),
        whistle=unit.whistles.get(found.whistle) if found.whistle else None,
        plea=unit.pleas.get(found.plea) if found.plea and mine else None,
        can=can,
        people=lambda one: people_of(one, names),
        done=(request.query or {}).get("done", ""),
    )


def _history(unit: RoutingUnit, found: Dispatch, letters: Sequence[Letter], *, mine: bool) -> Sequence[Entry]:
    """What the party was told and did; of what it asked, the answers only for itself and for staff."""
    if not mine:
        return history_of(letters, (), (), dispatch=found.id)
    asked = unit.list_pleas(
        reach=Reach(), kind=None, state=None, case_no=found.case_no, decider=None, after="", limit=MOST_PLEAS
    )
    return history_of(letters, unit.actions_of(found.id), asked, dispatch=found.id)


def _others(names: Mapping[str, str], party: str) -> Sequence[tuple[str, str]]:
    """Parties to choose from, but not this one."""
    return [(ident, name) for ident, name in names.items() if ident != party]


def _called(unit: RoutingUnit, found: Dispatch, job: Job) -> Sequence[Dispatch]:
    """Who else is called in the same round."""
    return [one for one in unit.dispatches_of(job.no) if one.round == found.round and one.id != found.id]


def _explained(unit: RoutingUnit, clocks: Sequence[Any], job: Job, *, tools: Tools) -> Sequence[Explained]:
    """The deadlines of the dispatch, and that of the whole case where it runs by itself; those that run first."""
    whole = [one for one in unit.clocks_of(job.no) if one.kind == "handle" and one.dispatch is None]
    shown = sorted([*clocks, *whole], key=lambda one: (one.state == "stopped", one.due_at, one.id))
    unit.calendar_uses.preload({f"{one.district}/{one.calendar}" for one in shown if one.span.working})
    return [explain_clock(unit, one, tools=tools) for one in shown]
