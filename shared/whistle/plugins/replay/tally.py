"""
What a version decided over many cases, in numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from whistle.plugins.host.wire import Outcome
from whistle.plugins.tracing import By, decided_by

BYS: tuple[By, ...] = ("rule", "model", "duty-desk", "fallback")


class Tally:
    """Counts outcomes: who decided, by which rules, for whom, what failed, how long it took."""

    def __init__(self) -> None:
        self.cases = 0
        self.seconds = 0.0
        self.by: Counter[By] = Counter()
        self.rules: Counter[str] = Counter()
        self.leads: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.joint = 0

    def add(self, outcomes: Iterable[Outcome], *, seconds: float) -> None:
        """Count a batch that took ``seconds``."""
        self.seconds += seconds
        for outcome in outcomes:
            decision = outcome.decision
            if decision is None:  # a router always decides; whoever counts hosts must not
                raise ValueError("an outcome without a decision")
            self.cases += 1
            self.by[decided_by(outcome.source, decision)] += 1
            self.rules[decision.reasons[0].rule] += 1
            self.leads[decision.lead] += 1
            self.joint += bool(decision.co_handlers)
            if outcome.failure:
                self.failures[outcome.failure] += 1

    def to_json(self, *, top: int = 10) -> dict[str, Any]:
        """As JSON values; of rules, leads and failures the ``top`` ones."""
        return {
            "cases": self.cases,
            "decided_by": {by: self.by[by] for by in BYS},
            "share": {by: round(self.by[by] / self.cases, 4) if self.cases else 0.0 for by in BYS},
            "joint": self.joint,
            "rules": dict(self.rules.most_common(top)),
            "leads": dict(self.leads.most_common(top)),
            "failures": dict(self.failures.most_common(top)),
            "seconds": round(self.seconds, 3),
            "decisions_per_second": round(self.cases / self.seconds) if self.seconds else None,
        }
