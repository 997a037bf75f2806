"""
What happens to a clock: it starts, is moved, fires and stops; and the fold that says when it is due.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from whistle.contracts.timing import Span
from whistle_routing.domain.clocks.clock import (
    STEPS,
    Clock,
    ClockState,
    Grant,
    Level,
    Move,
    MoveVerb,
    Refusal,
    Standing,
    Verb,
)
from whistle_routing.domain.timetable import Timetable


def start(
    grant: Grant,
    *,
    ident: str,
    case_no: str,
    district: str,
    party: str,
    dispatch: str | None,
    at: dt.datetime,
    table: Timetable,
) -> Clock:
    """A fresh clock. One of a dispatch starts when the work is sent, not when it is signed."""
    span = grant.span
    deadline = table.around(at, table.due(at, span.amount, span.unit), span)
    return Clock(
        id=ident,
        version=1,
        case_no=case_no,
        district=district,
        kind=grant.kind,
        dispatch=dispatch,
        party=party,
        unit=span.unit,
        amount=span.amount,
        started_at=at,
        warn_at=deadline.warn_at,
        due_at=deadline.due_at,
        red_at=deadline.red_at,
        next_at=deadline.warn_at,
        provisional=deadline.provisional,
        calendar=table.version,
        handling_class=grant.handling_class,
        basis=grant.basis,
        may_pause=grant.may_pause,
        may_extend=grant.may_extend,
    )


def standing(clock: Clock, table: Timetable, moves: Iterable[Move] | None = None) -> Standing:
    """Fold the moves (all, or only ``moves``, the first of them) into a deadline."""
    unit = clock.unit
    now = Standing(table.due(clock.started_at, clock.amount, unit), clock.started_at)
    for move in clock.moves if moves is None else moves:
        if move.verb == "pause":
            now = replace(now, left=table.left(move.at, now.due_at, unit))
        elif move.verb == "resume":
            now = Standing(table.due(move.at, now.left or 0, unit), move.at)
        else:
            now = replace(now, due_at=table.later(now.due_at, move.amount, unit))
    return now


def refusal(clock: Clock, verb: MoveVerb, *, at: dt.datetime, span: Span | None = None) -> Refusal | None:
    """
    Why a move is not possible; None: it is. ``at`` is when it was asked for: an extension may be allowed after the deadline, if it
    was asked for before. The handling clock of a whole case (of no dispatch) follows its lead's.
    """
    if clock.kind == "handle" and clock.dispatch is None:
        return "follows"
    if (clock.state, verb) not in STEPS:
        return "state"
    if verb == "pause" and not clock.may_pause:
        return "no-pause"
    if verb != "resume" and at >= clock.due_at:
        return "past-due"
    return _no_extension(clock, span) if verb == "extend" else None


def _no_extension(clock: Clock, span: Span | None) -> Refusal | None:
    if clock.kind != "handle":
        return "kind"
    if span is None or span.unit != clock.unit:
        return "unit"
    if clock.may_extend is not None and clock.extended + span.amount > clock.may_extend:
        return "limit"
    return None


def move(clock: Clock, step: Move, table: Timetable) -> Clock:
    """
    The clock after a move that :func:`refusal` did not refuse. An extension counts from the deadline that it moves, whenever it was
    allowed: what is overdue is so no longer, unless the new deadline has passed too; then it stays red and says nothing again.
    """
    state = STEPS[clock.state, step.verb]
    warned = clock.warned and step.verb != "extend"  # a new deadline has a yellow of its own
    moves = (*clock.moves, step)
    if step.verb == "resume":
        state = "warned" if warned else "extended" if any(one.amount for one in moves) else "running"
    after = _reckoned(replace(clock, state=state, warned=warned, moves=moves), table)
    if clock.state == "overdue" and after.red_at <= step.at:
        return replace(after, state="overdue", warned=True, next_at=None)
    return after


def recompute(clock: Clock, table: Timetable) -> Clock:
    """The clock by another calendar; one version further, even if its deadline is the same."""
    return _reckoned(clock, table)


def _reckoned(clock: Clock, table: Timetable) -> Clock:
    now = standing(clock, table)
    deadline = table.around(now.anchor, now.due_at, clock.granted)
    clock = replace(
        clock,
        warn_at=deadline.warn_at,
        due_at=deadline.due_at,
        red_at=deadline.red_at,
        provisional=deadline.provisional,
        calendar=table.version,
        version=clock.version + 1,
    )
    return replace(clock, next_at=_next(clock))


def _next(clock: Clock) -> dt.datetime | None:
    if clock.state in ("running", "extended"):
        return clock.warn_at
    return clock.red_at if clock.state == "warned" else None


def fire(clock: Clock, now: dt.datetime) -> tuple[Clock, Level] | None:
    """
    The clock after the next firing that is due, and which that was; None if none is. One at a time, so that of many clocks all
    that a stop has missed can be told in the order in which it was due.
    """
    if clock.next_at is None or clock.next_at > now:
        return None
    verb: Verb = "expire" if clock.state == "warned" else "warn"
    level = cast("Level", STEPS[clock.state, verb])
    following = clock.red_at if level == "warned" else None
    return replace(clock, state=level, warned=True, next_at=following, version=clock.version + 1), level


def revive(clock: Clock, table: Timetable) -> Clock:
    """
    The clock of a report that was vetoed: it runs on as if it had never stopped, in the colour it had; what it has said it does
    not say again.
    """
    paused = bool(clock.moves) and clock.moves[-1].verb == "pause"
    overdue = clock.stopped_at is not None and clock.stopped_at >= clock.red_at and clock.warned
    moving: ClockState = "extended" if any(one.amount for one in clock.moves) else "running"
    state: ClockState = "paused" if paused else "overdue" if overdue else "warned" if clock.warned else moving
    again = replace(clock, state=state, stopped_at=None, late=None)
    return replace(again, version=clock.version + 1) if overdue else _reckoned(again, table)


def stop(clock: Clock, now: dt.datetime) -> Clock:
    """The stopped clock, and whether it was late; one that stood still is not."""
    late = clock.state != "paused" and now > clock.due_at
    state = STEPS[clock.state, "stop"]
    return replace(clock, state=state, next_at=None, stopped_at=now, late=late, version=clock.version + 1)
