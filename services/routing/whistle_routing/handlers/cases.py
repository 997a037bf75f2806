"""
Cases come in, come back and are closed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from whistle.contracts import (
    CaseAnswered,
    CaseClosed,
    CaseFiled,
    CaseReopened,
    Event,
)
from whistle.errors import OutOfOrder
from whistle_routing import domain
from whistle_routing.domain import Job
from whistle_routing.handlers import supervising
from whistle_routing.handlers.asking import Foreseen
from whistle_routing.handlers.clocks import stop_all, stop_alone, tell_stopped
from whistle_routing.handlers.decide import dispatch
from whistle_routing.handlers.granting import start_alone
from whistle_routing.handlers.pending import pend
from whistle_routing.handlers.returning.pleading import withdraw_all
from whistle_routing.handlers.whistling.ending import follow_answered, let_go
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def take_case(
    unit: RoutingUnit, event: Event[CaseFiled], *, tools: Tools, foreseen: Foreseen | None = None
) -> None:
    """A new case is dispatched as was foreseen, or waits for a decision."""
    if unit.jobs.get(event.case_no) is not None:
        return  # filed twice can only mean replayed from before our memory of it
    job = domain.new_job(event, unit.now)
    unit.jobs.put(job)
    start_alone(unit, job, "accept", tools=tools)
    outcome = foreseen.outcomes.get(job.no) if foreseen else None
    if foreseen is None or outcome is None:
        unit.wake("route_pending")
        return
    unit.books.preload(foreseen.books)
    dispatch(unit, job, outcome, tools=tools)


def reopen_case(unit: RoutingUnit, event: Event[CaseReopened], *, tools: Tools) -> None:
    """A dissatisfied resident: the case waits for a new decision; the second time somebody is supervised."""
    job = _job(unit, event)
    if event.data.round <= job.round:
        return
    stop_alone(unit, job, "call_back", tools=tools)
    let_go(unit, job, "诉求已重新办理 / the case was reopened", tools=tools)
    again = replace(job, round=event.data.round, returned_by=(), hops=0)
    supervising.supervise_dissatisfied(unit, again, tools=tools)
    pend(unit, again, "dissatisfied", event.data.reason)


def close_case(unit: RoutingUnit, event: Event[CaseClosed], *, tools: Tools) -> None:
    """Nothing more to do, and nothing more to be late with."""
    job = _job(unit, event)
    if event.data.round < job.round:
        return  # overtaken by a reopening
    let_go(unit, job, "诉求已办结 / the case was closed", tools=tools)
    tell_stopped(unit, stop_all(unit, unit.clocks_of(job.no), "close", tools=tools))
    supervising.close_all(unit, job, tools=tools)
    withdraw_all(unit, job, why="诉求已结案 / the case is closed", tools=tools)
    unit.jobs.put(replace(job, state="closed", version=job.version + 1))


def follow_answer(unit: RoutingUnit, event: Event[CaseAnswered], *, tools: Tools) -> None:
    """The resident was answered in time or not; now a call-back may be due."""
    job = _job(unit, event)
    stop_alone(unit, job, "answer", tools=tools)
    follow_answered(unit, job)
    if job.state == "done":
        start_alone(unit, job, "call_back", tools=tools)


def _job(unit: RoutingUnit, event: Event[Any]) -> Job:
    job = unit.jobs.get(event.case_no)
    if job is None:
        raise OutOfOrder("诉求尚未到达", f"case {event.case_no} is not here yet")
    return job
