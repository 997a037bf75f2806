"""
What time ends, as background work: public lists that nobody may dispute any more become final first (that is written at once,
before any lot is read), then orders that nobody fetched lapse, then what is left of old lots expires.
"""

from __future__ import annotations

from whistle_points.handlers.exchanging import follow_lapses
from whistle_points.handlers.holding import sweep_holds, sweep_lots
from whistle_points.handlers.publishing import finish
from whistle_points.tools import Tools


def sweep(tools: Tools) -> int:
    """One sweep in one transaction; returns how much it ended. It does not matter how often and where it runs."""
    with tools.database.read() as unit:
        if not unit.anything_due():
            return 0
    with tools.database.write() as unit:
        lists = finish(unit)
        lapsed = sweep_holds(unit, rules=tools.rules)
        follow_lapses(unit, lapsed)
        return lists + len(lapsed) + sweep_lots(unit)
