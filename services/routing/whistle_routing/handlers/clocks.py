"""
Clocks fire, and stop when what they measure is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from whistle.contracts import ClockOverdue, ClockStopped, ClockWarned, SupervisionOutcome
from whistle_routing import domain
from whistle_routing.domain import Clock, Dispatch, Job
from whistle_routing.handlers import supervising
from whistle_routing.handlers.granting import case_clock
from whistle_routing.handlers.telling import tell
from whistle_routing.handlers.whistling.escalating import escalate_late
from whistle_routing.store import RoutingUnit
from whistle_routing.store.mail import feed_key
from whistle_routing.tools import Tools

FIRED = 500
"""How many clocks fire in one transaction."""

_LEVELS: Mapping[domain.Level, type[ClockWarned | ClockOverdue]] = {
    "warned": ClockWarned,
    "overdue": ClockOverdue,
}
_OUTCOMES: Mapping[str, SupervisionOutcome] = {
    "return": "returned",
    "release": "released",
    "recall": "released",
}


def fire_clocks(tools: Tools, *, limit: int = FIRED) -> int:
    """
    Fire the clocks that are due, each by one level, in the order in which they were due; returns how many.

    Of several processes one fires at a time, so that after a stop the order holds for all of them together.
    """
    with tools.database.write() as unit:
        if not unit.take_turn("clocks"):
            return 0
        due = unit.due_clocks(unit.now, limit)
        unit.jobs.preload({clock.case_no for clock in due})
        unit.books.preload({feed_key(clock.district, clock.party) for clock in due})
        fired = [_fire(unit, clock, tools) for clock in due]
        # whoever should approve a whistle is reminded, not supervised: they are no party
        if late := [one for one in fired if one.state == "overdue" and one.kind != "approve"]:
            escalate_late(unit, supervising.supervise_late(unit, late, tools=tools))
    return len(due)


def settle(unit: RoutingUnit, clock: Clock, *, tools: Tools) -> Clock:
    """The clock after whatever it still has to say: nothing that was due is swallowed by what happens to it now."""
    while clock.next_at is not None and clock.next_at <= unit.now:
        clock = _fire(unit, clock, tools)
    return clock


def stop_by(unit: RoutingUnit, about: Dispatch, verb: str, *, tools: Tools) -> bool | None:
    """
    Stop the clocks of a dispatch that an action of its party ends; returns whether the handling clock was late, None if it did
    not stop now.
    """
    kinds = domain.STOPPED_BY[verb]
    clocks = [one for one in unit.clocks_of(about.case_no) if one.dispatch == about.id and one.kind in kinds]
    stopped = stop_all(unit, clocks, verb, tools=tools)
    return next((one.late for one in stopped if one.kind == "handle"), None)


def stop_alone(unit: RoutingUnit, job: Job, which: domain.ClockKind, *, tools: Tools) -> None:
    """Stop a clock of the whole case, if it runs in this round, and tell so."""
    ident = case_clock(job, which)
    clocks = [one for one in unit.clocks_of(job.no) if one.id == ident]
    tell_stopped(unit, stop_all(unit, clocks, which, tools=tools))


def stop_all(unit: RoutingUnit, clocks: Iterable[Clock], verb: str, *, tools: Tools) -> list[Clock]:
    """Stop those that run; whoever was supervised for being late with them is relieved. Returns the stopped ones."""
    settled = [settle(unit, one, tools=tools) for one in clocks if one.state != "stopped"]
    stopped = [domain.stop(one, unit.now) for one in settled]
    for one in stopped:
        unit.clocks.put(one)
    if any(one.state == "overdue" for one in settled):
        supervising.relieve(unit, stopped, _OUTCOMES.get(verb, "done"), tools=tools)
    return stopped


def tell_stopped(unit: RoutingUnit, clocks: Iterable[Clock]) -> None:
    """Tell the services of clocks that no other message tells of."""
    for one in clocks:
        told = ClockStopped(
            clock=one.id, dispatch=one.dispatch or "", party=one.party, kind=one.kind, late=bool(one.late)
        )
        unit.emit(told, district=one.district, case_no=one.case_no, party=one.party)


def _fire(unit: RoutingUnit, clock: Clock, tools: Tools) -> Clock:
    fired = domain.fire(clock, unit.now)
    if fired is None:
        return clock
    clock, level = fired
    unit.clocks.put(clock)
    told = _LEVELS[level](
        clock=clock.id,
        dispatch=clock.dispatch or "",
        party=clock.party,
        kind=clock.kind,
        due_at=clock.due_at,
    )
    tell(unit, told, district=clock.district, party=clock.party, case_no=clock.case_no, tools=tools)
    return clock
