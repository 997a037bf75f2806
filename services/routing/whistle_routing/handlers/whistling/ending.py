"""
When all are done: the whistle closes and the answer is awaited; what is vetoed before the answer takes both back.
"""

from __future__ import annotations

from dataclasses import replace

from whistle.contracts import ClockPaused, ClockResumed, WhistleClosed, WhistleReleased
from whistle_routing import domain
from whistle_routing.domain import Clock, Job, Move, Whistle
from whistle_routing.domain.whistles import moved, use_power
from whistle_routing.handlers.clocks import settle, stop_alone, stop_by
from whistle_routing.handlers.granting import case_clock, start_alone
from whistle_routing.handlers.moving import facts_of, tell_about
from whistle_routing.handlers.returning.owning import run_on
from whistle_routing.handlers.returning.pleading import settled_plea
from whistle_routing.handlers.sending import tell_dispatch
from whistle_routing.handlers.whistling.blowing import RULES, lapse_requests
from whistle_routing.handlers.whistling.recording import note_step
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def is_done(unit: RoutingUnit, job: Job) -> bool:
    """Has everybody reported who was called in this round, and is it accepted where it must be?"""
    whistle = unit.whistle_of(job.no, job.round)
    acceptance = whistle is not None and whistle.acceptance
    return domain.all_reported(unit.dispatches_of(job.no), job.round, acceptance=acceptance)


def finish(unit: RoutingUnit, job: Job, *, tools: Tools) -> Job:
    """Everybody has reported: the whistle closes, and the answer is awaited."""
    job = replace(
        job, state="done", trigger=None, trigger_detail="", trigger_by=None, version=job.version + 1
    )
    unit.jobs.put(job)
    lapse_requests(unit, job, "各单位均已办结 / all have reported", tools=tools)
    whistle = unit.whistle_of(job.no, job.round)
    closed = moved(whistle, "close") if whistle else None
    if whistle is not None and closed is not None:
        unit.whistles.put(closed)
        told = WhistleClosed(
            whistle=whistle.id,
            round=job.round,
            reports=domain.count_reports(unit.dispatches_of(job.no), job.round),
            vetoes=whistle.vetoes,
        )
        unit.emit(told, district=job.district, case_no=job.no)
        note_step(unit, "closed", closed, data={"reports": told.reports, "vetoes": told.vetoes})
    stop_alone(unit, job, "handle", tools=tools)
    _await_answer(unit, job, tools=tools)
    return job


def take_back(unit: RoutingUnit, job: Job, *, by: str, reason: str, tools: Tools) -> None:
    """A report was vetoed: the case is at work again, and nobody is late with an answer that cannot be given."""
    again = "routed" if job.state == "done" else job.state
    unit.jobs.put(replace(job, state=again, version=job.version + 1))
    run_on(unit, job, tools=tools)
    clock = _answer_clock(unit, job)
    if clock is None or clock.state == "stopped":
        return
    clock = settle(unit, clock, tools=tools)
    if (clock.state, "pause") not in domain.STEPS:
        return
    table = tools.timetable(clock.district)
    paused = domain.move(clock, Move(verb="pause", at=unit.now, by=by, reason=reason), table)
    unit.clocks.put(paused)
    left = domain.standing(paused, table).left or 0
    told = ClockPaused(**facts_of(paused), by=by, reason=reason, left=left, unit=paused.unit)
    tell_about(unit, paused, told, tools=tools)


def follow_answered(unit: RoutingUnit, job: Job) -> None:
    """The resident has the answer: from now on nothing of this round is vetoed any more."""
    whistle = unit.whistle_of(job.no, job.round)
    if whistle is not None and whistle.state == "closed" and whistle.answered_at is None:
        unit.whistles.put(replace(whistle, answered_at=unit.now, version=whistle.version + 1))


def let_go(unit: RoutingUnit, job: Job, reason: str, *, tools: Tools) -> None:
    """
    The case goes on without this round: nothing waits for approval any more, and whom a veto called back that crossed the answer
    is released.
    """
    lapse_requests(unit, job, reason, tools=tools)
    whistle = unit.whistle_of(job.no, job.round)
    if whistle is None or whistle.state != "blown":
        return
    for one in unit.dispatches_of(job.no):
        released = use_power(one, "release", now=unit.now) if one.round == job.round and one.whistle else None
        if released is None:
            continue
        released = settled_plea(unit, released, why=reason, tools=tools)
        unit.dispatches.put(released)
        late = stop_by(unit, released, "release", tools=tools)
        told = WhistleReleased(
            whistle=whistle.id,
            dispatch=one.id,
            party=one.party,
            by=RULES,
            reason=reason,
            late=late,
            version=released.version,
        )
        tell_dispatch(unit, released, told, tools=tools)
        note_step(unit, "released", released, by=RULES, data={"reason": reason, "late": late})
    _close(unit, whistle)


def _close(unit: RoutingUnit, whistle: Whistle) -> None:
    closed = moved(whistle, "close")
    if closed is not None:
        unit.whistles.put(closed)
        unit.emit(
            WhistleClosed(whistle=whistle.id, round=whistle.round),
            district=whistle.district,
            case_no=whistle.case_no,
        )
        note_step(unit, "closed", closed)


def _await_answer(unit: RoutingUnit, job: Job, *, tools: Tools) -> None:
    clock = _answer_clock(unit, job)
    if clock is None or clock.state != "paused":
        start_alone(unit, job, "answer", tools=tools)
        return
    reason = "重新办结 / all are done again"
    step = Move(verb="resume", at=unit.now, by=RULES, reason=reason)
    resumed = domain.move(clock, step, tools.timetable(clock.district))
    unit.clocks.put(resumed)
    told = ClockResumed(
        **facts_of(resumed),
        by=RULES,
        reason=reason,
        warn_at=resumed.warn_at,
        due_at=resumed.due_at,
        provisional=resumed.provisional,
        lead=False,
    )
    tell_about(unit, resumed, told, tools=tools)


def _answer_clock(unit: RoutingUnit, job: Job) -> Clock | None:
    ident = case_clock(job, "answer")
    return next((one for one in unit.clocks_of(job.no) if one.id == ident), None)
