"""
A clock in words: what was granted, what moved it, when it is due, and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from whistle.calendar import Calendar
from whistle.calendar.deadlines import Deadline, Timetable
from whistle.calendar.explaining import Step, explain_end, explain_way, moment_en, moment_zh
from whistle.contracts.timing import KIND_WORDS, Span
from whistle_routing import domain
from whistle_routing.domain import Clock, Move
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

_INSTANT = dt.timedelta(microseconds=1)
_CLASSES = {
    "immediate": "即办件",
    "supplement": "补办件",
    "commitment": "承诺件",
    "suggestion": "建议件",
    "report_up": "上报件",
}
_STATES = {
    "running": ("计时中", "running"),
    "extended": ("已延期,计时中", "extended, running"),
    "warned": ("黄牌", "yellow"),
    "overdue": ("红牌,已逾期", "red, overdue"),
    "paused": ("暂停", "paused"),
    "stopped": ("已停止", "stopped"),
}


@dataclass(frozen=True)
class Explained:
    """A clock with the sentences that tell how its deadline comes about."""

    clock: Clock
    steps: tuple[Step, ...]


def explain_clock(unit: RoutingUnit, clock: Clock, *, tools: Tools) -> Explained:
    """Explain a deadline by the calendar by which it was reckoned."""
    calendar, remark = _calendar_of(unit, clock, tools)
    steps = (
        _grant(clock),
        *_hands(unit, clock),
        *_way(clock, calendar),
        *_end(clock, calendar, gone=_gone(unit, clock)),
        *remark,
    )
    return Explained(clock, steps)


def _calendar_of(unit: RoutingUnit, clock: Clock, tools: Tools) -> tuple[Calendar, tuple[Step, ...]]:
    present = tools.timetable(clock.district).calendar
    if not clock.span.working or clock.calendar == present.version:
        return present, ()
    zh = f"按日历版本 {clock.calendar} 计算,现行版本为 {present.version}"
    en = f"reckoned by calendar {clock.calendar}; now in force: {present.version}"
    use = unit.calendar_uses.get(f"{clock.district}/{clock.calendar}")
    return (Calendar.from_json(use.content) if use else present), (Step(zh, en),)


def _grant(clock: Clock) -> Step:
    zh, en = KIND_WORDS[clock.kind]
    handling = _CLASSES.get(clock.handling_class or "", "")
    basis = f"(依据 {clock.basis})" if clock.basis else ""
    source = f" ({clock.basis})" if clock.basis else ""
    named = f", {clock.handling_class}" if clock.handling_class else ""
    return Step(
        f"{clock.party} {handling}{zh}时限:{clock.span.zh}{basis}",
        f"{en} by {clock.party}{named}: {clock.span}{source}",
    )


def _hands(unit: RoutingUnit, clock: Clock) -> Iterator[Step]:
    """A case that changes hands keeps its time: where the clock is the whole case's, or goes on from it, that is said."""
    if clock.kind != "handle":
        return
    if clock.dispatch is None:
        yield Step(
            "整件时限:自首次派单起算,退单、裁定、撤回、改派均不中断、不重新计时",
            "the whole case: from the first dispatch on; returns, rulings and recalls neither stop nor restart it",
        )
        return
    sent = unit.dispatches.get(clock.dispatch)
    if sent is not None and clock.started_at < sent.sent_at:
        yield Step(
            f"{moment_zh(sent.sent_at)} 转派至此,延续整件时限,不重新计时",
            f"sent on {moment_en(sent.sent_at)}: it goes on from the whole case's time, which is not restarted",
        )


def _way(clock: Clock, calendar: Calendar) -> Iterator[Step]:
    """Leg by leg: from the start, from each resumption, from the old deadline to the extended one."""
    table, unit = Timetable(calendar), clock.unit
    yield from explain_way(calendar, clock.started_at, clock.span)
    for number, move in enumerate(clock.moves, start=1):
        before = domain.standing(clock, table, clock.moves[: number - 1])
        after = domain.standing(clock, table, clock.moves[:number])
        yield _move(clock, move, left=Span(after.left or before.left or 0, unit))
        if move.verb == "resume":
            yield from explain_way(calendar, move.at, Span(before.left or 0, unit))
        elif move.verb == "extend":
            yield from explain_way(calendar, before.due_at - _INSTANT, Span(move.amount, unit))


def _move(clock: Clock, move: Move, *, left: Span) -> Step:
    zh, en = moment_zh(move.at), moment_en(move.at)
    if move.verb == "pause":
        return Step(
            f"{zh} {move.by} 暂停计时({move.reason}),还剩 {_left_zh(left)}",
            f"{en} paused by {move.by} ({move.reason}), {_left_en(left)} left",
        )
    if move.verb == "resume":
        return Step(
            f"{zh} {move.by} 恢复计时({move.reason}),还剩 {_left_zh(left)}",
            f"{en} resumed by {move.by} ({move.reason}), {_left_en(left)} left",
        )
    span = Span(move.amount, clock.unit)
    asked = (
        (
            f";{moment_zh(move.asked_at)} 申请,自原到期时刻起算",
            f"; asked for {moment_en(move.asked_at)}, from the old deadline on",
        )
        if move.asked_at
        else ("", "")
    )
    return Step(
        f"{zh} {move.by} 批准延期 {span.zh}({move.reason}{asked[0]})",
        f"{en} extended by {span}, approved by {move.by} ({move.reason}{asked[1]})",
    )


def _left_zh(left: Span) -> str:
    return left.zh if left.amount else "当日"


def _left_en(left: Span) -> str:
    return str(left) if left.amount else "the rest of the day"


def _gone(unit: RoutingUnit, clock: Clock) -> bool:
    """Did its party give the work back, or was it let go, so that nobody handled it in time?"""
    about = unit.dispatches.get(clock.dispatch) if clock.kind == "handle" and clock.dispatch else None
    return about is not None and about.gone


def _end(clock: Clock, calendar: Calendar, *, gone: bool) -> Iterator[Step]:
    if clock.state == "paused":
        yield Step("暂停中,恢复后再计算到期", "paused; due will be reckoned when it is resumed")
        return
    deadline = Deadline(
        warn_at=clock.warn_at, due_at=clock.due_at, red_at=clock.red_at, provisional=clock.provisional
    )
    yield from explain_end(calendar, deadline)
    zh, en = _STATES[clock.state]
    if clock.stopped_at is not None:
        late = (",逾期", ", late") if clock.late else ("", "") if gone else (",按时", ", in time")
        yield Step(
            f"{moment_zh(clock.stopped_at)} 停止计时{late[0]}",
            f"stopped {moment_en(clock.stopped_at)}{late[1]}",
        )
        return
    yield Step(f"状态:{zh}", f"state: {en}")
