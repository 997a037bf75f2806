"""
Keeping each decision with what it was decided upon, so that it can be explained and asked again.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from whistle.contracts.plugin import Decision
from whistle.ids import new_id
from whistle.plugins.desk import Outcome, Request
from whistle.plugins.shadow import Asked
from whistle_routing.domain import Job
from whistle_routing.store import RoutingUnit, decisions
from whistle_routing.tools import Tools


def remember(unit: RoutingUnit, job: Job, outcome: Outcome, decision: Decision, *, tools: Tools) -> None:
    """Store who decided what upon what, and what fell back and why; once it is committed, a shadow is asked the same."""
    request = outcome.request
    row = {
        "id": new_id(),
        "case_no": job.no,
        "district": job.district,
        "round": job.round,
        "decided_at": unit.now,
        "source": outcome.source,
        "plugin": outcome.plugin,
        "plugin_version": outcome.version,
        "failure": (outcome.failure or "")[:500] or None,
        "decision": decision.to_json(),
        "asked": asked(request) if request else None,
        "roster": tools.rosters.digest(unit, request.facts) if request else None,
        "seconds": round(outcome.seconds, 6),
    }
    unit.add(decisions, row)
    if request is not None and tools.shadows.runs(job.district) and outcome.decision is not None:
        asked_then = Asked(id=str(row["id"]), request=request, decision=outcome.decision)
        unit.after_commit.append(partial(tools.shadows.offer, job.district, asked_then))


def asked(request: Request) -> dict[str, Any]:
    """What of a question may be another the next time; title, text and place stand with the case and never change."""
    case, facts = request.case, request.facts
    return {
        "version": case.version,
        "category": case.category,
        "handling_class": case.handling_class,
        "grid": case.grid,
        "tags": list(case.tags),
        "now": facts.now.isoformat(),
        "history": facts.history.to_json(),
        "workload": dict(facts.workload),
        "repeats": dict(facts.repeats),
        "trigger": request.trigger.to_json() if request.trigger else None,
    }
