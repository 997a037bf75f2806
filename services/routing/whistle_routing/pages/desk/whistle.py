"""
One whistle: every step, each responder with its clocks, and forms for what may be done with it now. For staff.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from whistle.errors import Forbidden, NotAllowedNow
from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_routing.api.whistles import post_whistle_action
from whistle_routing.domain import Dispatch, Job, Whistle
from whistle_routing.domain.whistles import MOVES, POWERS, Consultation, Responder, missing
from whistle_routing.handlers.whistling.blowing import check_decidable
from whistle_routing.handlers.whistling.powers import check_power
from whistle_routing.pages.desk.forms import Forms, Refusal, no_such_action, read, submit
from whistle_routing.pages.desk.meetings import in_china, people_of
from whistle_routing.pages.desk.reader import Reader, names_of, outside, reader_of, show_case
from whistle_routing.pages.desk.rows import colour_of
from whistle_routing.schemas.whistles import NEEDS, WhistleActionBody
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

CODE_ROLE = "street"


@dataclass(frozen=True, kw_only=True)
class Called:
    """A responder with what is kept of it, its clocks, the worst colour of these, and what the reader may do with it now."""

    about: Dispatch
    kept: Responder | None
    clocks: Sequence[Any]
    colour: str
    powers: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Can:
    """What the reader may do with the whistle as a whole now."""

    decide: bool = False
    summon: bool = False
    close: bool = False
    consult: bool = False
    powers: bool = False


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who leads and who helps by now, and who was called and has nothing to do with it any more."""

    lead: Sequence[str]
    co: Sequence[str]
    gone: Sequence[Dispatch] = ()


def show_whistle(unit: RoutingUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """For staff in whose area the case lies; the code only for who blew it, or stands above."""
    return _page(unit, request, look=look, tools=tools)


def take_whistle(unit: RoutingUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """
    Do what a form of the page asks for.

    Raises:
        Forbidden: the reader may not see this whistle; what else is refused is shown next to its form.
    """
    _find(unit, request)
    return submit(
        unit,
        request,
        lambda do: _do(unit, request, do, tools=tools),
        page=lambda refusal: _page(unit, request, look=look, tools=tools, refusal=refusal),
    )


def _do(unit: RoutingUnit, request: Request, do: str, *, tools: Tools) -> str:
    if do not in NEEDS:
        raise no_such_action()
    said = in_china(request.payload)
    score = said.get("score")
    if isinstance(score, str) and score.strip().isdecimal():
        said["score"] = int(score)
    body = read(WhistleActionBody, said, action=do)
    post_whistle_action(unit, replace(request, body=body), tools=tools)
    return f"/desk/whistles/{request.path['whistle']}?done={do}"


def _find(unit: RoutingUnit, request: Request) -> tuple[Reader, Whistle, Job]:
    reader, found = reader_of(unit, request), unit.whistles.get(request.path["whistle"])
    job = unit.jobs.get(found.case_no) if found is not None else None
    if found is None or job is None or not reader.who.covers(job.district, job.grid):
        raise outside("没有这个哨令,或不在您的权限范围", "no such whistle within your scope")
    return reader, found, job


def _page(
    unit: RoutingUnit, request: Request, *, look: Look, tools: Tools, refusal: Refusal | None = None
) -> Response:
    reader, whistle, job = _find(unit, request)
    unit.preload([job.no])
    can = _can(unit, reader, whistle, job, tools=tools)
    names = names_of(tools, whistle.district)
    meetings = unit.consultations_of(whistle.id)
    called, unheld = _called(unit, whistle, job, can), _unheld(meetings) if can.consult else ()
    return look.page(
        request,
        "whistle.html",
        status=refusal.error.status if refusal else 200,
        path=f"/desk/whistles/{whistle.id}",
        forms=Forms(request.language, refusal, _offered(can, called, unheld)),
        reader=reader,
        whistle=whistle,
        job=job,
        case=show_case(reader, job, tools),
        names=names,
        can=can,
        code=whistle.code if _sees_code(reader, whistle) else None,
        called=called,
        cast=_cast(unit, whistle),
        missing=_missing(unit, whistle, job),
        meetings=meetings,
        unheld=unheld,
        steps=unit.steps_of(job.no),
        clock=next((one for one in unit.clocks_of(job.no) if one.id == whistle.id), None),
        heirs=lambda leaving: _heirs(unit, whistle, leaving, names),
        pairs=lambda words: [(code, pair[request.language == "en"]) for code, pair in words.items()],
        people=lambda one: people_of(one, names),
        done=(request.query or {}).get("done", ""),
    )


def _sees_code(reader: Reader, whistle: Whistle) -> bool:
    return reader.who.sub == whistle.by or reader.who.may(CODE_ROLE)


def _can(unit: RoutingUnit, reader: Reader, whistle: Whistle, job: Job, *, tools: Tools) -> Can:
    if whistle.state in ("requested", "declined"):
        return Can(decide=_passes(check_decidable, unit, whistle, reader.who, tools=tools))
    if not _passes(check_power, unit, whistle, who=reader.who, tools=tools):
        return Can()
    live = job.state != "closed" and job.round == whistle.round
    blown = live and whistle.state == "blown"
    return Can(
        summon=blown,
        close=blown and not _missing(unit, whistle, job),
        consult=live,
        powers=True,
    )


def _passes(check: Any, *about: Any, **more: Any) -> bool:
    try:
        check(*about, **more)
    except (Forbidden, NotAllowedNow):
        return False
    return True


def _called(unit: RoutingUnit, whistle: Whistle, job: Job, can: Can) -> Sequence[Called]:
    kept, clocks = unit.responders_of(whistle.id), unit.clocks_of(whistle.case_no)
    found = [one for one in unit.dispatches_of(whistle.case_no) if one.whistle == whistle.id]
    made = []
    for one in found:
        own = [clock for clock in clocks if clock.dispatch == one.id]
        powers = _powers(whistle, job, one, kept.get(one.id)) if can.powers else ()
        made.append(
            Called(
                about=one,
                kept=kept.get(one.id),
                clocks=own,
                colour=colour_of(one, own, unit.now),
                powers=powers,
            )
        )
    return made


def _cast(unit: RoutingUnit, whistle: Whistle) -> Cast:
    """As it stands, not as it was asked for, once the whistle is blown; a ruling may have named who leads beside the whistle."""
    if whistle.state in ("requested", "declined"):
        return Cast(lead=(whistle.lead,) if whistle.lead else (), co=whistle.co)
    about = [one for one in unit.dispatches_of(whistle.case_no) if one.round == whistle.round]
    here = [one for one in about if not one.gone]
    lead = list(dict.fromkeys(one.party for one in here if one.role == "lead"))
    co = list(dict.fromkeys(one.party for one in here if one.role == "co" and one.party not in lead))
    left = {one.party: one for one in about if one.gone and one.whistle == whistle.id}
    return Cast(lead=lead, co=co, gone=[one for party, one in left.items() if party not in (*lead, *co)])


def _powers(whistle: Whistle, job: Job, about: Dispatch, kept: Responder | None) -> Sequence[str]:
    """Which of the powers the tables allow on this responder now."""
    live = job.state != "closed" and job.round == whistle.round
    open_grade = kept is None or kept.grade is None
    holds: Mapping[str, bool] = {
        "release": live and job.state != "ruling",
        "veto": live and (whistle.state, "veto") in MOVES and whistle.answered_at is None,
        "evaluate": open_grade,
        "assess": open_grade and whistle.state == "closed",
    }
    return [power for power in holds if holds[power] and (about.state, power) in POWERS]


def _missing(unit: RoutingUnit, whistle: Whistle, job: Job) -> Sequence[Dispatch]:
    """Who has not reported yet, in the round of the whistle."""
    if job.round != whistle.round:
        return ()
    return missing(unit.dispatches_of(job.no), whistle.round, acceptance=False)


def _unheld(meetings: Sequence[Consultation]) -> Sequence[Consultation]:
    return [one for one in meetings if one.held_at is None]


def _offered(can: Can, called: Sequence[Called], unheld: Sequence[Consultation]) -> Sequence[str]:
    """The forms of the page."""
    whole = {
        "approve": can.decide,
        "decline": can.decide,
        "summon": can.summon,
        "close": can.close,
        "consult": can.consult,
    }
    return [
        *(name for name, there in whole.items() if there),
        *(f"{power}-{one.about.party}" for one in called for power in one.powers),
        *(f"hold-{one.id}" for one in unheld),
    ]


def _heirs(
    unit: RoutingUnit, whistle: Whistle, leaving: str, names: Mapping[str, str]
) -> Sequence[tuple[str, str]]:
    """Who may lead when the one that leads is let go: the others who are called and have not gone."""
    called = [one for one in unit.dispatches_of(whistle.case_no) if one.round == whistle.round]
    left = dict.fromkeys(one.party for one in called if not one.gone and one.party != leaving)
    return [(party, names.get(party, party)) for party in left]
