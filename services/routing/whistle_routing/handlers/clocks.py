"""
Clocks fire.
"""

from __future__ import annotations

from collections.abc import Mapping

from whistle.contracts import (
    ClockOverdue,
    ClockWarned,
)
from whistle_routing import domain
from whistle_routing.tools import Tools

_FIRED: Mapping[str, type[ClockWarned | ClockOverdue]] = {
    "warned": ClockWarned,
    "overdue": ClockOverdue,
}


def fire_clocks(tools: Tools, *, limit: int = 200) -> int:
    """Fire the clocks that are due; returns how many."""
    with tools.database.write() as unit:
        due = unit.due_clocks(unit.now, limit)
        for clock in due:
            fired_clock, firings = domain.fire(clock, unit.now)
            unit.clocks.put(fired_clock)
            for firing in firings:
                told = _FIRED[firing](
                    clock=clock.id, dispatch=clock.id, party=clock.party, kind="handle", due_at=clock.due_at
                )
                unit.emit(told, district=clock.district, case_no=clock.case_no, party=clock.party)
    return len(due)
