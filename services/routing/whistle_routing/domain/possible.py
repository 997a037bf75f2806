"""
What may be done with a dispatch now, told by the same tables by which it is decided when somebody does it.
"""

from __future__ import annotations

import datetime as dt

from whistle.contracts.timing import Span
from whistle_routing.domain.clocks import Clock, refusal
from whistle_routing.domain.dispatches import ACTIONS, Dispatch
from whistle_routing.domain.jobs import Job
from whistle_routing.domain.returns import NoReturn, no_return
from whistle_routing.domain.whistles import Whistle

STEPS = ("sign", "arrive", "first_contact", "progress", "report")
"""What moves the work on, in the order in which it is done."""


def at_work(dispatch: Dispatch, job: Job) -> bool:
    """Does its party still have to act, in the round that the case is in? Only then it may be urged, or recalled."""
    return dispatch.open and _current(dispatch, job)


def possible_steps(dispatch: Dispatch, job: Job, whistle: Whistle | None) -> tuple[str, ...]:
    """The steps that the table allows now; where arriving is proved, it comes before reporting."""
    if not _current(dispatch, job):
        return ()
    found = [verb for verb in STEPS if (dispatch.state, verb) in ACTIONS]
    if dispatch.contacted_at is not None:
        found = [verb for verb in found if verb != "first_contact"]
    if whistle is not None and whistle.proof and dispatch.state == "signed":
        found = [verb for verb in found if verb != "report"]
    return tuple(found)


def why_no_return(dispatch: Dispatch, job: Job, *, until: dt.datetime, at: dt.datetime) -> NoReturn | None:
    """Why it cannot be given back now; None: it can, until ``until``."""
    return no_return(dispatch, job, until=until, at=at) if _current(dispatch, job) else "state"


def may_ask_for_time(dispatch: Dispatch, job: Job, clock: Clock | None, *, at: dt.datetime) -> bool:
    """Could the deadline be moved at all, by the least that its unit allows, and is nothing else about it being decided?"""
    if clock is None or dispatch.plea is not None or not at_work(dispatch, job):
        return False
    return refusal(clock, "extend", at=at, span=Span(1, clock.unit)) is None


def may_stand_still(dispatch: Dispatch, job: Job, clock: Clock | None, *, at: dt.datetime) -> bool:
    """May its clock be paused now, while the resident supplies what is missing (补办)?"""
    return clock is not None and at_work(dispatch, job) and refusal(clock, "pause", at=at) is None


def may_run_again(dispatch: Dispatch, job: Job, clock: Clock | None, *, at: dt.datetime) -> bool:
    """Does its clock stand still, so that it may be resumed?"""
    return clock is not None and at_work(dispatch, job) and refusal(clock, "resume", at=at) is None


def _current(dispatch: Dispatch, job: Job) -> bool:
    return dispatch.round == job.round and job.state != "closed"
