"""
What waits to be decided: a return under review, a ruling, more time; with the case's way so far, and the form for who decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from whistle.contracts.organisation import KINDS
from whistle.errors import Forbidden
from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_routing.api.returns import check_decider, post_extension, post_review, post_ruling
from whistle_routing.domain import Job, Plea, Precedent, precedents
from whistle_routing.handlers.asking import requests_of
from whistle_routing.handlers.explaining import explain_clock
from whistle_routing.handlers.returning.owning import owner_of
from whistle_routing.handlers.returning.precedents import words_of
from whistle_routing.pages.desk.forms import Forms, Refusal, no_such_action, read, submit, words_in
from whistle_routing.pages.desk.reader import (
    Reader,
    ShownCase,
    mark_of,
    name_of,
    names_of,
    outside,
    reader_of,
    show_letter,
)
from whistle_routing.schemas.returns import ExtensionBody, ReviewBody, RulingBody
from whistle_routing.store import RoutingUnit
from whistle_routing.store.reach import Reach
from whistle_routing.tools import Tools

FORMS: Mapping[str, str] = {"return": "review", "ruling": "rule", "extension": "grant"}
"""Which form belongs to a kind of plea."""
MOST = 50


def show_plea(unit: RoutingUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """For who decides, who asked, and staff in whose area the case lies."""
    return _page(unit, request, look=look, tools=tools)


def take_plea(unit: RoutingUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """
    Decide.

    Raises:
        Forbidden: the reader may not see this plea; what else is refused is shown next to the form.
    """
    _find(unit, request)
    return submit(
        unit,
        request,
        lambda do: _do(unit, request, do, tools=tools),
        page=lambda refusal: _page(unit, request, look=look, tools=tools, refusal=refusal),
    )


def _do(unit: RoutingUnit, request: Request, do: str, *, tools: Tools) -> str:
    said = request.payload
    if do == "review":
        post_review(unit, replace(request, body=read(ReviewBody, said)), tools=tools)
    elif do == "rule":
        post_ruling(unit, replace(request, body=_ruling(said)), tools=tools)
    elif do == "grant":
        post_extension(unit, replace(request, body=read(ExtensionBody, said)), tools=tools)
    else:
        raise no_such_action()
    return f"/desk/pleas/{request.path['plea']}?done={do}"


def _ruling(said: Mapping[str, Any]) -> Any:
    """
    What the form of a ruling says. It shows by what equal cases are recognised, so that what is left empty is not asked for; a day
    ends the precedent at its beginning, in China.
    """
    typed = said.get("precedent")
    typed = typed if isinstance(typed, Mapping) else {}
    equal = {
        "category": str(typed.get("category", "")).strip(),
        "keywords": words_in(typed.get("keywords", "")),
        "place_kind": typed.get("place_kind", ""),
        **({"until": f"{typed['until']}T00:00:00+08:00"} if typed.get("until") else {}),
    }
    body = read(RulingBody, said, precedent=equal)
    return {**body, "precedent": None} if said.get("holds") == "once" else body


def _find(unit: RoutingUnit, request: Request) -> tuple[Reader, Plea, Job]:
    reader, plea = reader_of(unit, request), unit.pleas.get(request.path["plea"])
    job = unit.jobs.get(plea.case_no) if plea is not None else None
    if plea is not None and job is not None:
        named = reader.district == plea.district and reader.party in (plea.decider, plea.party)
        if named if reader.is_party else reader.who.covers(job.district, job.grid):
            return reader, plea, job
    raise outside("没有这件申请,或不在您的权限范围", "no such request within your scope")


def _page(
    unit: RoutingUnit, request: Request, *, look: Look, tools: Tools, refusal: Refusal | None = None
) -> Response:
    reader, plea, job = _find(unit, request)
    unit.preload([job.no])
    decides, why_not = _may_decide(unit, request, plea, tools)
    offered = [FORMS[plea.kind]] if decides and plea.state == "open" else []
    names, owner = names_of(tools, plea.district), owner_of(job, tools)
    informed = decides or not reader.is_party
    clock = next((one for one in unit.clocks_of(job.no) if one.id == plea.id), None)
    case = _case(unit, reader, job, tools)
    return look.page(
        request,
        "plea.html",
        status=refusal.error.status if refusal else 200,
        path=f"/desk/pleas/{plea.id}",
        forms=Forms(request.language, refusal, offered),
        reader=reader,
        named=name_of(reader, tools),
        plea=plea,
        job=job,
        case=case,
        names=names,
        owner=names.get(owner, owner),
        decides=bool(offered),
        why_not=why_not,
        explained=explain_clock(unit, clock, tools=tools) if clock is not None else None,
        way=unit.dispatches_of(job.no) if informed else (),
        earlier=_earlier(unit, plea) if informed else (),
        decisions=() if reader.is_party else unit.decisions_of(job.no),
        matching=_matching(unit, job, tools) if informed and plea.kind != "extension" else (),
        words_found=() if case.sealed else words_of(job, tools),
        place_kinds=[(code, kind.zh if request.language == "zh" else code) for code, kind in KINDS.items()],
        asked=unit.dispatches.get(plea.dispatch) if plea.dispatch else None,
        done=(request.query or {}).get("done", ""),
    )


def _case(unit: RoutingUnit, reader: Reader, job: Job, tools: Tools) -> ShownCase:
    """The case, to a party with a mark that leads back to it."""
    letters = unit.letters_about(job.no, district=job.district, party=reader.party) if reader.is_party else ()
    return show_letter(reader, job, None, tools, mark=mark_of(unit, reader, letters))


def _may_decide(
    unit: RoutingUnit, request: Request, plea: Plea, tools: Tools
) -> tuple[bool, tuple[str, str]]:
    """May this reader decide, and if not, why not."""
    try:
        check_decider(unit, request, plea, tools=tools)
    except Forbidden as error:
        return False, (error.zh, error.en)
    return True, ("", "")


def _earlier(unit: RoutingUnit, plea: Plea) -> Sequence[Plea]:
    """What else was asked about the case."""
    found = unit.list_pleas(
        reach=Reach(), kind=None, state=None, case_no=plea.case_no, decider=None, after="", limit=MOST
    )
    return [one for one in found if one.id != plea.id]


def _matching(unit: RoutingUnit, job: Job, tools: Tools) -> Sequence[tuple[Precedent, str]]:
    """The precedents that hold and fit this case, with what makes it equal; the one that names most first."""
    if job.district not in tools.packs:
        return ()
    (asked,) = requests_of(unit, job.district, jobs=[job], tools=tools)
    holding = [one for one in tools.catalogue.of(job.district) if one.holds(unit.now)]
    fitting = [(one, precedents.equal(one, asked.case, asked.facts, job.category or "")) for one in holding]
    found = [(one, said) for one, said in fitting if said is not None]
    return sorted(found, key=lambda pair: pair[0].rank, reverse=True)
