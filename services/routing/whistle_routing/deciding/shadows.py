"""
The versions that run beside the live ones in this process, one per district at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from whistle.ids import new_id
from whistle.plugins.host.parent import PluginHost
from whistle.plugins.shadow import Answered, Asked, Shadow
from whistle.storage import Database
from whistle_routing.store import RoutingUnit, shadow_decisions


class Shadows:
    """Hands questions to shadows and keeps what they answer; who offers one never waits."""

    def __init__(self) -> None:
        self._running: dict[str, Shadow] = {}

    def start(self, host: PluginHost, database: Database[RoutingUnit]) -> None:
        """Let a version run beside the live one of its district, in place of the one that did."""
        district = host.pack.district
        self.stop(district)
        shadow = Shadow(host, partial(keep_answers, database))
        shadow.start()
        self._running[district] = shadow

    def stop(self, district: str) -> bool:
        """End a district's shadow; returns whether there was one."""
        shadow = self._running.pop(district, None)
        if shadow is not None:
            shadow.stop()
        return shadow is not None

    def runs(self, district: str) -> bool:
        """Is there a shadow of this district?"""
        return district in self._running

    def offer(self, district: str, asked: Asked) -> None:
        """Hand a decided question over."""
        shadow = self._running.get(district)
        if shadow is not None:
            shadow.offer(asked)

    def describe(self, district: str) -> dict[str, Any] | None:
        """Version, process and counts, or None."""
        shadow = self._running.get(district)
        return shadow.describe() if shadow else None


def keep_answers(database: Database[RoutingUnit], answers: Sequence[Answered]) -> None:
    """Store a batch of answers in one commit."""
    with database.write() as unit:
        for answer in answers:
            unit.add(shadow_decisions, _row(unit, answer))


def _row(unit: RoutingUnit, answer: Answered) -> dict[str, Any]:
    case, outcome = answer.asked.request.case, answer.outcome
    return {
        "id": new_id(),
        "decision_id": answer.asked.id,
        "case_no": case.no,
        "district": case.district,
        "decided_at": unit.now,
        "plugin": outcome.plugin,
        "plugin_version": outcome.version,
        "failure": (outcome.failure or "")[:500] or None,
        "decision": outcome.decision.to_json() if outcome.decision else None,
        "changed": list(answer.changed),
        "seconds": round(outcome.seconds, 6),
    }
