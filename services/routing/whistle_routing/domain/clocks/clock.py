"""
Clocks: what they measure, their states, and the table of what may follow.

A deadline is never edited. It follows from the start, the span and the *moves* (pause, resume, extend) by a calendar, so a new
calendar only means to fold again, and every deadline can be explained from the beginning (domain D2).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from whistle.contracts.timing import ClockKind, Span, Unit

ClockState = Literal["running", "extended", "warned", "overdue", "paused", "stopped"]
Verb = Literal["warn", "expire", "pause", "resume", "extend", "stop"]
MoveVerb = Literal["pause", "resume", "extend"]
Level = Literal["warned", "overdue"]
"""Yellow and red."""
Refusal = Literal["state", "no-pause", "past-due", "kind", "unit", "limit", "follows"]

STEPS: Mapping[tuple[ClockState, Verb], ClockState] = MappingProxyType(
    {
        ("running", "warn"): "warned",
        ("extended", "warn"): "warned",
        ("warned", "expire"): "overdue",
        ("running", "pause"): "paused",
        ("extended", "pause"): "paused",
        ("warned", "pause"): "paused",
        ("paused", "resume"): "running",
        ("running", "extend"): "extended",
        ("extended", "extend"): "extended",
        ("warned", "extend"): "extended",
        ("overdue", "extend"): "extended",
        ("running", "stop"): "stopped",
        ("extended", "stop"): "stopped",
        ("warned", "stop"): "stopped",
        ("overdue", "stop"): "stopped",
        ("paused", "stop"): "stopped",
    }
)
"""
What may follow. Yellow always comes before red; what is overdue stays so until it stops, or until more time is allowed that was
asked for before the deadline; a clock that is resumed has the colour again that it had.
"""

OPEN: tuple[ClockState, ...] = ("running", "extended", "warned", "overdue", "paused")
MOVING: tuple[ClockState, ...] = ("running", "extended", "warned", "paused")
"""A new calendar moves these; what is overdue or stopped was so by the calendar of its time."""

STOPPED_BY: Mapping[str, tuple[ClockKind, ...]] = MappingProxyType(
    {
        "sign": ("sign",),
        "arrive": ("sign", "arrive", "first_contact"),
        "first_contact": ("first_contact",),
        "progress": ("first_contact",),
        "report": ("sign", "arrive", "first_contact", "handle"),
        "return": ("sign", "arrive", "first_contact", "handle"),
        "release": ("sign", "arrive", "first_contact", "handle"),
        "recall": ("sign", "arrive", "first_contact", "handle"),
    }
)
"""Which clocks of its dispatch an action of a party, or its release, stops; what ends the dispatch stops them all."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """
    A pause (补办), its end, or an extension by ``amount`` of the clock's unit; ``by`` is who allowed it. ``asked_at`` is when it
    was asked for, where that was before.
    """

    verb: MoveVerb
    at: dt.datetime
    by: str
    reason: str
    amount: int = 0
    asked_at: dt.datetime | None = None

    @property
    def in_time(self) -> dt.datetime:
        """The instant that must lie before the deadline: who asked in time does not lose by a late answer."""
        return self.asked_at or self.at

    def to_json(self) -> dict[str, Any]:
        asked = {"asked_at": self.asked_at.isoformat()} if self.asked_at else {}
        values = {name: value for name, value in vars(self).items() if name != "asked_at"}
        return {**values, "at": self.at.isoformat(), **asked}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Move:
        instants = {
            name: dt.datetime.fromisoformat(value[name]) for name in ("at", "asked_at") if name in value
        }
        return cls(**{**value, **instants})


@dataclass(frozen=True, kw_only=True)
class Clock:
    """
    One deadline. ``next_at`` is when it fires next, None when it has nothing more to say.

    ``party`` is who must act in time; ``dispatch`` is None for a clock of the whole case. ``may_extend`` (the most in all, None: no
    limit) and ``may_pause`` are what the class of the case allowed when the clock started. ``warned``: the present deadline has
    been yellow. ``calendar`` is the version it was reckoned by.
    """

    id: str
    version: int
    case_no: str
    district: str
    kind: ClockKind
    dispatch: str | None
    party: str
    unit: Unit
    amount: int
    state: ClockState = "running"
    started_at: dt.datetime
    warn_at: dt.datetime
    due_at: dt.datetime
    red_at: dt.datetime
    next_at: dt.datetime | None
    provisional: bool
    calendar: str
    handling_class: str | None = None
    basis: str | None = None
    may_pause: bool = False
    may_extend: int | None = None
    warned: bool = False
    moves: tuple[Move, ...] = ()
    stopped_at: dt.datetime | None = None
    late: bool | None = None

    @property
    def span(self) -> Span:
        """What was granted at the start."""
        return Span(self.amount, self.unit)

    @property
    def extended(self) -> int:
        """What all extensions add."""
        return sum(move.amount for move in self.moves)

    @property
    def granted(self) -> Span:
        """With all extensions."""
        return Span(self.amount + self.extended, self.unit)


@dataclass(frozen=True)
class Standing:
    """
    Where a clock is after its moves: due then, running since ``anchor`` (its start or its last resumption); ``left`` is what a
    paused one has left.
    """

    due_at: dt.datetime
    anchor: dt.datetime
    left: int | None = None


@dataclass(frozen=True, kw_only=True)
class Grant:
    """How long something may take, and what may be changed about it later."""

    kind: ClockKind
    span: Span
    handling_class: str | None = None
    basis: str | None = None
    may_pause: bool = False
    may_extend: int | None = None
