"""
Cases come in, come back and are closed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from whistle.contracts import (
    CaseClosed,
    CaseFiled,
    CaseReopened,
    ClockStopped,
    Event,
)
from whistle.contracts.plugin import TriggerKind
from whistle.errors import OutOfOrder
from whistle_routing import domain
from whistle_routing.domain import Dispatch, Job
from whistle_routing.store import RoutingUnit


def take_case(unit: RoutingUnit, event: Event[CaseFiled]) -> None:
    """A new case waits for a decision."""
    data, no = event.data, event.case_no or ""
    if unit.jobs.get(no) is not None:
        return  # filed twice can only mean replayed from before our memory of it
    unit.jobs.put(
        Job(
            no=no,
            version=1,
            district=event.district,
            state="pending",
            title=data.title,
            text=data.text,
            place=data.place,
            grid=data.grid,
            door=data.door,
            category=data.category,
            tags=data.tags,
            filed_at=data.filed_at,
            pending_since=unit.now,
            consent=data.consent,
            callback=data.callback,
        )
    )
    unit.wake("route_pending")


def reopen_case(unit: RoutingUnit, event: Event[CaseReopened]) -> None:
    """A dissatisfied resident: the case waits for a new decision."""
    job = _job(unit, event)
    if event.data.round <= job.round:
        return
    pend(unit, replace(job, round=event.data.round, returned_by=()), "dissatisfied", event.data.reason)


def close_case(unit: RoutingUnit, event: Event[CaseClosed]) -> None:
    """Nothing more to do, and nothing more to be late with."""
    job = _job(unit, event)
    if event.data.round < job.round:
        return  # overtaken by a reopening
    for one in unit.dispatches_of(job.no):
        _close_clock(unit, one)
    unit.jobs.put(replace(job, state="closed", version=job.version + 1))


def _close_clock(unit: RoutingUnit, about: Dispatch) -> None:
    """Stop the clock of a dispatch that nobody has reported, and tell so."""
    late = stop_clock(unit, about)
    if late is not None:
        told = ClockStopped(clock=about.id, dispatch=about.id, party=about.party, kind="handle", late=late)
        unit.emit(told, district=about.district, case_no=about.case_no, party=about.party)


def stop_clock(unit: RoutingUnit, about: Dispatch) -> bool | None:
    """Stop the clock of a dispatch; returns whether it was late, None if it did not run."""
    clock = unit.clocks.get(about.id)
    if clock is None or clock.state == "stopped":
        return None
    stopped, late = domain.stop_clock(clock, unit.now)
    unit.clocks.put(stopped)
    return late


def _job(unit: RoutingUnit, event: Event[Any]) -> Job:
    job = unit.jobs.get(event.case_no)
    if job is None:
        raise OutOfOrder("诉求尚未到达", f"case {event.case_no} is not here yet")
    return job


def pend(unit: RoutingUnit, job: Job, trigger: TriggerKind, detail: str) -> None:
    """Let the case wait for a decision again, because of ``trigger``."""
    pending = replace(
        job,
        state="pending",
        trigger=trigger,
        trigger_detail=detail[:1000],
        pending_since=unit.now,
        version=job.version + 1,
    )
    unit.jobs.put(pending)
    unit.wake("route_pending")
