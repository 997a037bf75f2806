"""
What a district's plugin is asked about a case, and asking ahead of the transaction that takes a case in.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from whistle.contracts import CaseFiled, Event
from whistle.contracts.plugin import Case, Facts, GridNode, History, Trigger
from whistle.plugins.desk import Outcome, Request
from whistle_routing.domain import Job, new_job
from whistle_routing.store import RoutingUnit
from whistle_routing.store.mail import feed_keys as books_of
from whistle_routing.tools import Tools

PATIENCE, PATIENCE_EACH = 0.1, 0.005
"""Seconds that a batch waits for its plugins at most, and more for each case; who is slower decides later, in its lane."""


@dataclass(frozen=True)
class Foreseen:
    """What the plugins said ahead, by case number, and the books of the parties that will be sent something."""

    outcomes: Mapping[str, Outcome]
    books: frozenset[str]


@dataclass(eq=False)
class _Asking:
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    answered: threading.Event = field(default_factory=threading.Event)


def foresee(tools: Tools, events: Sequence[Event[CaseFiled]]) -> Foreseen:
    """
    Ask the plugins about new cases, each district's in its lane. A case that is not answered in time, or whose district is at work
    on others, is simply not foreseen: a plugin that hangs holds up nobody else's cases.
    """
    by_district: dict[str, list[Event[CaseFiled]]] = {}
    for event in events:
        by_district.setdefault(event.district, []).append(event)
    asked = [_ask(tools, district, cases) for district, cases in by_district.items()]
    until = time.monotonic() + PATIENCE + PATIENCE_EACH * len(events)
    outcomes: dict[str, Outcome] = {}
    for asking in asked:
        if asking is not None and asking.answered.wait(max(0.0, until - time.monotonic())):
            outcomes.update(asking.outcomes)
    books = {
        key
        for district, cases in by_district.items()
        for key in books_of(district, _parties(outcomes, cases))
    }
    return Foreseen(outcomes, frozenset(books))


def _ask(tools: Tools, district: str, events: Sequence[Event[CaseFiled]]) -> _Asking | None:
    asking = _Asking()

    def ask(_district: str) -> None:
        try:
            with tools.database.look() as unit:
                jobs = [new_job(event, unit.now) for event in events]
                requests = requests_of(unit, district, jobs=jobs, tools=tools)
            outcomes = tools.router.decide(requests)
            asking.outcomes = {job.no: outcome for job, outcome in zip(jobs, outcomes, strict=True)}
        finally:
            asking.answered.set()

    return asking if tools.lanes.run(district, ask, or_next=False) else None


def _parties(outcomes: Mapping[str, Outcome], events: Sequence[Event[CaseFiled]]) -> set[str]:
    said = [outcomes.get(event.case_no or "") for event in events]
    return {party for one in said if one and one.decision for party in one.decision.parties}


def requests_of(unit: RoutingUnit, district: str, *, jobs: Sequence[Job], tools: Tools) -> list[Request]:
    """What the district's plugin is asked about these cases; the precedents of the district are as of now, too."""
    if not jobs:
        return []
    grid, days = tools.grid(unit, district), tools.packs[district].tables.repeat_days
    tools.catalogue.follow(unit, district)
    repeats = _repeats(unit, district, jobs, since=unit.now - dt.timedelta(days=days)) if days else {}
    return [_request(unit, job, tools, grid=grid, repeats=repeats.get(job.no, {})) for job in jobs]


def _repeats(
    unit: RoutingUnit, district: str, jobs: Sequence[Job], *, since: dt.datetime
) -> dict[str, dict[str, int]]:
    """By case and category: how many others, decided before these are, were filed for the same grid since then."""
    grids = {job.grid for job in jobs if job.grid}
    counted = unit.repeats(district, grids, since, but={job.no for job in jobs}) if grids else {}
    return {job.no: counted.get(job.grid or "", {}) for job in jobs}


def _request(
    unit: RoutingUnit, job: Job, tools: Tools, *, grid: tuple[GridNode, ...], repeats: Mapping[str, int]
) -> Request:
    tables = tools.packs[job.district].tables
    case = Case(
        no=job.no,
        district=job.district,
        title=job.title,
        text=job.text,
        place=job.place or "",
        grid=job.grid,
        door=job.door,
        filed_at=job.filed_at,
        category=job.category,
        tags=job.tags,
        version=job.version,
    )
    history = History(lead=job.lead, returned_by=job.returned_by, reopened=job.round - 1)
    workload = unit.workload(job.district) if tables.asks_workload else {}
    facts = Facts(
        now=unit.now,
        district=job.district,
        parties=tables.parties,
        grid=grid,
        history=history,
        workload=workload,
        repeats=repeats,
    )
    trigger = Trigger(kind=job.trigger, detail=job.trigger_detail) if job.trigger else None
    return Request(case=case, facts=facts, trigger=trigger)
