"""
Closing answered cases that nobody rates, when the district's days are over.
"""

from __future__ import annotations

from dataclasses import replace

from whistle.contracts import CaseClosed
from whistle.storage import Database
from whistle_intake.domain import Case, next_state
from whistle_intake.handlers.noting import note
from whistle_intake.store import IntakeUnit

LIMIT = 200


def close_unrated(database: Database[IntakeUnit], *, limit: int = LIMIT) -> int:
    """Do the planned closings that are due; returns how many there were. What was rated meanwhile stays as it is."""
    with database.write() as unit:
        due = unit.due_closings(limit)
        unit.cases.preload(due)
        for no, planned_round in due.items():
            case = unit.cases.get(no)
            if case is not None and case.round == planned_round:
                _close(unit, case)
        if due:
            unit.drop_closings(due)
    return len(due)


def _close(unit: IntakeUnit, case: Case) -> None:
    state = next_state(case, "lapse")
    if state is None:
        return
    told = {"outcome": "resolved", "unrated": True}
    case = note(unit, replace(case, state=state), "case.closed", actor="intake", data=told)
    unit.cases.put(case)
    closed = CaseClosed(
        outcome="resolved", rating=None, round=case.round, members=case.members, category=case.category
    )
    unit.emit(closed, district=case.district, case_no=case.no)
