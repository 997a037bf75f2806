"""
The calendar of sittings (坐班、接访、开箱、走访、例会): what a district's rows say, and the duties of a month that follow.

Pure: which days are worked is asked of a calendar, where a row is held of whoever knows the tree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from whistle.calendar.calendar import Calendar
from whistle.calendar.days import CHINA
from whistle.contracts.timing import DAY, Span

Every = Literal["daily", "weekly", "half-monthly", "monthly", "quarterly", "yearly"]
Off = Literal["held", "next", "cancelled"]
"""What becomes of a sitting on a day that is not worked: held all the same, on the next working day, not at all."""
EVERY: tuple[Every, ...] = get_args(Every)
OFF: tuple[Off, ...] = get_args(Off)
QUARTERS = (3, 6, 9, 12)
HALF = 15
OPENING = dt.time(8, 30)
"""When a sitting without a time of the day begins, for reminders."""
NOTICE = Span(DAY, "seconds")
"""How long before it a sitting is told of, unless its row says otherwise; what is done daily is not told of."""
_LONGEST_MOVE = 31

KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sitting": ("坐班接访", "sitting"),
        "box": ("开箱", "opening of the box"),
        "walk": ("走访", "walk"),
        "meeting": ("例会", "meeting"),
        "analysis": ("分析", "analysis"),
        "activity": ("活动", "activity"),
    }
)
"""What is done, for people."""
GUESTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "lawyer": ("律师", "lawyer"),
        "psychologist": ("心理咨询师", "psychologist"),
        "deputy": ("两代表一委员", "deputy"),
        "police": ("民警", "police officer"),
        "department": ("职能部门", "department"),
    }
)
"""Who comes from outside the organisation (S1-8, S4-16, S4-21)."""


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """
    One row of ``[[sittings]]``.

    Args:
        every, weekdays (1 is Monday), nth (of these weekdays in the month, -1 the last), days (of the month, -1 the last),
            months: when; see the rows of ``NEEDED`` in :mod:`whistle.plugins.tables.sittings`.
        at: the node where it is held; each: the kind of node at and below it, each of which has its own; "" : ``at`` itself.
        offices: roles on duty; guests: who comes from outside.
        holiday, weekend: what becomes of it on a day off by notice, and on a Saturday or Sunday that is not worked.
        remind: how long before it begins it is told of (``sitting.due``), in time on the wall; None: never.
        since, until: the first day on which the row holds, and the first on which it does not; None: no limit.
        source: the mechanism it comes from, e.g. ``S3-5``.
    """

    id: str
    name: str
    kind: str
    at: str
    every: Every
    each: str = ""
    weekdays: tuple[int, ...] = ()
    nth: int | None = None
    days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    begin: dt.time | None = None
    finish: dt.time | None = None
    place: str = ""
    theme: str = ""
    offices: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    holiday: Off = "next"
    weekend: Off = "held"
    remind: Span | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A place where a sitting is held on a day: the code and name of a node."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SittingDuty:
    """
    One sitting on one day. ``planned`` is the day that the row names, another than ``day`` if it was moved because of ``reason``
    (zh, en); ``provisional``: a notice may still come that changes the day.
    """

    day: dt.date
    planned: dt.date
    sitting: Sitting
    held: Held
    reason: tuple[str, str] | None = None
    provisional: bool = False

    @property
    def key(self) -> str:
        """Names it within its district: day, row and node."""
        return f"{self.day}/{self.sitting.id}/{self.held.code}"

    @property
    def begins_at(self) -> dt.datetime:
        """In China's time; at the opening of offices where the row names no time."""
        return dt.datetime.combine(self.day, self.sitting.begin or OPENING, CHINA)

    @property
    def ends_at(self) -> dt.datetime | None:
        """None: the row does not say."""
        return dt.datetime.combine(self.day, self.sitting.finish, CHINA) if self.sitting.finish else None

    @property
    def told_at(self) -> dt.datetime | None:
        """From when on it is to be told of; None: never."""
        remind = self.sitting.remind
        return None if remind is None else self.begins_at - remind.least


Places = Callable[[Sitting, dt.date], Sequence[Held]]


def duties_of_month(
    sittings: Iterable[Sitting], month: dt.date, *, calendar: Calendar, places: Places
) -> list[SittingDuty]:
    """
    What is on duty in the month of a day, by day, row and node. What is moved counts where it is moved to, also from the end of the
    month before; what falls together with another of the same row is held once.

    Raises:
        Invalid: the calendar does not reach so far.
    """
    first = month.replace(day=1)
    found: dict[str, SittingDuty] = {}
    for sitting in sittings:
        for planned in _planned(sitting, first - dt.timedelta(days=_LONGEST_MOVE), _last_of(first)):
            day, reason = _held_on(sitting, planned, calendar)
            if day is None or (day.year, day.month) != (first.year, first.month):
                continue
            for held in places(sitting, day):
                duty = SittingDuty(
                    day=day,
                    planned=planned,
                    sitting=sitting,
                    held=held,
                    reason=reason if day != planned else None,
                    provisional=max(day, planned) > calendar.confirmed_through,
                )
                if duty.key not in found or planned == day:
                    found[duty.key] = duty
    return sorted(found.values(), key=lambda duty: duty.key)


def _held_on(
    sitting: Sitting, planned: dt.date, calendar: Calendar
) -> tuple[dt.date | None, tuple[str, str] | None]:
    """The day on which it is held (None: not at all), and why that is another."""
    day = calendar.day(planned)
    if day.working:
        return planned, None
    wanted = sitting.weekend if day.kind == "weekend" else sitting.holiday
    if wanted == "cancelled":
        return None, None
    return (planned if wanted == "held" else calendar.shift(planned, 0)), (day.zh, day.en)


def _planned(sitting: Sitting, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The days that the row names, from ``first`` to ``last``."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        in_season = not sitting.months or day.month in sitting.months
        if in_season and _holds(sitting, day) and _names(sitting, day):
            yield day


def _holds(sitting: Sitting, day: dt.date) -> bool:
    return (sitting.since is None or sitting.since <= day) and (sitting.until is None or day < sitting.until)


def _names(sitting: Sitting, day: dt.date) -> bool:
    """Does the row name this day of a month that it is held in?"""
    if sitting.every == "daily":
        return True
    if sitting.every == "half-monthly":
        return day.day == HALF or day == _last_of(day)
    if sitting.days:
        last = _last_of(day).day
        return day.day in {last if wanted < 0 else min(wanted, last) for wanted in sitting.days}
    if day.isoweekday() not in sitting.weekdays:
        return False
    if sitting.nth is None:
        return True
    after = (_last_of(day).day - day.day) // 7
    return sitting.nth == ((day.day - 1) // 7 + 1 if sitting.nth > 0 else -1 - after)


def _last_of(day: dt.date) -> dt.date:
    """The last day of its month."""
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
