"""
A case waits for a decision again.
"""

from __future__ import annotations

from dataclasses import replace

from whistle.contracts.plugin import TriggerKind
from whistle_routing.domain import Job
from whistle_routing.store import RoutingUnit


def pend(unit: RoutingUnit, job: Job, trigger: TriggerKind, detail: str, *, by: str | None = None) -> None:
    """Let the case wait for a decision again, because of ``trigger``; ``by``: the person who wanted that."""
    pending = replace(
        job,
        state="pending",
        trigger=trigger,
        trigger_detail=detail[:1000],
        trigger_by=by,
        pending_since=unit.now,
        version=job.version + 1,
    )
    unit.jobs.put(pending)
    unit.wake("route_pending")
