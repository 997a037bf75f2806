"""
Blowing a whistle: by the district's plugin, or by a person, whom a principal may have to allow it.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import cast

from whistle.auth import Principal
from whistle.calendar.deadlines import local_day
from whistle.contracts import WhistleApproved, WhistleBlown, WhistleDeclined, WhistleRequested
from whistle.contracts.plugin import Classification, Decision, HandlingClass, Level, Reason
from whistle.errors import Forbidden, NotAllowedNow
from whistle.ids import new_id
from whistle.plugins.desk import Outcome
from whistle.plugins.whistle_terms import WhistleTerms, stands_above, whistle_terms
from whistle.privacy import mask_text
from whistle_routing import domain
from whistle_routing.domain import Call, Dispatch, Grant, Job, Whistle
from whistle_routing.domain.whistles import moved
from whistle_routing.handlers.clocks import stop_all, tell_stopped
from whistle_routing.handlers.recording import remember
from whistle_routing.handlers.sending import Errand, carry_out
from whistle_routing.handlers.whistling.recording import note_step
from whistle_routing.handlers.whistling.wishes import Wish, at_work, check_parties, check_time, check_wish
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

RULES = "rules"
"""Stands for the district's plugin where a person would stand."""


def blow_whistle(unit: RoutingUnit, job: Job, wish: Wish, *, who: Principal, tools: Tools) -> Whistle:
    """
    A person blows a whistle on a case that is at work, or asks a principal to allow it. Who is at work already joins in.

    Raises:
        Forbidden, Invalid, NotAllowedNow: as :func:`check_wish` says.
    """
    terms = terms_of(unit, job, wish.whistle_class, tools=tools)
    check_wish(unit, job, wish, who=who, terms=terms, tools=tools)
    asks = terms.asks_first(who.role)
    whistle = Whistle(
        id=new_id(),
        version=1,
        case_no=job.no,
        district=job.district,
        whistle_class=wish.whistle_class,
        state="requested" if asks else "blown",
        round=job.round,
        blown_at=unit.now,
        by=who.sub,
        role=who.role,
        reason=mask_text(wish.reason),
        lead=wish.lead,
        co=wish.co_handlers,
        within=wish.within,
        code=_code(),
        proof=terms.proof,
        acceptance=terms.acceptance,
    )
    unit.whistles.put(whistle)
    if asks:
        _ask(unit, whistle, terms, tools=tools)
    else:
        _call(unit, job, whistle, tools=tools)
    return whistle


def blow_by_plugin(unit: RoutingUnit, job: Job, decision: Decision, *, tools: Tools) -> Whistle | None:
    """
    The whistle of this round, which the district's plugin now blows if it wants several parties and there is none. It needs neither
    proof nor acceptance: nobody stands on the spot to tell the code, or to accept a report.
    """
    known = unit.whistle_of(job.no, job.round)
    if known is not None or not decision.whistle_class or not decision.co_handlers:
        return known
    lapse_requests(unit, job, "已由规则吹哨 / the district's rules blew one", tools=tools)
    whistle = Whistle(
        id=new_id(),
        version=1,
        case_no=job.no,
        district=job.district,
        whistle_class=decision.whistle_class,
        state="blown",
        round=job.round,
        blown_at=unit.now,
        lead=decision.lead,
        co=decision.co_handlers,
        code=_code(),
    )
    unit.whistles.put(whistle)
    _tell_blown(unit, whistle)
    return whistle


def approve_whistle(
    unit: RoutingUnit, whistle: Whistle, *, who: Principal, reason: str, tools: Tools
) -> Whistle:
    """
    The principal allows it, and it is blown.

    Raises:
        Forbidden: not this one's to allow. NotAllowedNow: it does not wait for approval, or the case went on. Invalid: a party
            that was named cannot be called any more.
    """
    job = check_decidable(unit, whistle, who, tools=tools)
    blown = moved(whistle, "approve")
    if blown is None or job.round != whistle.round:
        raise _no_request(whistle)
    check_time(job)
    if unit.whistle_of(job.no, job.round) is not None:
        raise NotAllowedNow("本轮已吹哨", "a whistle was blown in this round already")
    check_parties(job, {"lead": (whistle.lead or "",), "co_handlers": whistle.co}, tools=tools)
    blown = replace(blown, approved_by=who.sub, blown_at=unit.now)
    unit.whistles.put(blown)
    _stop_asking(unit, whistle, tools=tools)
    told = WhistleApproved(whistle=whistle.id, by=who.sub, reason=mask_text(reason))
    unit.emit(told, district=whistle.district, case_no=whistle.case_no)
    note_step(unit, "approved", blown, by=who.sub, data={"reason": told.reason})
    _call(unit, job, blown, tools=tools)
    return blown


def decline_whistle(
    unit: RoutingUnit, whistle: Whistle, *, who: Principal, reason: str, tools: Tools
) -> Whistle:
    """
    The principal says no, and why.

    Raises:
        Forbidden, NotAllowedNow: as above.
    """
    check_decidable(unit, whistle, who, tools=tools)
    return _declined(unit, whistle, by=who.sub, reason=mask_text(reason), tools=tools)


def lapse_requests(unit: RoutingUnit, job: Job, reason: str, *, tools: Tools) -> None:
    """What waits for approval in this round is declined, because the case went on."""
    for one in unit.whistles_of(job.no, job.round):
        if one.state == "requested":
            _declined(unit, one, by=RULES, reason=reason, tools=tools)


def terms_of(unit: RoutingUnit, job: Job, whistle_class: str, *, tools: Tools) -> WhistleTerms:
    """What the district says today about this class of whistles."""
    pack = tools.packs.get(job.district)
    rows = pack.tables.whistles if pack else ()
    return whistle_terms(rows, cast("Level", whistle_class), local_day(unit.now))


def errand_of(job: Job, whistle: Whistle, *, lead: str, co: tuple[str, ...], tools: Tools) -> Errand:
    """A call that a person decided, as one that a plugin would have."""
    pack = tools.packs.get(job.district)
    decision = Decision(
        lead=lead,
        co_handlers=co,
        whistle_class=cast("Level", whistle.whistle_class) if co else None,
        classification=Classification(
            handling_class=cast("HandlingClass", job.handling_class or "commitment"),
            category=job.category or (pack.tables.default_category if pack else "-"),
            level=cast("Level", whistle.whistle_class),
        ),
        reasons=(Reason(rule="吹哨", evidence=whistle.reason[:200], confidence=1.0),),
    )
    outcome = Outcome(
        decision=decision, source="person", plugin=(whistle.by or RULES)[:120], version="", asked=False
    )
    return Errand(job=job, outcome=outcome, decision=decision, whistle=whistle)


def _call(unit: RoutingUnit, job: Job, whistle: Whistle, *, tools: Tools) -> None:
    """Call everybody who is named and not at work; who leads may have been at work as co-handler."""
    lead = whistle.lead or ""
    errand = errand_of(job, whistle, lead=lead, co=whistle.co, tools=tools)
    busy = {one.party: one for one in unit.dispatches_of(job.no) if at_work(one, job)}
    new = tuple((party, role) for party, role in domain.roles(errand.decision) if party not in busy)
    remember(unit, job, errand.outcome, errand.decision, tools=tools)
    _tell_blown(unit, whistle)
    carry_out(unit, errand, Call(new, _to_lead(busy.get(lead))), tools=tools)
    unit.jobs.put(replace(job, lead=lead, version=job.version + 1))


def _to_lead(known: Dispatch | None) -> Dispatch | None:
    if known is None or known.role == "lead":
        return None
    return replace(known, role="lead", version=known.version + 1)


def _tell_blown(unit: RoutingUnit, whistle: Whistle) -> None:
    blown = WhistleBlown(
        whistle=whistle.id,
        whistle_class=cast("Level", whistle.whistle_class),
        lead=whistle.lead or "",
        co_handlers=whistle.co,
        by=whistle.by,
        role=whistle.role,
        reason=whistle.reason or None,
        approved_by=whistle.approved_by,
    )
    unit.emit(blown, district=whistle.district, case_no=whistle.case_no)
    told = {"class": whistle.whistle_class, "role": whistle.role, "reason": whistle.reason}
    note_step(unit, "blown", whistle, by=whistle.by, data=told)


def _ask(unit: RoutingUnit, whistle: Whistle, terms: WhistleTerms, *, tools: Tools) -> None:
    clock = domain.start(
        Grant(kind="approve", span=terms.approve, basis=terms.basis or None),
        ident=whistle.id,
        case_no=whistle.case_no,
        district=whistle.district,
        party=terms.approval or "",
        dispatch=None,
        at=unit.now,
        table=tools.timetable(whistle.district),
    )
    unit.clocks.put(clock)
    told = WhistleRequested(
        whistle=whistle.id,
        whistle_class=cast("Level", whistle.whistle_class),
        lead=whistle.lead or "",
        co_handlers=whistle.co,
        by=whistle.by or "",
        reason=whistle.reason,
        role=terms.approval or "",
        due_at=clock.due_at,
    )
    unit.emit(told, district=whistle.district, case_no=whistle.case_no)
    asked = {"class": whistle.whistle_class, "reason": whistle.reason, "approval": told.role}
    note_step(unit, "requested", whistle, by=whistle.by, data=asked)


def check_decidable(unit: RoutingUnit, whistle: Whistle, who: Principal, *, tools: Tools) -> Job:
    """
    The case of a whistle that waits for this one's approval.

    Raises:
        Forbidden: not this one's to allow. NotAllowedNow: it does not wait (any more).
    """
    job = unit.jobs.get(whistle.case_no)
    if job is None or whistle.state != "requested":
        raise _no_request(whistle)
    terms = terms_of(unit, job, whistle.whistle_class, tools=tools)
    above = terms.lets_approve(who.role) or (
        not terms.approval and stands_above(who.role, whistle.role or "")
    )
    if not above or not who.covers(job.district, job.grid) or who.sub == whistle.by:
        needed = terms.approval or "-"
        raise Forbidden(
            f"须由 {needed} 或以上、且不是申请人的人批准",
            f"somebody else, of the role {needed} or above, decides on it",
        )
    return job


def _declined(unit: RoutingUnit, whistle: Whistle, *, by: str, reason: str, tools: Tools) -> Whistle:
    declined = moved(whistle, "decline")
    if declined is None:
        raise _no_request(whistle)
    unit.whistles.put(declined)
    _stop_asking(unit, whistle, tools=tools)
    told = WhistleDeclined(whistle=whistle.id, by=by, reason=reason[:1000])
    unit.emit(told, district=whistle.district, case_no=whistle.case_no)
    note_step(unit, "declined", declined, by=by, data={"reason": told.reason})
    return declined


def _stop_asking(unit: RoutingUnit, whistle: Whistle, *, tools: Tools) -> None:
    clocks = [one for one in unit.clocks_of(whistle.case_no) if one.id == whistle.id]
    tell_stopped(unit, stop_all(unit, clocks, "approve", tools=tools))


def _no_request(whistle: Whistle) -> NotAllowedNow:
    return NotAllowedNow(
        "此哨不在等待批准", "this whistle does not wait for approval (any more)", state=whistle.state
    )


def _code() -> str:
    """Six digits that the blower tells on the spot."""
    return f"{secrets.randbelow(10**6):06d}"
