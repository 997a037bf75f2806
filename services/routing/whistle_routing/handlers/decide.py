"""
Deciding: the plugins are asked outside of any transaction, their decisions stored with dispatches, whistles and clocks.

A new case is decided with the batch that brings it (``cases.take_case``) if its plugin answers at once; what is here is for all
others: slow plugins, cases that come back, whatever a crash left behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from whistle.calendar.deadlines import local_day
from whistle.errors import Rejected
from whistle.plugins.desk import Outcome
from whistle_routing import domain
from whistle_routing.domain import Bound, Job
from whistle_routing.handlers.asking import requests_of
from whistle_routing.handlers.granting import case_clock, whole_case_terms
from whistle_routing.handlers.placing import place
from whistle_routing.handlers.recording import remember
from whistle_routing.handlers.returning.precedents import as_ruled, by_precedent
from whistle_routing.handlers.sending import Errand
from whistle_routing.handlers.whistling.blowing import blow_by_plugin
from whistle_routing.handlers.whistling.escalating import note_escalation
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
    Store a decision and call whom it names: dispatches, a whistle if joint, and the clocks, in one commit. What the arbiter ruled
    goes before a precedent of the district's catalogue, and that before what the plugin said.
    """
    decision = outcome.decision
    if decision is None:
        raise Rejected("路由没有给出决定", "the router gave no decision")
    if job.ruling is not None:
        decision, outcome = as_ruled(unit, job, decision), replace(outcome, source="person")
    elif job.trigger is None and outcome.request is not None:
        decision, source = by_precedent(outcome.request, decision, source=outcome.source, tools=tools)
        outcome = replace(outcome, source=source)
    desk = tools.packs[job.district].tables.duty_desk
    called = domain.call(decision, job, unit.dispatches_of(job.no), duty_desk=desk)
    remember(unit, job, outcome, decision, tools=tools)
    whistle = blow_by_plugin(unit, job, decision, tools=tools)
    bound: Bound | None = "ruled" if job.ruling else None
    errand = Errand(job=job, outcome=outcome, decision=decision, whistle=whistle, bound=bound)
    placed, sent = place(unit, errand, called, tools=tools)
    note_escalation(unit, errand, lead=placed.lead, sent=sent)
