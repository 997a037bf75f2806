"""
The time to handle of a dispatch.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from whistle_routing.domain.dispatches import Dispatch

ClockState = Literal["running", "warned", "overdue", "stopped"]

YELLOW = 0.8
"""
Part of the time to handle after which a clock turns yellow. Working days come with the calendar (domain
D2).
"""


@dataclass(frozen=True, kw_only=True)
class HandleClock:
    """
    The time to handle of one dispatch. ``next_at`` is when it fires next: yellow at ``warn_at``, red at
    ``due_at``, None when it has nothing more to say. Its ``id`` is the dispatch's.
    """

    id: str
    version: int
    case_no: str
    district: str
    party: str
    state: ClockState
    started_at: dt.datetime
    warn_at: dt.datetime
    due_at: dt.datetime
    next_at: dt.datetime | None


def start_clock(dispatch: Dispatch) -> HandleClock:
    """The clock of a fresh dispatch; it starts when the work is sent, not when it is signed (domain D2)."""
    span = dispatch.due_at - dispatch.sent_at
    warn_at = dispatch.sent_at + span * YELLOW
    return HandleClock(
        id=dispatch.id,
        version=1,
        case_no=dispatch.case_no,
        district=dispatch.district,
        party=dispatch.party,
        state="running",
        started_at=dispatch.sent_at,
        warn_at=warn_at,
        due_at=dispatch.due_at,
        next_at=warn_at,
    )


def fire(
    clock: HandleClock, now: dt.datetime
) -> tuple[HandleClock, tuple[Literal["warned", "overdue"], ...]]:
    """
    The clock after all its firings due at ``now``, and which they were, in order: after a stop a missed
    yellow comes before the red.
    """
    fired: list[Literal["warned", "overdue"]] = []
    while clock.next_at is not None and clock.next_at <= now:
        turned: Literal["warned", "overdue"] = "warned" if clock.state == "running" else "overdue"
        fired.append(turned)
        following = clock.due_at if turned == "warned" else None
        clock = replace(clock, state=turned, next_at=following, version=clock.version + 1)
    return clock, tuple(fired)


def stop_clock(clock: HandleClock, now: dt.datetime) -> tuple[HandleClock, bool]:
    """The stopped clock, and whether it was late."""
    return replace(clock, state="stopped", next_at=None, version=clock.version + 1), now > clock.due_at
