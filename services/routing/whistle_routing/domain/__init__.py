"""
What is true of dispatches, whistles and clocks: their states and the tables of what may follow.
"""

from whistle_routing.domain.calls import Call, call, roles
from whistle_routing.domain.clocks import YELLOW, ClockState, HandleClock, fire, start_clock, stop_clock
from whistle_routing.domain.dispatches import (
    ACTIONS,
    WORDS,
    Dispatch,
    DispatchState,
    PartyBook,
    act,
    all_reported,
    count_reports,
)
from whistle_routing.domain.jobs import FORCED_AFTER_RETURNS, Job, JobState
from whistle_routing.domain.whistles import Whistle

__all__ = [
    "ACTIONS",
    "FORCED_AFTER_RETURNS",
    "WORDS",
    "YELLOW",
    "Call",
    "ClockState",
    "Dispatch",
    "DispatchState",
    "HandleClock",
    "Job",
    "JobState",
    "PartyBook",
    "Whistle",
    "act",
    "all_reported",
    "call",
    "count_reports",
    "fire",
    "roles",
    "start_clock",
    "stop_clock",
]
