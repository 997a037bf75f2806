"""
From a span to a deadline: due, yellow, red, and whether a notice may still move it.

The rules, for spans in working days:

- the day of the start is not counted (民法典 article 201), the last day ends as the calendar's ``day_end`` says (article 203);
- yellow is one working day before due (the same day's end, one working day earlier), but if that is not after the start, the
  opening of the last day;
- red is the opening of the first overdue working day.

Spans in working time or in time on the wall end to the second; yellow when four fifths of what was granted have passed, red
when due.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from whistle.calendar.calendar import Calendar
from whistle.calendar.days import CHINA
from whistle.contracts.timing import Span, Unit

YELLOW = 0.2
"""A span in time turns yellow when this part of it is left."""
_INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """Aware instants, UTC. ``provisional``: the calendar is not confirmed as far as ``due_at``."""

    warn_at: dt.datetime
    due_at: dt.datetime
    red_at: dt.datetime
    provisional: bool


@dataclass(frozen=True)
class Timetable:
    """Reckons deadlines by one calendar."""

    calendar: Calendar

    @property
    def version(self) -> str:
        """The version of the calendar, stored with each deadline."""
        return self.calendar.version

    def due(self, start: dt.datetime, amount: int, unit: Unit) -> dt.datetime:
        """
        When ``amount`` (0 or more) from ``start`` is over. 0 working days end with the day of the start, if that is a
        working day that has not ended, else with the next one.
        """
        if unit == "seconds":
            return start + dt.timedelta(seconds=amount)
        if unit == "working_seconds":
            return self.calendar.add_time(start, dt.timedelta(seconds=amount))
        day = self.calendar.shift(local_day(start), amount)
        end = self.calendar.end(day)
        return end if end > start else self.calendar.end(self.calendar.shift(day, 1))

    def later(self, due_at: dt.datetime, amount: int, unit: Unit) -> dt.datetime:
        """The deadline ``due_at`` extended by ``amount``."""
        return (
            self.due(due_at - _INSTANT, amount, unit)
            if unit == "working_days"
            else self.due(due_at, amount, unit)
        )

    def left(self, at: dt.datetime, due_at: dt.datetime, unit: Unit) -> int:
        """What is left of a deadline at an instant, in its unit, 0 or more; ``due(at, left)`` is the deadline again."""
        if at >= due_at:
            return 0
        if unit == "working_days":
            return max(0, self.calendar.count(local_day(at), last_day(due_at)))
        passed = due_at - at if unit == "seconds" else self.calendar.time_between(at, due_at)
        return max(0, round(passed.total_seconds()))

    def around(self, start: dt.datetime, due_at: dt.datetime, granted: Span) -> Deadline:
        """The deadline due then of a span that runs from ``start``, all extensions in ``granted``."""
        warn_at, red_at = self._by_days(start, due_at)
        if granted.unit != "working_days":
            share = dt.timedelta(seconds=granted.amount) * YELLOW
            red_at = due_at
            warn_at = due_at - share if granted.unit == "seconds" else self.calendar.add_time(due_at, -share)
        return Deadline(
            warn_at=max(start, warn_at).astimezone(dt.UTC),
            due_at=due_at.astimezone(dt.UTC),
            red_at=red_at.astimezone(dt.UTC),
            provisional=granted.working and last_day(due_at) > self.calendar.confirmed_through,
        )

    def _by_days(self, start: dt.datetime, due_at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        last = last_day(due_at)
        warn_at = self.calendar.end(self.calendar.shift(last, -1))
        if warn_at <= start:
            warn_at = self.calendar.opening(last)
        return warn_at, self.calendar.opening(self.calendar.shift(last, 1))


def reckon(calendar: Calendar, start: dt.datetime, span: Span) -> Deadline:
    """
    The deadline of a span that begins at ``start`` (aware).

    Raises:
        Invalid: beyond the calendar's years.
    """
    table = Timetable(calendar)
    return table.around(start, table.due(start, span.amount, span.unit), span)


def local_day(at: dt.datetime) -> dt.date:
    """The day in China."""
    return at.astimezone(CHINA).date()


def last_day(due_at: dt.datetime) -> dt.date:
    """The last day of a deadline: 24:00 belongs to the day that it ends."""
    return local_day(due_at - _INSTANT)
