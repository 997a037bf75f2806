"""
Until when somebody must act (clock, 时限), and what follows when they do not (supervision, 督办); told by routing.

The clocks that begin with a dispatch travel inside ``dispatch.sent``; what happens to a clock later is a message of its own, which
goes to the services and to the party itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from whistle.contracts.message import Message, note, string
from whistle.contracts.timing import ClockKind, Unit

SupervisionCause = Literal["overdue", "dissatisfied"]
"""Why somebody is supervised: 逾期, 二次不满意."""
SupervisionOutcome = Literal["done", "returned", "released", "closed", "extended"]
"""How it ended: the party did it; gave it back; is not wanted any more; the case was closed; more time was asked for in time."""

_DISPATCH = "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0001"
_CLOCK: Mapping[str, Any] = {
    "clock": "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0004",
    "dispatch": _DISPATCH,
    "party": "power-bureau",
    "kind": "handle",
}
_DUE: Mapping[str, Any] = {"warn_at": "2026-11-23T01:30:00+00:00", "due_at": "2026-11-24T01:30:00+00:00"}


@dataclass(frozen=True, kw_only=True)
class StartedClock:
    """A deadline that begins with a dispatch: yellow at ``warn_at``, passed at ``due_at``, red at ``red_at``."""

    clock: str = string(max_length=40)
    kind: ClockKind
    amount: int = note("whole number of `unit`")
    unit: Unit
    warn_at: dt.datetime
    due_at: dt.datetime
    red_at: dt.datetime
    provisional: bool = note("the days off are not announced as far as that", default=False)
    calendar: str = string(max_length=40, note="version of the calendar", default="")


@dataclass(frozen=True, kw_only=True)
class ClockStarted(Message):
    """
    A deadline begins that belongs to no dispatch just sent: yellow at ``warn_at``, passed at ``due_at``. ``dispatch`` is empty for
    a clock of the whole case.
    """

    name: ClassVar[str] = "clock.started"
    example: ClassVar[Mapping[str, Any]] = {**_CLOCK, **_DUE}

    clock: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    kind: ClockKind
    warn_at: dt.datetime
    due_at: dt.datetime
    red_at: dt.datetime | None = None
    provisional: bool = False
    calendar: str = string(max_length=40, default="")


@dataclass(frozen=True, kw_only=True)
class ClockWarned(Message):
    """Yellow: the deadline is near."""

    name: ClassVar[str] = "clock.warned"
    example: ClassVar[Mapping[str, Any]] = {**_CLOCK, "due_at": _DUE["due_at"]}

    clock: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    kind: ClockKind
    due_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ClockOverdue(Message):
    """Red: the deadline has passed."""

    name: ClassVar[str] = "clock.overdue"
    example: ClassVar[Mapping[str, Any]] = {**ClockWarned.example}

    clock: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    kind: ClockKind
    due_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ClockStopped(Message):
    """What the clock measures was done, or is not wanted any more; ``late`` tells whether the deadline had passed."""

    name: ClassVar[str] = "clock.stopped"
    example: ClassVar[Mapping[str, Any]] = {**_CLOCK, "late": False}

    clock: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    kind: ClockKind
    late: bool


@dataclass(frozen=True, kw_only=True)
class ClockPaused(Message):
    """Time does not count while the resident supplies what is missing (补办); ``left`` of ``unit`` remain."""

    name: ClassVar[str] = "clock.paused"
    example: ClassVar[Mapping[str, Any]] = {
        **_CLOCK,
        "by": "李主任",
        "reason": "待补房产证复印件",
        "left": 3,
        "unit": "working_days",
    }

    clock: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    kind: ClockKind
    by: str = string(max_length=100)
    reason: str = string(max_length=1000)
    left: int
    unit: Unit


@dataclass(frozen=True, kw_only=True)
class ClockResumed(Message):
    """Time counts again, until the new deadline."""

    name: ClassVar[str] = "clock.resumed"
    example: ClassVar[Mapping[str, Any]] = {
        **_CLOCK,
        **_DUE,
        "by": "李主任",
        "reason": "材料已补齐",
        "provisional": False,
    }

    clock: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    kind: ClockKind
    by: str = string(max_length=100)
    reason: str = string(max_length=1000)
    warn_at: dt.datetime
    due_at: dt.datetime
    provisional: bool
    lead: bool = note("does this party lead?", default=False)


@dataclass(frozen=True, kw_only=True)
class ClockRecomputed(Message):
    """A new calendar moved the deadline, or made it certain."""

    name: ClassVar[str] = "clock.recomputed"
    example: ClassVar[Mapping[str, Any]] = {
        **_CLOCK,
        **_DUE,
        "was_due_at": "2026-11-23T01:30:00+00:00",
        "provisional": False,
        "calendar": "a28dd770f0a9",
    }

    clock: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    kind: ClockKind
    was_due_at: dt.datetime
    warn_at: dt.datetime
    due_at: dt.datetime
    provisional: bool
    calendar: str = string(max_length=40)
    lead: bool = note("does this party lead?", default=False)


@dataclass(frozen=True, kw_only=True)
class SupervisionOpened(Message):
    """An order to ``party`` (督办单). ``dispatch`` is empty if it is about the whole case."""

    name: ClassVar[str] = "supervision.opened"
    example: ClassVar[Mapping[str, Any]] = {
        "supervision": "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0005",
        "dispatch": _DISPATCH,
        "party": "power-bureau",
        "cause": "overdue",
        "reason": "办理逾期,应于 2026-11-24 09:30 前办理 / handling is overdue",
    }

    supervision: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    cause: SupervisionCause
    reason: str = string(max_length=1000)


@dataclass(frozen=True, kw_only=True)
class SupervisionClosed(Message):
    """The order is settled."""

    name: ClassVar[str] = "supervision.closed"
    example: ClassVar[Mapping[str, Any]] = {
        "supervision": "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0005",
        "dispatch": _DISPATCH,
        "party": "power-bureau",
        "cause": "overdue",
        "outcome": "done",
    }

    supervision: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    cause: SupervisionCause
    outcome: SupervisionOutcome
