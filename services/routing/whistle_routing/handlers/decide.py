"""
Deciding: the plugins are asked outside of any transaction, their decisions stored with dispatches, whistles and clocks.

A new case is decided with the batch that brings it (``cases.take_case``) if its plugin answers at once; what is here is for all
others: slow plugins, cases that come back, whatever a crash left behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from whistle.calendar.deadlines import local_day
from whistle.contracts import (
    DispatchPromoted,
    DispatchSent,
    Role,
    Source,
    WhistleBlown,
)
from whistle.contracts.plugin import Decision, Party
from whistle.errors import Rejected
from whistle.ids import new_id
from whistle.plugins.desk import Outcome
from whistle_routing import domain
from whistle_routing.domain import Clock, Dispatch, Job, PartyBook, Whistle
from whistle_routing.handlers.asking import requests_of
from whistle_routing.handlers.clocks import stop_alone
from whistle_routing.handlers.granting import as_started, case_clock, grants_of, start_for, whole_case_terms
from whistle_routing.handlers.recording import remember
from whistle_routing.handlers.telling import tell_party
from whistle_routing.store import RoutingUnit
from whistle_routing.store.mail import feed_keys as books_of
from whistle_routing.tools import Tools

BATCH = 50


def route_pending(tools: Tools) -> int:
    """
    Let every district with pending cases decide them in its own lane; returns how many lanes were started.
    """
    with tools.database.look() as unit:
        districts = unit.pending_districts()
    return sum(tools.lanes.run(district, lambda name: route_district(tools, name)) for district in districts)


def route_district(tools: Tools, district: str) -> None:
    """
    Decide a district's pending cases, as many as there are now: ask outside of any transaction, then store. Who adds one
    meanwhile wakes the lane again.
    """
    waiting: Sequence[Job] = ()
    while not waiting or len(waiting) == BATCH:
        with tools.database.look() as unit:
            waiting = unit.pending(district, BATCH)
            requests = requests_of(unit, district, jobs=waiting, tools=tools)
        if not waiting:
            return
        outcomes = tools.router.decide(requests)
        with tools.database.write() as unit:
            unit.preload([job.no for job in waiting])
            _preload_acceptance(unit, waiting, tools)
            unit.books.preload(
                books_of(
                    district, [party for one in outcomes if one.decision for party in one.decision.parties]
                )
            )
            for asked, outcome in zip(waiting, outcomes, strict=True):
                job = unit.jobs.get(asked.no)
                # somebody else may have decided it, or it may have changed, while the plugin thought
                if job is not None and job.version == asked.version and job.state == "pending":
                    dispatch(unit, job, outcome, tools=tools)


def _preload_acceptance(unit: RoutingUnit, waiting: Sequence[Job], tools: Tools) -> None:
    """A new case has nothing yet but, where the district measures that, the clock of its acceptance."""
    tables, on = tools.packs[waiting[0].district].tables, local_day(unit.now)
    if whole_case_terms(tables, waiting[0], "accept", on):
        unit.clocks.preload({case_clock(job, "accept") for job in waiting})


def dispatch(unit: RoutingUnit, job: Job, outcome: Outcome, *, tools: Tools) -> None:
    """
    Store a decision and call whom it names: dispatches, a whistle if joint, and the clocks, in one commit.
    """
    decision = _final(job, outcome, tools)
    desk = tools.packs[job.district].tables.duty_desk
    called = domain.call(decision, job, unit.dispatches_of(job.no), duty_desk=desk)
    if called.promoted:
        unit.dispatches.put(called.promoted)
        _tell_promotion(unit, called.promoted, tools)
    remember(unit, job, outcome, decision, tools=tools)
    whistle = _blow(unit, job, decision) if decision.whistle_class and decision.co_handlers else None
    for name, role in called.new:
        party = tools.parties[job.district][name]
        _send(
            unit,
            job,
            outcome,
            decision=decision,
            party=party,
            role=role,
            whistle=whistle,
            tools=tools,
        )
    stop_alone(unit, job, "accept", tools=tools)
    unit.jobs.put(
        replace(
            job,
            state="routed",
            lead=called.lead or job.lead,
            category=decision.classification.category[:100],
            handling_class=decision.classification.handling_class,
            trigger=None,
            trigger_detail="",
            version=job.version + 1,
        )
    )


def _tell_promotion(unit: RoutingUnit, about: Dispatch, tools: Tools) -> None:
    party = tools.parties[about.district].get(about.party)
    promoted = DispatchPromoted(
        dispatch=about.id,
        party=about.party,
        party_name=party.name if party else about.party,
        round=about.round,
        version=about.version,
    )
    unit.emit(promoted, district=about.district, case_no=about.case_no, party=about.party)
    if party is not None:
        tell_party(
            unit, party, promoted, district=about.district, tools=tools, case=unit.jobs.get(about.case_no)
        )


def _final(job: Job, outcome: Outcome, tools: Tools) -> Decision:
    """
    The outcome's decision, unless the case was returned so often that the duty desk takes it (domain D3).
    """
    decision = outcome.decision
    if decision is None:
        raise Rejected("路由没有给出决定", "the router gave no decision")
    if len(job.returned_by) < domain.FORCED_AFTER_RETURNS:
        return decision
    return replace(
        decision, lead=tools.packs[job.district].tables.duty_desk, co_handlers=(), whistle_class=None
    )


def _blow(unit: RoutingUnit, job: Job, decision: Decision) -> str:
    known = unit.whistle_of(job.no, job.round)
    if known is not None:
        return known.id
    whistle = Whistle(
        id=new_id(),
        version=1,
        case_no=job.no,
        district=job.district,
        whistle_class=decision.whistle_class or "daily",
        state="blown",
        round=job.round,
        blown_at=unit.now,
    )
    unit.whistles.put(whistle)
    blown = WhistleBlown(
        whistle=whistle.id,
        whistle_class=decision.whistle_class or "daily",
        lead=decision.lead,
        co_handlers=decision.co_handlers,
    )
    unit.emit(blown, district=job.district, case_no=job.no)
    return whistle.id


def _send(
    unit: RoutingUnit,
    job: Job,
    outcome: Outcome,
    *,
    decision: Decision,
    party: Party,
    role: Role,
    whistle: str | None,
    tools: Tools,
) -> None:
    tables, on = tools.packs[job.district].tables, local_day(unit.now)
    grants = grants_of(tables, decision, lead=role == "lead", joint=whistle is not None, on=on)
    sent = Dispatch(
        id=new_id(),
        version=1,
        case_no=job.no,
        district=job.district,
        party=party.id,
        role=role,
        state="sent",
        round=job.round,
        whistle=whistle,
        sequence=next_sequence(unit, job.district, party.id),
        sent_at=unit.now,
        due_at=unit.now,
        changed_at=unit.now,
    )
    clocks = start_for(grants, sent, tools=tools)
    sent = replace(sent, due_at=clocks[0].due_at)
    unit.dispatches.put(sent)
    for clock in clocks:
        unit.clocks.put(clock)
    message = _message(job, outcome, sent, decision=decision, party=party, clocks=clocks)
    unit.emit(message, district=job.district, case_no=job.no, party=party.id)
    level = decision.classification.level
    tell_party(unit, party, message, district=job.district, tools=tools, case=job, level=level)


def _message(
    job: Job, outcome: Outcome, sent: Dispatch, *, decision: Decision, party: Party, clocks: Sequence[Clock]
) -> DispatchSent:
    return DispatchSent(
        dispatch=sent.id,
        party=party.id,
        party_name=party.name,
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
        plugin=f"{outcome.plugin} {outcome.version}"[:100],
        failure=(outcome.failure or "")[:500] or None,
        clocks=tuple(as_started(clock) for clock in clocks),
    )


def next_sequence(unit: RoutingUnit, district: str, party: str) -> int:
    """The number of the next piece of work for this party; gap-free."""
    key = f"{district}/{party}"
    book = unit.books.get(key) or PartyBook(key=key, version=0, sequence=0)
    unit.books.put(replace(book, sequence=book.sequence + 1, version=book.version + 1))
    return book.sequence + 1
