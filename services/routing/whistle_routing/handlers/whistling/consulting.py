"""
Joint consultations (联合会商, S4-21) as a step of a whistle: called, held, and what they decide. Those about a case without a
whistle share :func:`invite` and :func:`keep_minutes`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from whistle.auth import Principal
from whistle.contracts import ConsultationCalled, ConsultationHeld
from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.ids import new_id
from whistle.privacy import mask_text
from whistle_routing.domain import Job, Whistle
from whistle_routing.domain.whistles import Consultation
from whistle_routing.handlers.sending import tell_parties
from whistle_routing.handlers.whistling.powers import check_live, summon
from whistle_routing.handlers.whistling.recording import note_step
from whistle_routing.handlers.whistling.wishes import check_parties
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Who sits together, when, where and about what; ``guests`` are no parties (律师、心理咨询师、社区智囊团)."""

    parties: tuple[str, ...]
    guests: tuple[str, ...] = ()
    meet_at: dt.datetime
    place: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """
    Who came, what was said and decided; ``summon`` are further parties that the decision calls, ``lead`` who leads from now on, if
    that changes (only without a whistle).
    """

    present: tuple[str, ...]
    minutes: str
    decision: str
    summon: tuple[str, ...] = ()
    lead: str = ""


def call_consultation(
    unit: RoutingUnit, whistle: Whistle, invitation: Invitation, *, who: Principal, tools: Tools
) -> Consultation:
    """
    Ask parties and guests to sit together about the case.

    Raises:
        Forbidden, NotAllowedNow: as for the blower's powers. Invalid: an unknown party, nobody to meet.
    """
    job = check_live(unit, whistle, who=who, tools=tools)
    called = invite(unit, job, invitation, whistle=whistle.id, by=who.sub, tools=tools)
    note_step(unit, "consultation_called", whistle, by=who.sub, data=called_data(called))
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
            that cannot be summoned; another lead, which a whistle gets by a release. Forbidden.
    """
    job = check_live(unit, whistle, who=who, tools=tools)
    called = unit.consultations.get(ident)
    if called is None or called.whistle != whistle.id:
        raise NotFound("没有这次会商", "there is no such consultation")
    check_no_lead(held)
    after = keep_minutes(unit, job, called, held, by=who.sub, tools=tools)
    note_step(unit, "consultation_held", whistle, by=who.sub, data=held_data(after))
    for party in held.summon:
        summon(unit, whistle, party, reason=(after.decision or "")[:1000], who=who, tools=tools)
    return after


# --- with a whistle or without ----------------------------------------------------------------------------------------


def invite(
    unit: RoutingUnit, job: Job, invitation: Invitation, *, whistle: str | None, by: str, tools: Tools
) -> Consultation:
    """
    Store who is asked to sit together, and tell them.

    Raises:
        Invalid: fewer than two, a party that is unknown or named twice.
    """
    if len(invitation.parties) + len(invitation.guests) < 2:
        few = {"parties": ["会商至少两方 / a consultation needs two at least"]}
        raise Invalid("参加者太少", "too few take part", fields=few)
    check_parties(replace(job, returned_by=()), {"parties": invitation.parties}, tools=tools)
    called = Consultation(
        id=new_id(),
        version=1,
        whistle=whistle,
        case_no=job.no,
        district=job.district,
        parties=invitation.parties,
        guests=invitation.guests,
        meet_at=invitation.meet_at,
        place=mask_text(invitation.place),
        subject=mask_text(invitation.subject),
        called_by=by,
        called_at=unit.now,
    )
    unit.consultations.put(called)
    told = ConsultationCalled(
        consultation=called.id,
        whistle=whistle or "",
        parties=called.parties,
        guests=called.guests,
        meet_at=called.meet_at,
        place=called.place,
        subject=called.subject,
        by=by,
    )
    tell_parties(unit, job, told, parties=called.parties, tools=tools)
    return called


def keep_minutes(
    unit: RoutingUnit, job: Job, called: Consultation, held: Minutes, *, by: str, tools: Tools
) -> Consultation:
    """
    Store what was said and decided, once, and tell those who were asked.

    Raises:
        NotAllowedNow: recorded before. Invalid: somebody was present who was not asked, or nobody.
    """
    if called.held_at is not None:
        raise NotAllowedNow("此次会商已有纪要", "the minutes of this consultation were recorded before")
    _check_present(called, held.present)
    after = replace(
        called,
        held_at=unit.now,
        held_by=by,
        present=held.present,
        minutes=mask_text(held.minutes),
        decision=mask_text(held.decision),
        summoned=held.summon,
        lead=held.lead or None,
        version=called.version + 1,
    )
    unit.consultations.put(after)
    told = ConsultationHeld(
        consultation=after.id,
        whistle=after.whistle or "",
        present=after.present,
        minutes=after.minutes or "",
        decision=after.decision or "",
        summoned=after.summoned,
        lead=after.lead or "",
        advice=not (after.summoned or after.lead),
        by=by,
    )
    tell_parties(unit, job, told, parties=after.parties, tools=tools)
    return after


def check_no_lead(held: Minutes) -> None:
    """
    Raises:
        Invalid: it names who leads, which a whistle does not get in this way.
    """
    if held.lead:
        text = "吹哨中改主办请用撤离 / who leads a whistle changes by a release"
        raise Invalid("不能改主办", "a consultation of a whistle names no lead", fields={"lead": [text]})


def called_data(called: Consultation) -> dict[str, Any]:
    """What the step of calling keeps."""
    return {"consultation": called.id, "parties": list(called.parties), "guests": list(called.guests)}


def held_data(held: Consultation) -> dict[str, Any]:
    """What the step of holding keeps."""
    return {"consultation": held.id, "present": list(held.present), "decision": held.decision or ""}


def _check_present(called: Consultation, present: Sequence[str]) -> None:
    strangers = [one for one in present if one not in (*called.parties, *called.guests)]
    if strangers or not present:
        text = "须为会商所请的人 / must be among those who were asked"
        raise Invalid("到会名单有误", "somebody else was present, or nobody", fields={"present": [text]})
