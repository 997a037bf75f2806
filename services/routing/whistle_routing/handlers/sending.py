"""
Calling whom a decision names: who is new gets a dispatch with its clocks, who is at work already may change its part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from whistle.calendar.deadlines import local_day
from whistle.contracts import DispatchJoined, DispatchPromoted, DispatchSent, Message, Role, Source
from whistle.contracts.plugin import Decision, Level
from whistle.contracts.timing import Span
from whistle.ids import new_id
from whistle.plugins.desk import Outcome
from whistle.plugins.whistle_terms import whistle_terms
from whistle_routing import domain
from whistle_routing.domain import Bound, Call, Clock, Dispatch, Grant, Job, PartyBook, Whistle
from whistle_routing.domain.returns import continued
from whistle_routing.handlers.granting import as_started, grants_of, start_for
from whistle_routing.handlers.returning.owning import hand_over, whole_clock
from whistle_routing.handlers.returning.windows import handling_again, return_until
from whistle_routing.handlers.telling import tell_party
from whistle_routing.handlers.whistling.recording import note_step
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Errand:
    """
    Why parties are called: the case, who decided what, and the whistle, if it is a joint one. ``bound``: why who leads may not give
    it back.
    """

    job: Job
    outcome: Outcome
    decision: Decision
    whistle: Whistle | None = None
    bound: Bound | None = None


def carry_out(unit: RoutingUnit, errand: Errand, called: Call, *, tools: Tools) -> list[Dispatch]:
    """Do what a call means for everybody; returns the new dispatches, the lead first."""
    if called.lead is not None:
        hand_over(unit, errand.job, tools=tools)
    if called.promoted:
        whistle = errand.whistle.id if errand.whistle else called.promoted.whistle
        promoted = replace(called.promoted, whistle=whistle, bound=errand.bound or called.promoted.bound)
        _note_joining(unit, errand, promoted)
        unit.dispatches.put(promoted)
        _tell_promotion(unit, promoted, tools)
    lead = called.lead
    ours = unit.dispatches_of(errand.job.no)
    ident = errand.whistle.id if errand.whistle else None
    for one in domain.whistles.joined(ours, errand.job.round, whistle=ident, lead=lead):
        _note_joining(unit, errand, one)
        _join(unit, one, tools)
    return [send(unit, errand, name, role=role, tools=tools) for name, role in called.new]


def send(unit: RoutingUnit, errand: Errand, party_id: str, *, role: Role, tools: Tools) -> Dispatch:
    """Give a party work: its dispatch, its clocks, and the message that tells it."""
    job, decision, whistle = errand.job, errand.decision, errand.whistle
    party = tools.parties[job.district][party_id]
    tables, on = tools.packs[job.district].tables, local_day(unit.now)
    terms = whistle_terms(tables.whistles, cast("Level", whistle.whistle_class), on) if whistle else None
    within = Span.parse(whistle.within) if whistle and whistle.within else None
    grants = grants_of(tables, decision, lead=role == "lead", on=on, whistle=terms, within=within)
    sent = Dispatch(
        id=new_id(),
        version=1,
        case_no=job.no,
        district=job.district,
        party=party.id,
        role=role,
        state="sent",
        round=job.round,
        whistle=whistle.id if whistle else None,
        sequence=next_sequence(unit, job.district, party.id),
        sent_at=unit.now,
        due_at=unit.now,
        changed_at=unit.now,
        bound=errand.bound if role == "lead" else None,
    )
    whole = whole_clock(unit, job)
    sooner = decision.handle_hours is not None or whistle is not None
    clocks = _clocks(sent, grants, whole, sooner=sooner, tools=tools)
    sent = replace(sent, due_at=clocks[0].due_at)
    unit.dispatches.put(sent)
    for clock in clocks:
        unit.clocks.put(clock)
    message = _message(errand, sent, party_name=party.name, clocks=clocks)
    message = replace(
        message,
        return_until=return_until(sent, decision.classification.handling_class, tools=tools)
        if sent.bound is None and job.ruling is None
        else None,
        case_due_at=whole.due_at if whole else None,
    )
    unit.emit(message, district=job.district, case_no=job.no, party=party.id)
    level = decision.classification.level
    tell_party(unit, party, message, district=job.district, tools=tools, case=job, level=level)
    if whistle:
        _note_called(unit, whistle, sent)
    return sent


def next_sequence(unit: RoutingUnit, district: str, party: str) -> int:
    """The number of the next piece of work for this party; gap-free."""
    key = f"{district}/{party}"
    book = unit.books.get(key) or PartyBook(key=key, version=0, sequence=0)
    unit.books.put(replace(book, sequence=book.sequence + 1, version=book.version + 1))
    return book.sequence + 1


def _message(errand: Errand, sent: Dispatch, *, party_name: str, clocks: Sequence[Clock]) -> DispatchSent:
    job, outcome, decision = errand.job, errand.outcome, errand.decision
    return DispatchSent(
        dispatch=sent.id,
        party=sent.party,
        party_name=party_name,
        role=sent.role,
        round=job.round,
        whistle=sent.whistle,
        title=job.title,
        text=job.text,
        place=job.place,
        grid=job.grid,
        category=decision.classification.category[:100],
        handling_class=decision.classification.handling_class,
        due_at=sent.due_at,
        reasons=tuple(f"{reason.rule}: {reason.evidence}" for reason in decision.reasons),
        source=cast("Source", outcome.source),
        plugin=f"{outcome.plugin} {outcome.version}".strip()[:100],
        failure=(outcome.failure or "")[:500] or None,
        clocks=tuple(as_started(clock) for clock in clocks),
        owner=job.owner,
        hop=job.hops,
    )


def _clocks(
    sent: Dispatch, grants: list[Grant], whole: Clock | None, *, sooner: bool, tools: Tools
) -> list[Clock]:
    """The clocks of a dispatch, the handling clock first; where the case was in other hands before, it goes on from there."""
    if whole is None:
        return start_for(grants, sent, tools=tools)
    again = handling_again(whole, grants[0], sent, sooner=sooner, tools=tools)
    if again is not None:
        return start_for([again, *grants[1:]], sent, tools=tools)
    return [continued(whole, ident=sent.id, sent=sent), *start_for(grants[1:], sent, tools=tools)]


def _tell_promotion(unit: RoutingUnit, about: Dispatch, tools: Tools) -> None:
    promoted = DispatchPromoted(
        dispatch=about.id,
        party=about.party,
        party_name=_name(about, tools),
        round=about.round,
        version=about.version,
    )
    tell_dispatch(unit, about, promoted, tools=tools)


def _join(unit: RoutingUnit, about: Dispatch, tools: Tools) -> None:
    unit.dispatches.put(about)
    told = DispatchJoined(
        dispatch=about.id,
        party=about.party,
        party_name=_name(about, tools),
        role=about.role,
        whistle=about.whistle,
        round=about.round,
        version=about.version,
    )
    tell_dispatch(unit, about, told, tools=tools)


def _note_joining(unit: RoutingUnit, errand: Errand, after: Dispatch) -> None:
    """Who was at work becomes a responder of the whistle, or changes its part in it."""
    before = unit.dispatches.get(after.id)
    if errand.whistle and before and before.whistle != after.whistle:
        _note_called(unit, errand.whistle, after, joined=True)
    elif after.whistle:
        note_step(unit, "joined", after, data={"role": after.role})


def _note_called(unit: RoutingUnit, whistle: Whistle, about: Dispatch, *, joined: bool = False) -> None:
    told = {"class": whistle.whistle_class, "role": about.role, "due_at": about.due_at.isoformat()}
    note_step(unit, "called", about, by=whistle.by, data={**told, "joined": True} if joined else told)


def tell_dispatch(unit: RoutingUnit, about: Dispatch, message: Message, *, tools: Tools) -> None:
    """Tell the services of a dispatch, and the party itself."""
    unit.emit(message, district=about.district, case_no=about.case_no, party=about.party)
    party = tools.parties.get(about.district, {}).get(about.party)
    if party is not None:
        job = unit.jobs.get(about.case_no)
        tell_party(unit, party, message, district=about.district, tools=tools, case=job)


def tell_parties(
    unit: RoutingUnit, job: Job, message: Message, *, parties: Iterable[str], tools: Tools
) -> None:
    """Tell the services once, and each of these parties."""
    unit.emit(message, district=job.district, case_no=job.no)
    known = tools.parties.get(job.district, {})
    for name in parties:
        if name in known:
            tell_party(unit, known[name], message, district=job.district, tools=tools, case=job)


def _name(about: Dispatch, tools: Tools) -> str:
    party = tools.parties.get(about.district, {}).get(about.party)
    return party.name if party else about.party
