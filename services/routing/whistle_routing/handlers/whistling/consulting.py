"""
Joint consultations (联合会商, S4-21) as a step of a whistle: called, held, and what they decide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from whistle.auth import Principal
from whistle.contracts import ConsultationCalled, ConsultationHeld
from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.ids import new_id
from whistle.privacy import mask_text
from whistle_routing.domain import Whistle
from whistle_routing.domain.whistles import Consultation
from whistle_routing.handlers.sending import tell_parties
from whistle_routing.handlers.whistling.powers import check_live, summon
from whistle_routing.handlers.whistling.recording import note_step
from whistle_routing.handlers.whistling.wishes import check_parties
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Who sits together, when, where and about what; ``guests`` are no parties (律师、心理咨询师)."""

    parties: tuple[str, ...]
    guests: tuple[str, ...] = ()
    meet_at: dt.datetime
    place: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """Who came, what was said and decided; ``summon`` are further responders that the decision calls."""

    present: tuple[str, ...]
    minutes: str
    decision: str
    summon: tuple[str, ...] = ()


def call_consultation(
    unit: RoutingUnit, whistle: Whistle, invitation: Invitation, *, who: Principal, tools: Tools
) -> Consultation:
    """
    Ask parties and guests to sit together about the case.

    Raises:
        Forbidden, NotAllowedNow: as for the blower's powers. Invalid: an unknown party, nobody to meet.
    """
    job = check_live(unit, whistle, who=who, tools=tools)
    if len(invitation.parties) + len(invitation.guests) < 2:
        few = {"parties": ["会商至少两方 / a consultation needs two at least"]}
        raise Invalid("参加者太少", "too few take part", fields=few)
    check_parties(replace(job, returned_by=()), {"parties": invitation.parties}, tools=tools)
    called = Consultation(
        id=new_id(),
        version=1,
        whistle=whistle.id,
        case_no=whistle.case_no,
        district=whistle.district,
        parties=invitation.parties,
        guests=invitation.guests,
        meet_at=invitation.meet_at,
        place=mask_text(invitation.place),
        subject=mask_text(invitation.subject),
        called_by=who.sub,
        called_at=unit.now,
    )
    unit.consultations.put(called)
    told = ConsultationCalled(
        consultation=called.id,
        whistle=whistle.id,
        parties=called.parties,
        guests=called.guests,
        meet_at=called.meet_at,
        place=called.place,
        subject=called.subject,
        by=who.sub,
    )
    tell_parties(unit, job, told, parties=called.parties, tools=tools)
    data = {"consultation": called.id, "parties": list(called.parties), "guests": list(called.guests)}
    note_step(unit, "consultation_called", whistle, by=who.sub, data=data)
    return called


def hold_consultation(
    unit: RoutingUnit,
    whistle: Whistle,
    ident: str,
    held: Minutes,
    *,
    who: Principal,
    tools: Tools,
) -> Consultation:
    """
    Record what a consultation said and decided, once; whom the decision calls is summoned.

    Raises:
        NotFound: no such consultation. NotAllowedNow: recorded before. Invalid: somebody was present who was not asked; a party
            that cannot be summoned. Forbidden.
    """
    check_live(unit, whistle, who=who, tools=tools)
    called = unit.consultations.get(ident)
    if called is None or called.whistle != whistle.id:
        raise NotFound("没有这次会商", "there is no such consultation")
    if called.held_at is not None:
        raise NotAllowedNow("此次会商已有纪要", "the minutes of this consultation were recorded before")
    _check_present(called, held.present)
    decision = mask_text(held.decision)
    after = replace(
        called,
        held_at=unit.now,
        held_by=who.sub,
        present=held.present,
        minutes=mask_text(held.minutes),
        decision=decision,
        summoned=held.summon,
        version=called.version + 1,
    )
    unit.consultations.put(after)
    _tell_held(unit, whistle, after, tools=tools)
    for party in held.summon:
        summon(unit, whistle, party, reason=decision[:1000], who=who, tools=tools)
    return after


def _tell_held(unit: RoutingUnit, whistle: Whistle, held: Consultation, *, tools: Tools) -> None:
    told = ConsultationHeld(
        consultation=held.id,
        whistle=whistle.id,
        present=held.present,
        minutes=held.minutes or "",
        decision=held.decision or "",
        summoned=held.summoned,
        by=held.held_by or "",
    )
    job = unit.jobs.get(held.case_no)
    if job is not None:
        tell_parties(unit, job, told, parties=held.parties, tools=tools)
    data = {"consultation": held.id, "present": list(held.present), "decision": told.decision}
    note_step(unit, "consultation_held", whistle, by=held.held_by, data=data)


def _check_present(called: Consultation, present: Sequence[str]) -> None:
    strangers = [one for one in present if one not in (*called.parties, *called.guests)]
    if strangers or not present:
        text = "须为会商所请的人 / must be among those who were asked"
        raise Invalid("到会名单有误", "somebody else was present, or nobody", fields={"present": [text]})
