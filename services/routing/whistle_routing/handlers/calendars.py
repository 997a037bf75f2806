"""
A new calendar comes into force: what is open is reckoned anew, and whoever should enter a notice is told.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from whistle.calendar.checking import examine_calendar
from whistle.calendar.deadlines import local_day
from whistle.contracts import ClockRecomputed
from whistle_routing import domain
from whistle_routing.domain import CalendarUse, Clock
from whistle_routing.handlers.moving import facts_of, follow_deadline, leads, tell_about
from whistle_routing.store import RoutingUnit
from whistle_routing.store.mail import feed_key
from whistle_routing.tools import Tools

log = structlog.get_logger()

RECKONED = 200
"""How many clocks are reckoned anew in one transaction."""


def tell_calendars(tools: Tools) -> int:
    """Log, from December on, that a district's calendar is not confirmed for the next year, and days that are guessed."""
    today = local_day(tools.database.clock.now())
    for district in sorted(tools.packs):
        for remark in examine_calendar(tools.timetable(district).calendar, today):
            log.warning("calendar_needs_attention", district=district, what=remark.en)
    return 0


def follow_calendars(tools: Tools) -> int:
    """
    Reckon some clocks of one district anew that were reckoned by another calendar than its present one; returns how many were
    looked at. What is unchanged is told to nobody. Interrupted, it goes on where it was.
    """
    with tools.database.read() as unit:
        uses = {district: unit.calendar_in_use(district) for district in sorted(tools.packs)}
    for district, use in uses.items():
        if use is None or not use.done or use.calendar != tools.timetable(district).version:
            with tools.database.write() as unit:
                if unit.take_turn(f"calendar {district}"):
                    return _reckon_some(unit, _present(unit, district, tools), tools)
    return 0


def recompute_all(unit: RoutingUnit, district: str, *, tools: Tools) -> None:
    """Let all clocks of a district be looked at once more; the work begins with the commit."""
    use = _present(unit, district, tools)
    unit.calendar_uses.put(replace(use, done=False, reached="", version=use.version + 1))
    unit.wake("follow_calendars")


def _present(unit: RoutingUnit, district: str, tools: Tools) -> CalendarUse:
    """The row of the calendar that is in force; a calendar that comes into force begins a new round."""
    table = tools.timetable(district)
    use = unit.calendar_in_use(district)
    if use is not None and use.calendar == table.version:
        return use
    ident = f"{district}/{table.version}"
    before = unit.calendar_uses.get(ident)
    new = CalendarUse(
        id=ident,
        version=before.version + 1 if before else 1,
        district=district,
        calendar=table.version,
        turn=use.turn + 1 if use else 1,
        since=unit.now,
        content=table.calendar.to_json(),
    )
    unit.calendar_uses.put(new)
    return new


def _reckon_some(unit: RoutingUnit, use: CalendarUse, tools: Tools) -> int:
    clocks = unit.clocks_by_other_calendars(use.district, use.calendar, after=use.reached, limit=RECKONED)
    unit.jobs.preload({clock.case_no for clock in clocks})
    unit.dispatches.preload({clock.dispatch for clock in clocks if clock.dispatch})
    unit.books.preload({feed_key(clock.district, clock.party) for clock in clocks})
    for clock in clocks:
        _reckon(unit, clock, tools)
    done = len(clocks) < RECKONED
    reached = clocks[-1].id if clocks else use.reached
    unit.calendar_uses.put(replace(use, done=done, reached=reached, version=use.version + 1))
    return max(1, len(clocks))


def _reckon(unit: RoutingUnit, clock: Clock, tools: Tools) -> None:
    again = domain.recompute(clock, tools.timetable(clock.district))
    unit.clocks.put(again)
    if (clock.due_at, clock.warn_at, clock.provisional) == (again.due_at, again.warn_at, again.provisional):
        return
    dispatch = follow_deadline(unit, again)
    told = ClockRecomputed(
        **facts_of(again),
        was_due_at=clock.due_at,
        warn_at=again.warn_at,
        due_at=again.due_at,
        provisional=again.provisional,
        calendar=again.calendar,
        lead=leads(again, dispatch),
    )
    tell_about(unit, again, told, tools=tools)
