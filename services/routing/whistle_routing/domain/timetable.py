"""
What clocks ask of a calendar, which itself is no part of the field's rules.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from whistle.contracts.timing import Span, Unit


class Deadline(Protocol):
    """Three instants, and whether a notice may still move them."""

    @property
    def warn_at(self) -> dt.datetime: ...
    @property
    def due_at(self) -> dt.datetime: ...
    @property
    def red_at(self) -> dt.datetime: ...
    @property
    def provisional(self) -> bool: ...


class Timetable(Protocol):
    """What a clock asks of a calendar; ``whistle.calendar.deadlines.Timetable`` answers."""

    @property
    def version(self) -> str: ...
    def due(self, start: dt.datetime, amount: int, unit: Unit) -> dt.datetime: ...
    def later(self, due_at: dt.datetime, amount: int, unit: Unit) -> dt.datetime: ...
    def left(self, at: dt.datetime, due_at: dt.datetime, unit: Unit) -> int: ...
    def around(self, start: dt.datetime, due_at: dt.datetime, granted: Span) -> Deadline: ...
