"""
What time ends, as background work: orders that nobody fetched lapse first, then what is left of old lots expires,
then public lists that nobody may dispute any more become final.
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
        lapsed = sweep_holds(unit, rules=tools.rules)
        follow_lapses(unit, lapsed)
        return len(lapsed) + sweep_lots(unit) + finish(unit)
