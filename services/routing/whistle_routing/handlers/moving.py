"""
Deadlines move: paused and resumed (补办), extended with approval.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from whistle.contracts import ClockPaused, ClockResumed, DispatchExtended, Message
from whistle.contracts.timing import Span
from whistle.errors import NotAllowedNow
from whistle.privacy import mask_text
from whistle_routing import domain
from whistle_routing.domain import Clock, Dispatch, Move
from whistle_routing.handlers import supervising
from whistle_routing.handlers.clocks import settle
from whistle_routing.handlers.returning.owning import whole_clock
from whistle_routing.handlers.telling import tell
from whistle_routing.handlers.whistling.recording import note_step
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

_STATES: Mapping[str, str] = {
    "running": "计时中",
    "extended": "已延期",
    "warned": "黄牌",
    "overdue": "已逾期",
    "paused": "已暂停",
    "stopped": "已停止",
}
_VERBS: Mapping[str, str] = {"pause": "暂停", "resume": "恢复", "extend": "延期"}


def pause_clock(unit: RoutingUnit, clock: Clock, *, by: str, reason: str, tools: Tools) -> Clock:
    """
    Time does not count from now on, while the resident supplies what is missing (补办).

    Raises:
        NotAllowedNow: wrong state, a class that may not be paused, or the deadline has passed.
    """
    reason = mask_text(reason)
    step = Move(verb="pause", at=unit.now, by=by, reason=reason)
    paused = _moved(unit, clock, step, tools=tools)
    left = domain.standing(paused, tools.timetable(paused.district)).left or 0
    told = ClockPaused(**facts_of(paused), by=by, reason=reason, left=left, unit=paused.unit)
    tell_about(unit, paused, told, tools=tools)
    return paused


def resume_clock(unit: RoutingUnit, clock: Clock, *, by: str, reason: str, tools: Tools) -> Clock:
    """
    Time counts again; what was left is left.

    Raises:
        NotAllowedNow: the clock does not stand still.
    """
    reason = mask_text(reason)
    step = Move(verb="resume", at=unit.now, by=by, reason=reason)
    resumed = _moved(unit, clock, step, tools=tools)
    dispatch = follow_deadline(unit, resumed)
    told = ClockResumed(
        **facts_of(resumed),
        by=by,
        reason=reason,
        warn_at=resumed.warn_at,
        due_at=resumed.due_at,
        provisional=resumed.provisional,
        lead=leads(resumed, dispatch),
    )
    tell_about(unit, resumed, told, tools=tools)
    return resumed


def extend_clock(
    unit: RoutingUnit,
    clock: Clock,
    span: Span,
    *,
    by: str,
    approved_by: str,
    reason: str,
    tools: Tools,
    asked_at: dt.datetime | None = None,
) -> Clock:
    """
    Grant a handling clock more time, from the deadline that it has; ``by`` asked for it (``asked_at``: before now), ``approved_by``
    allowed it. What went red while nobody decided stays on record, and the order about it is closed.

    Raises:
        NotAllowedNow: wrong state or kind, another unit than the clock's, more than the class allows, or the deadline had passed
            when it was asked for.
    """
    reason = mask_text(reason)
    step = Move(
        verb="extend", at=unit.now, by=approved_by, reason=reason, amount=span.amount, asked_at=asked_at
    )
    extended = _moved(unit, clock, step, span=span, tools=tools)
    dispatch = follow_deadline(unit, extended)
    told = DispatchExtended(
        dispatch=extended.dispatch or "",
        party=extended.party,
        clock=extended.id,
        by=by,
        approved_by=approved_by,
        reason=reason,
        was_due_at=clock.due_at,
        due_at=extended.due_at,
        warn_at=extended.warn_at,
        provisional=extended.provisional,
        lead=leads(extended, dispatch),
        asked_at=asked_at,
        version=dispatch.version if dispatch else extended.version,
    )
    tell_about(unit, extended, told, tools=tools)
    return extended


def check_extension(unit: RoutingUnit, clock: Clock, span: Span, *, tools: Tools) -> None:
    """
    Raises:
        NotAllowedNow: the clock could not be extended by ``span`` now, whoever allowed it.
    """
    step = Move(verb="extend", at=unit.now, by="", reason="", amount=span.amount)
    _settled(unit, clock, step, span=span, tools=tools)


def _moved(unit: RoutingUnit, clock: Clock, step: Move, *, tools: Tools, span: Span | None = None) -> Clock:
    """The clock after the move; what was due before it is told first."""
    settled = _settled(unit, clock, step, span=span, tools=tools)
    moved = _put_moved(unit, settled, step, tools=tools)
    _follow_whole(unit, moved, step, span=span, tools=tools)
    return moved


def _put_moved(unit: RoutingUnit, clock: Clock, step: Move, *, tools: Tools) -> Clock:
    moved = domain.move(clock, step, tools.timetable(clock.district))
    unit.clocks.put(moved)
    if clock.state == "overdue" and moved.state != "overdue":
        supervising.relieve(unit, [moved], "extended", tools=tools)
    return moved


def _settled(unit: RoutingUnit, clock: Clock, step: Move, *, span: Span | None, tools: Tools) -> Clock:
    settled = settle(unit, clock, tools=tools)
    if settled.state == "overdue" and clock.state != "overdue":
        supervising.supervise_late(unit, [settled], tools=tools)
    refused = domain.refusal(settled, step.verb, at=step.in_time, span=span)
    if refused:
        raise NotAllowedNow(*_why(settled, step, refused), clock=clock.id, state=settled.state)
    return settled


def _follow_whole(unit: RoutingUnit, moved: Clock, step: Move, *, span: Span | None, tools: Tools) -> None:
    """What moves the deadline of whoever leads, moves that of the whole case, if the case was in other hands before."""
    job = unit.jobs.get(moved.case_no)
    dispatch = unit.dispatches.get(moved.dispatch) if moved.dispatch else None
    if job is None or not leads(moved, dispatch):
        return
    whole = whole_clock(unit, job)
    if whole is None:
        return
    whole = settle(unit, whole, tools=tools)
    like_lead = replace(whole, dispatch=moved.dispatch)
    if domain.refusal(like_lead, step.verb, at=step.in_time, span=span) is None:
        _put_moved(unit, whole, step, tools=tools)


def _why(clock: Clock, step: Move, refused: domain.Refusal) -> tuple[str, str]:
    verb = _VERBS[step.verb]
    texts: Mapping[domain.Refusal, tuple[str, str]] = {
        "state": (
            f"时限{_STATES[clock.state]},不能{verb}",
            f"the clock is {clock.state}: {step.verb} is not possible",
        ),
        "no-pause": ("此类诉求不能暂停计时", "cases of this class may not be paused"),
        "past-due": (f"时限已到,不能{verb}", f"the deadline has passed: {step.verb} is not possible"),
        "follows": (
            "整件时限随主办单位的办理时限,请对该派单操作",
            "the deadline of the whole case follows that of who leads: move that one",
        ),
        "kind": ("只有办理时限可以延期", "only the time to handle can be extended"),
        "unit": (
            f"延期须与时限同一单位({clock.span.zh})",
            f"an extension must be in the unit of the deadline ({clock.span})",
        ),
        "limit": (
            f"延期合计不得超过 {Span(clock.may_extend or 0, clock.unit).zh}",
            f"extensions may not exceed {Span(clock.may_extend or 0, clock.unit)} in all",
        ),
    }
    return texts[refused]


def follow_deadline(unit: RoutingUnit, clock: Clock) -> Dispatch | None:
    """The dispatch, with the deadline of its handling clock."""
    dispatch = unit.dispatches.get(clock.dispatch) if clock.dispatch else None
    if dispatch is None or clock.kind != "handle":
        return dispatch
    dispatch = replace(dispatch, due_at=clock.due_at, changed_at=unit.now, version=dispatch.version + 1)
    unit.dispatches.put(dispatch)
    if dispatch.whistle:
        note_step(unit, "deadline", dispatch, data={"due_at": clock.due_at.isoformat()})
    return dispatch


def leads(clock: Clock, dispatch: Dispatch | None) -> bool:
    """Is this the deadline by which the case itself is to be done?"""
    return clock.kind == "handle" and dispatch is not None and dispatch.role == "lead"


def facts_of(clock: Clock) -> dict[str, Any]:
    return {
        "clock": clock.id,
        "dispatch": clock.dispatch or "",
        "party": clock.party,
        "kind": clock.kind,
    }


def tell_about(unit: RoutingUnit, clock: Clock, message: Message, *, tools: Tools) -> None:
    tell(unit, message, district=clock.district, party=clock.party, case_no=clock.case_no, tools=tools)
