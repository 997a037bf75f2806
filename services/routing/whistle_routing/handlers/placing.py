"""
A case is given to whom a decision names: it is at work from now on, and has an owner.
"""

from __future__ import annotations

from dataclasses import replace

from whistle_routing.domain import Call, Dispatch, Job
from whistle_routing.handlers.clocks import stop_alone
from whistle_routing.handlers.returning.owning import own
from whistle_routing.handlers.sending import Errand, carry_out
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def place(unit: RoutingUnit, errand: Errand, called: Call, *, tools: Tools) -> tuple[Job, list[Dispatch]]:
    """Do what a decision means; returns the case as it is then, and the new dispatches."""
    job, kind = own(unit, errand.job, called.lead), errand.decision.classification
    sent = carry_out(unit, replace(errand, job=job), called, tools=tools)
    stop_alone(unit, job, "accept", tools=tools)
    placed = replace(
        job,
        state="routed",
        lead=called.lead or job.lead,
        category=kind.category[:100],
        handling_class=kind.handling_class,
        trigger=None,
        trigger_detail="",
        trigger_by=None,
        version=job.version + 1,
    )
    unit.jobs.put(placed)
    return placed, sent
