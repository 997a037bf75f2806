"""
The timeline: one line for all that happens to a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whistle.contracts import Event
from whistle_intake.domain import Case, Entry, record
from whistle_intake.store import IntakeUnit


def note(
    unit: IntakeUnit,
    case: Case,
    kind: str,
    *,
    actor: str,
    data: Mapping[str, Any],
    event: Event[Any] | None = None,
) -> Case:
    """Append an entry to the case's timeline; returns the case with its new head."""
    entry = Entry(
        case_no=case.no,
        seq=0,
        at=unit.now,
        kind=kind,
        actor=actor,
        data=data,
        event_id=event.id if event else None,
    )
    case, entry = record(case, entry)
    unit.append(entry)
    return case
