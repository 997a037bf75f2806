"""
Joint consultations (联合会商, S4-21; 联席会议认领, S1-17) about a case that has no whistle: the street calls parties and guests,
whose decision calls further parties, names who leads from now on, or is an advice.
"""

from __future__ import annotations

from whistle.auth import Principal
from whistle.contracts import Role
from whistle.errors import AlreadyRuled, Forbidden, Invalid, NotAllowedNow
from whistle.plugins.desk import Outcome
from whistle_routing import domain
from whistle_routing.domain import Call, Job, Whistle
from whistle_routing.domain.whistles import Consultation
from whistle_routing.handlers.placing import place
from whistle_routing.handlers.recording import remember
from whistle_routing.handlers.returning.assigning import decision_of
from whistle_routing.handlers.sending import Errand
from whistle_routing.handlers.whistling.consulting import (
    Invitation,
    Minutes,
    call_consultation,
    called_data,
    check_no_lead,
    held_data,
    hold_consultation,
    invite,
    keep_minutes,
)
from whistle_routing.handlers.whistling.recording import note_case
from whistle_routing.handlers.whistling.wishes import at_work, check_parties, check_time
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

CALLER = "street"
"""Who may call a consultation about a case without a whistle, and who stands above."""


def confer(
    unit: RoutingUnit, job: Job, invitation: Invitation, *, who: Principal, tools: Tools
) -> Consultation:
    """
    Ask parties and guests to sit together about a case, whatever it waits for; where a whistle is blown it is a step of that.

    Raises:
        Forbidden: below the street, or outside of the scope; of a whistle: not this one's. NotAllowedNow: the case is closed.
        Invalid: an unknown party, nobody to meet.
    """
    _check_may(job, who)
    if job.state == "closed":
        raise NotAllowedNow("诉求已办结,不必会商", "the case is closed: there is nothing to confer about")
    whistle = _blown(unit, job)
    if whistle is not None:
        return call_consultation(unit, whistle, invitation, who=who, tools=tools)
    called = invite(unit, job, invitation, whistle=None, by=who.sub, tools=tools)
    note_case(unit, "consultation_called", job, by=who.sub, data=called_data(called))
    return called


def conclude(
    unit: RoutingUnit, called: Consultation, held: Minutes, *, who: Principal, tools: Tools
) -> Consultation:
    """
    Record attendance, minutes and decision, once. Whom the decision names joins in, or leads from now on (对接认领); if it names
    nobody, it is an advice to those at work.

    Raises:
        Forbidden. NotAllowedNow: recorded before; the case is not at work, so that nobody can be called. AlreadyRuled: another lead
        than the arbiter's. Invalid: somebody was present who was not asked; a party that cannot be called, or is at work already.
    """
    job = unit.jobs.get(called.case_no)
    if job is None:
        raise NotAllowedNow("没有这个诉求", "there is no such case")
    if called.whistle is not None:
        whistle = unit.whistles.get(called.whistle)
        assert whistle is not None
        return hold_consultation(unit, whistle, called.id, held, who=who, tools=tools)
    _check_may(job, who)
    if held.lead or held.summon:
        _check_calling(unit, job, held, tools=tools)
    after = keep_minutes(unit, job, called, held, by=who.sub, tools=tools)
    note_case(unit, "consultation_held", job, by=who.sub, data=held_data(after))
    if held.lead or held.summon:
        _call(unit, job, after, by=who.sub, tools=tools)
    return after


def _check_may(job: Job, who: Principal) -> None:
    if not who.may(CALLER) or not who.covers(job.district, job.grid):
        raise Forbidden(
            "会商由街道以上召集,且诉求须在其范围内",
            "a consultation is called by the street or above, within its scope",
        )


def _check_calling(unit: RoutingUnit, job: Job, held: Minutes, *, tools: Tools) -> None:
    check_time(job)
    if _blown(unit, job) is not None:  # since it was called
        check_no_lead(held)
    named = {"lead": (held.lead,) if held.lead else (), "join": held.summon}
    check_parties(job, named, tools=tools)
    if held.lead and job.ruling is not None and held.lead != job.lead:
        raise AlreadyRuled("本件已裁定由谁主办", "who leads this case was ruled by the arbiter")
    at_it = {one.party for one in unit.dispatches_of(job.no) if at_work(one, job)}
    busy = [f"{party} 已在办 / {party} is at work already" for party in held.summon if party in at_it]
    if busy:
        raise Invalid("单位有误", "these parties cannot be called", fields={"join": busy})


def _call(unit: RoutingUnit, job: Job, held: Consultation, *, by: str, tools: Tools) -> None:
    """Who is named to lead does so by the work it has, or by new work; the others join in, each with clocks of its own."""
    ours = unit.dispatches_of(job.no)
    role: Role = "lead"
    taking = domain.assign(held.lead, role, job, ours) if held.lead else Call((), None)
    joining: list[tuple[str, Role]] = [(party, "co") for party in held.summoned]
    rule, lead = f"consultation.{held.id}", held.lead or job.lead or held.summoned[0]
    why = f"{held.decision or ''} ({', '.join(held.summoned)})" if joining else held.decision or ""
    decision = decision_of(unit, job, lead, rule=rule, why=why, tools=tools)
    outcome = Outcome(decision=decision, source="person", plugin=by[:120], version="", asked=False)
    remember(unit, job, outcome, decision, tools=tools)
    errand = Errand(job=job, outcome=outcome, decision=decision, whistle=_blown(unit, job))
    place(unit, errand, Call((*taking.new, *joining), taking.promoted), tools=tools)


def _blown(unit: RoutingUnit, job: Job) -> Whistle | None:
    whistle = unit.whistle_of(job.no, job.round)
    return whistle if whistle is not None and whistle.state == "blown" else None
