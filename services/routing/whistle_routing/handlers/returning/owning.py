"""
First-handler responsibility (首办责任, S4-19): who received a case first owns it to its end; the clock of the whole case is that
owner's.
"""

from __future__ import annotations

from dataclasses import replace

from whistle.contracts import ClockStarted, DispatchUrged, Message, Urge
from whistle.errors import NotAllowedNow
from whistle.privacy import mask_text
from whistle_routing import domain
from whistle_routing.domain import Clock, Dispatch, Job
from whistle_routing.domain.returns import whole
from whistle_routing.handlers.granting import case_clock
from whistle_routing.handlers.telling import tell, tell_party
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def owner_of(job: Job, tools: Tools) -> str:
    """Who answers for the case: who received it first, until then the duty desk. Nobody never does."""
    pack = tools.packs.get(job.district)
    return job.owner or (pack.tables.duty_desk if pack else job.lead or "")


def own(unit: RoutingUnit, job: Job, lead: str | None) -> Job:
    """The case, owned by whoever is called first to lead it; the clock of the whole case goes with its owner."""
    if job.owner is not None or lead is None:
        return job
    job = replace(job, owner=lead)
    clock = whole_clock(unit, job)
    if clock is not None and clock.party != lead:
        unit.clocks.put(replace(clock, party=lead, version=clock.version + 1))
    return job


def whole_clock(unit: RoutingUnit, job: Job) -> Clock | None:
    """The running handling clock of the whole case in this round; None while its first lead's clock is that."""
    ident = case_clock(job, "handle")
    return next((one for one in unit.clocks_of(job.no) if one.id == ident and one.state != "stopped"), None)


def hand_over(unit: RoutingUnit, job: Job, *, tools: Tools) -> None:
    """
    Before somebody else leads than who was called first in this round, let the case's clock go on by itself, so that nothing
    restarts it: it is the first one's, with all that moved it.
    """
    called = [one for one in unit.dispatches_of(job.no) if one.round == job.round]
    if not called or whole_clock(unit, job) is not None:
        return
    clock = unit.clocks.get(min(called, key=lambda one: one.id).id)
    if clock is None:
        return
    if clock.state == "stopped":
        clock = domain.revive(clock, tools.timetable(job.district))
    case = whole(clock, ident=case_clock(job, "handle"), owner=owner_of(job, tools))
    unit.clocks.put(case)
    told = ClockStarted(
        clock=case.id,
        dispatch="",
        party=case.party,
        kind=case.kind,
        warn_at=case.warn_at,
        due_at=case.due_at,
        red_at=case.red_at,
        provisional=case.provisional,
        calendar=case.calendar,
    )
    tell(unit, told, district=job.district, party=case.party, case_no=job.no, tools=tools)


def run_on(unit: RoutingUnit, job: Job, *, tools: Tools) -> None:
    """The case is at work again after a veto: its clock, if it was in other hands before, had never stopped."""
    ident = case_clock(job, "handle")
    stopped = next(
        (one for one in unit.clocks_of(job.no) if one.id == ident and one.state == "stopped"), None
    )
    if stopped is not None:
        unit.clocks.put(domain.revive(stopped, tools.timetable(job.district)))


def tell_owner(unit: RoutingUnit, job: Job, message: Message, *, but: str, tools: Tools) -> None:
    """Let who owns the case know what becomes of it, unless it is ``but``, who knows."""
    owner = tools.parties.get(job.district, {}).get(owner_of(job, tools))
    if owner is not None and owner.id != but:
        tell_party(unit, owner, message, district=job.district, tools=tools, case=job)


def urge(unit: RoutingUnit, found: Dispatch, action: Urge, *, tools: Tools) -> Dispatch:
    """
    Who owns the case urges the party that has the work (催办); the dispatch stays as it is.

    Raises:
        NotAllowedNow: nobody is at work by this dispatch any more.
    """
    job = unit.jobs.get(found.case_no)
    if job is None or not found.open or found.round != job.round or job.state == "closed":
        raise NotAllowedNow(
            f"派单{domain.WORDS[found.state]},不必再催办", f"the dispatch is {found.state}: nobody is urged"
        )
    told = DispatchUrged(
        dispatch=found.id,
        party=found.party,
        owner=owner_of(job, tools),
        by=action.by,
        text=mask_text(action.text)[:1000],
        due_at=found.due_at,
    )
    tell(unit, told, district=found.district, party=found.party, case_no=found.case_no, tools=tools)
    return found
