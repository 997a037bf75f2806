"""
What is true of dispatches, whistles and clocks: their states and the tables of what may follow.
"""

from whistle.contracts.timing import ClockKind
from whistle_routing.domain.calendars import CalendarUse
from whistle_routing.domain.calls import Call, assign, call, roles
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
    GONE,
    WORDS,
    Bound,
    Dispatch,
    DispatchState,
    PartyBook,
    act,
    all_reported,
    count_reports,
    take_back,
)
from whistle_routing.domain.jobs import RULED_AFTER_HOPS, Job, JobState, new_job
from whistle_routing.domain.pleas import Plea, PleaState
from whistle_routing.domain.precedents import Precedent
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
    "GONE",
    "MOVING",
    "OPEN",
    "RULED_AFTER_HOPS",
    "STEPS",
    "STOPPED_BY",
    "SUPERVISED_FROM_ROUND",
    "WORDS",
    "Bound",
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
    "Plea",
    "PleaState",
    "Precedent",
    "Refusal",
    "Standing",
    "Supervision",
    "Timetable",
    "Whistle",
    "act",
    "all_reported",
    "assign",
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
    "take_back",
]
