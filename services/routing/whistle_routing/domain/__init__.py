"""
What is true of dispatches, whistles and clocks: their states and the tables of what may follow.
"""

from whistle.contracts.timing import ClockKind
from whistle_routing.domain.calendars import CalendarUse
from whistle_routing.domain.calls import Call, call, roles
from whistle_routing.domain.clocks import (
    MOVING,
    OPEN,
    STEPS,
    STOPPED_BY,
    Clock,
    ClockState,
    Grant,
    Level,
    Move,
    Refusal,
    Standing,
    fire,
    move,
    recompute,
    refusal,
    revive,
    standing,
    start,
    stop,
)
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
from whistle_routing.domain.jobs import FORCED_AFTER_RETURNS, Job, JobState, new_job
from whistle_routing.domain.supervision import (
    SUPERVISED_FROM_ROUND,
    Supervision,
    close,
    is_supervised,
    relieved,
)
from whistle_routing.domain.timetable import Timetable
from whistle_routing.domain.whistles import Whistle

__all__ = [
    "ACTIONS",
    "FORCED_AFTER_RETURNS",
    "MOVING",
    "OPEN",
    "STEPS",
    "STOPPED_BY",
    "SUPERVISED_FROM_ROUND",
    "WORDS",
    "CalendarUse",
    "Call",
    "Clock",
    "ClockKind",
    "ClockState",
    "Dispatch",
    "DispatchState",
    "Grant",
    "Job",
    "JobState",
    "Level",
    "Move",
    "PartyBook",
    "Refusal",
    "Standing",
    "Supervision",
    "Timetable",
    "Whistle",
    "act",
    "all_reported",
    "call",
    "close",
    "count_reports",
    "fire",
    "is_supervised",
    "move",
    "new_job",
    "recompute",
    "refusal",
    "relieved",
    "revive",
    "roles",
    "standing",
    "start",
    "stop",
]
