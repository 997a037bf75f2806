"""
What a district's plugin answers: who acts, until when, and why.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from typing import Any, cast

from whistle.contracts.plugin.facts import HANDLING_CLASSES, LEVELS, HandlingClass, Level, Plain
from whistle.contracts.plugin.strict import Fields, refuse

MAX_HANDLE_HOURS = 24 * 366.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Classification(Plain):
    """How a case is handled (S1-10), what it is about (``level1/level2`` of the category tree), how serious it is."""

    handling_class: HandlingClass
    category: str
    level: Level = "daily"

    @classmethod
    def from_json(cls, value: object) -> Classification:
        read = Fields(value, "classification")
        return cls(
            handling_class=cast("HandlingClass", read.choice("handling_class", HANDLING_CLASSES)),
            category=read.text("category", limit=200),
            level=cast("Level", read.choice("level", LEVELS)),
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reason(Plain):
    """Why: the rule that spoke, the words it found, and how sure it is (0 to 1)."""

    rule: str
    evidence: str
    confidence: float

    @classmethod
    def from_json(cls, value: object) -> Reason:
        read = Fields(value, "reason")
        return cls(
            rule=read.text("rule", limit=200),
            evidence=read.text("evidence", empty=True, limit=2000),
            confidence=read.number("confidence", low=0, high=1),
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Decision:
    """
    Who must act and until when.

    ``co_handlers`` and ``whistle_class`` go together: a whistle calls a lead and at least one more party.
    ``handle_hours`` is the time to handle, in hours from now; None: as the district's tables say for the handling class, which
    may be in working days.
    """

    lead: str
    co_handlers: tuple[str, ...] = ()
    whistle_class: Level | None = None
    classification: Classification
    reasons: tuple[Reason, ...]
    handle_hours: float | None = None

    @property
    def parties(self) -> tuple[str, ...]:
        """The lead first, then the co-handlers."""
        return (self.lead, *self.co_handlers)

    def to_json(self) -> dict[str, Any]:
        return {
            **vars(self),
            "co_handlers": list(self.co_handlers),
            "classification": self.classification.to_json(),
            "reasons": [reason.to_json() for reason in self.reasons],
        }

    @classmethod
    def from_json(cls, value: object, *, known: Collection[str] | None = None) -> Decision:
        """
        Read and check a decision.

        Args:
            value: parsed JSON, from anywhere.
            known: the ids of the district's parties; None accepts any id (decisions read back from storage).

        Raises:
            PluginFailed: wrong type, unknown or doubled party, whistle without co-handlers, nonsense hours.
        """
        read = Fields(value, "decision")
        decision = cls(
            lead=read.text("lead"),
            co_handlers=read.texts("co_handlers", limit=50),
            whistle_class=cast("Level | None", read.choice_or_none("whistle_class", LEVELS)),
            classification=Classification.from_json(read.value("classification")),
            reasons=tuple(Reason.from_json(reason) for reason in read.items("reasons", limit=50)),
            handle_hours=read.number_or_none("handle_hours", low=0, high=MAX_HANDLE_HOURS),
        )
        _check_parties(decision, known)
        _check_whole(decision)
        return decision


def _check_parties(decision: Decision, known: Collection[str] | None) -> None:
    for party in _doubled(decision.parties):
        raise refuse("decision", "co_handlers", "每个单位一次", "each party once", party)
    for party in decision.parties:
        if known is not None and party not in known:
            raise refuse(
                "decision", "lead/co_handlers", "本区已登记的单位", "a party of this district", party
            )


def _check_whole(decision: Decision) -> None:
    if bool(decision.co_handlers) != (decision.whistle_class is not None):
        got = {"co_handlers": list(decision.co_handlers), "whistle_class": decision.whistle_class}
        raise refuse(
            "decision", "whistle_class", "与协办单位同时给出", "given together with co_handlers", got
        )
    if decision.handle_hours is not None and decision.handle_hours <= 0:
        raise refuse(
            "decision", "handle_hours", "大于零的小时数", "more than zero hours", decision.handle_hours
        )
    if not decision.reasons:
        raise refuse("decision", "reasons", "至少一条理由", "at least one reason", [])


def _doubled(values: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [value for value in values if value in seen or seen.add(value)]  # type: ignore[func-returns-value]
