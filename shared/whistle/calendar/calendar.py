"""
A calendar: which days are worked, how long, and arithmetic on both, from tables made once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import Any

from whistle.calendar.days import CHINA, Day, Mark, day_of, is_weekend
from whistle.calendar.library import FIRST_YEAR, LAST_YEAR, National
from whistle.calendar.plan import DEFAULT_HOURS, DayEnd, Hours, Plan, Session
from whistle.errors import Invalid

FIRST, LAST = dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31)
_FIRST = FIRST.toordinal()
_DAYS = LAST.toordinal() - _FIRST + 1
_MICRO = 1_000_000
_ZERO = dt.datetime(FIRST_YEAR, 1, 1, tzinfo=CHINA).astimezone(dt.UTC)


class Calendar:
    """
    The national calendar with the plan of a city and district; never changes.

    ``version`` names its contents: two calendars that could give different deadlines have different versions. Days are
    local (China) dates, instants are aware. Answers reach from 2000 to 2050.

    Raises (all methods that take a day or an instant):
        Invalid: outside of these years.
    """

    def __init__(
        self,
        *,
        marks: Mapping[dt.date, Mark],
        confirmed_through: dt.date,
        hours: tuple[Hours, ...] = DEFAULT_HOURS,
        day_end: DayEnd = "close",
        source: str = "",
    ) -> None:
        self.confirmed_through = confirmed_through
        self.hours = tuple(sorted(hours, key=lambda one: one.since)) or DEFAULT_HOURS
        self.day_end: DayEnd = day_end
        self.source = source
        self._marks = dict(marks)
        self._since = [one.since for one in self.hours]
        self._workdays, self._before = _count_days(self._marks)
        self._starts = _count_time(self)
        self.version = _digest(self)

    @classmethod
    def of(cls, national: National, plan: Plan | None = None) -> Calendar:
        """The national calendar with a plan; in the plan a later row wins over an earlier one."""
        plan = plan or Plan()
        marks = dict(national.marks)
        for row in plan.days:
            for day in _each(row.first, row.last):
                marks[day] = Mark(working=row.working, zh=row.zh, en=row.en, source=row.source)
        through = max(national.announced_through, plan.confirmed_through or national.announced_through)
        return cls(
            marks=marks,
            confirmed_through=through,
            hours=plan.hours or DEFAULT_HOURS,
            day_end=plan.day_end or "close",
            source=national.source,
        )

    def to_json(self) -> dict[str, Any]:
        """Everything that the deadlines depend on, as JSON values; :meth:`from_json` makes the same calendar of it."""
        return {
            "source": self.source,
            "confirmed_through": self.confirmed_through.isoformat(),
            "day_end": self.day_end,
            "hours": [[one.since.isoformat(), [list(each) for each in one.sessions]] for one in self.hours],
            "marks": [
                [day.isoformat(), int(mark.working), mark.zh, mark.en, mark.source, int(mark.estimated)]
                for day, mark in sorted(self._marks.items())
            ],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Calendar:
        """The calendar that :meth:`to_json` described."""
        hours = tuple(
            Hours(since=dt.date.fromisoformat(since), sessions=tuple((one[0], one[1]) for one in sessions))
            for since, sessions in value["hours"]
        )
        marks = {
            dt.date.fromisoformat(day): Mark(
                working=bool(working), zh=zh, en=en, source=source, estimated=bool(estimated)
            )
            for day, working, zh, en, source, estimated in value["marks"]
        }
        return cls(
            marks=marks,
            confirmed_through=dt.date.fromisoformat(value["confirmed_through"]),
            hours=hours,
            day_end=value["day_end"],
            source=value["source"],
        )

    # --- days -------------------------------------------------------------------------------------------------

    def day(self, day: dt.date) -> Day:
        """What kind of day it is, and why."""
        _index(day)
        return day_of(day, self._marks.get(day), confirmed=day <= self.confirmed_through)

    def is_working(self, day: dt.date) -> bool:
        """Is it worked?"""
        at = _index(day)
        return self._before[at + 1] > self._before[at]

    def estimated(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """Days that only the statute says are off, in years for which no notice is in the data."""
        return [day for day in _each(first, last) if (mark := self._marks.get(day)) and mark.estimated]

    def shift(self, day: dt.date, by: int) -> dt.date:
        """
        The ``by``-th working day after ``day`` (before it, if negative); ``day`` itself is not counted, worked or not.
        For 0: ``day`` if it is worked, else the next working day.
        """
        at = _index(day)
        place = self._before[at + (by > 0)] + by - (by > 0)
        if not 0 <= place < len(self._workdays):
            raise _outside(day)
        return dt.date.fromordinal(self._workdays[place])

    def count(self, first: dt.date, last: dt.date) -> int:
        """How many working days lie after ``first``, up to and with ``last``; negative if ``last`` is before."""
        return self._before[_index(last) + 1] - self._before[_index(first) + 1]

    # --- times ------------------------------------------------------------------------------------------------

    def sessions(self, day: dt.date) -> tuple[Session, ...]:
        """The working hours in force on a day, whether it is worked or not."""
        return self.hours[max(0, bisect_right(self._since, day) - 1)].sessions

    def opening(self, day: dt.date) -> dt.datetime:
        """When work begins on a working day."""
        return _instant(day, self.sessions(day)[0][0] * _MICRO)

    def end(self, day: dt.date) -> dt.datetime:
        """When a day ends for a deadline in working days: offices close, or 24:00 (see ``day_end``)."""
        return _instant(day, (86400 if self.day_end == "midnight" else self.sessions(day)[-1][1]) * _MICRO)

    def add_time(self, at: dt.datetime, time: dt.timedelta) -> dt.datetime:
        """
        The instant after so much working time (before, if negative); of several the one nearest to ``at``. For nothing
        it is ``at``, also outside of working hours.
        """
        amount = time // dt.timedelta(microseconds=1)
        if amount == 0:
            return at.astimezone(dt.UTC)
        target = self._position(at) + amount
        place = (bisect_left if amount > 0 else bisect_right)(self._starts, target) - 1
        if not 0 <= place < len(self._workdays):
            raise _outside(at.astimezone(CHINA).date())
        day, rest = dt.date.fromordinal(self._workdays[place]), target - self._starts[place]
        for begin, end in self.sessions(day):
            length = (end - begin) * _MICRO
            if rest < length or (rest == length and amount > 0):
                return _instant(day, begin * _MICRO + rest)
            rest -= length
        raise AssertionError("the rest of a working day lies within its sessions")

    def time_between(self, first: dt.datetime, last: dt.datetime) -> dt.timedelta:
        """The working time from ``first`` to ``last``; negative if ``last`` is before."""
        return dt.timedelta(microseconds=self._position(last) - self._position(first))

    def _position(self, at: dt.datetime) -> int:
        """Working microseconds since the first day."""
        local = at.astimezone(CHINA)
        day = local.date()
        index = _index(day)
        place = self._before[index]
        position = self._starts[place]
        if self._before[index + 1] > place:
            clock = ((local.hour * 60 + local.minute) * 60 + local.second) * _MICRO + local.microsecond
            for begin, end in self.sessions(day):
                position += min(max(0, clock - begin * _MICRO), (end - begin) * _MICRO)
        return position


def _count_days(marks: Mapping[dt.date, Mark]) -> tuple[array[int], array[int]]:
    """The ordinals of the working days; for each day, and one past the last, how many of them lie before."""
    workdays, before = array("i"), array("i", [0])
    for ordinal in range(_FIRST, _FIRST + _DAYS):
        day = dt.date.fromordinal(ordinal)
        mark = marks.get(day)
        if mark.working if mark else not is_weekend(day):
            workdays.append(ordinal)
        before.append(len(workdays))
    return workdays, before


def _count_time(calendar: Calendar) -> array[int]:
    """For each working day, and one past the last, the working microseconds before it."""
    starts, total = array("q", [0]), 0
    for ordinal in calendar._workdays:
        total += sum(end - begin for begin, end in calendar.sessions(dt.date.fromordinal(ordinal))) * _MICRO
        starts.append(total)
    return starts


def _digest(calendar: Calendar) -> str:
    """A short name for all that a deadline depends on; names of festivals do not count."""
    said = calendar.to_json()
    said["marks"] = [mark[:2] for mark in said["marks"]]
    del said["source"]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]


def _each(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (dt.date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1))


def _index(day: dt.date) -> int:
    index = day.toordinal() - _FIRST
    if not 0 <= index < _DAYS:
        raise _outside(day)
    return index


def _outside(day: dt.date) -> Invalid:
    return Invalid(
        f"日历只覆盖 {FIRST} 至 {LAST},算不到 {day} 这么远",
        f"the calendar covers {FIRST} to {LAST}; reckoning from {day} leaves it",
    )


def _instant(day: dt.date, micro: int) -> dt.datetime:
    return _ZERO + dt.timedelta(days=day.toordinal() - _FIRST, microseconds=micro)
