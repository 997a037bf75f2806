"""
Which decisions differ between two versions, and why.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from whistle.contracts.plugin import Case, Decision, Reason


def _fields(decision: Decision) -> dict[str, Any]:
    kind = decision.classification
    return {
        "lead": decision.lead,
        "co_handlers": list(decision.co_handlers),
        "whistle_class": decision.whistle_class,
        "handling_class": kind.handling_class,
        "category": kind.category,
        "level": kind.level,
        "handle_hours": decision.handle_hours,
    }


def changed_fields(before: Decision, after: Decision) -> tuple[str, ...]:
    """What differs; reasons alone are no difference, nor is the order of co-handlers."""
    old, new = _fields(before), _fields(after)
    old["co_handlers"].sort()
    new["co_handlers"].sort()
    return tuple(name for name in old if old[name] != new[name])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """A case that two versions decide differently; ``fields`` says in what."""

    case: Case
    fields: tuple[str, ...]
    before: Decision
    after: Decision

    def to_json(self) -> dict[str, Any]:
        """Only what differs, with the reasons of both."""
        old, new = _fields(self.before), _fields(self.after)
        return {
            "no": self.case.no,
            "title": self.case.title,
            "changed": {name: [old[name], new[name]] for name in self.fields},
            "because": [_reasons(self.before.reasons), _reasons(self.after.reasons)],
        }


def _reasons(reasons: Iterable[Reason]) -> list[str]:
    return [f"{one.rule}: {one.evidence}" for one in reasons]


class Comparison:
    """Collects in what two versions differ, one pair of decisions after the other."""

    def __init__(self) -> None:
        self.cases = 0
        self.changed = 0
        self.fields: Counter[str] = Counter()
        self.moves: Counter[tuple[str, str]] = Counter()

    def add(self, pairs: Iterable[tuple[Case, Decision, Decision]]) -> Iterator[Change]:
        """The changes among (case, before, after)."""
        for case, before, after in pairs:
            self.cases += 1
            fields = changed_fields(before, after)
            if not fields:
                continue
            self.changed += 1
            self.fields.update(fields)
            if before.lead != after.lead:
                self.moves[before.lead, after.lead] += 1
            yield Change(case=case, fields=fields, before=before, after=after)

    def to_json(self, *, top: int = 10) -> dict[str, Any]:
        """As JSON values: how many, in what, and which leads pass to which."""
        return {
            "cases": self.cases,
            "changed": self.changed,
            "share": round(self.changed / self.cases, 4) if self.cases else 0.0,
            "fields": dict(self.fields.most_common()),
            "moves": [[old, new, count] for (old, new), count in self.moves.most_common(top)],
        }
