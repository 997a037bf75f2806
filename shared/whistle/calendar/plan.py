"""
What a city or a district says about its calendar: days of its own, working hours, until when it is confirmed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

from whistle.calendar.days import Source

DayEnd = Literal["close", "midnight"]
"""
When the last day of a deadline in working days ends: when offices close (``close``), or at 24:00 (``midnight``).

民法典 article 203: the last day ends at 24:00; where there are business hours, when business stops.
"""
DAY_ENDS: tuple[DayEnd, ...] = get_args(DayEnd)

Session = tuple[int, int]
"""From and to, in seconds of the local day; ``to`` is after ``from`` and at most 86400."""

MORNING: Session = (8 * 3600 + 1800, 12 * 3600)
AFTERNOON: Session = (13 * 3600 + 1800, 17 * 3600 + 1800)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """The sessions of every working day from ``since`` on, in order and without overlap."""

    since: dt.date
    sessions: tuple[Session, ...]


@dataclass(frozen=True, kw_only=True)
class PlanDay:
    """The days ``first`` to ``last``, worked or not, with the name of the reason."""

    first: dt.date
    last: dt.date
    working: bool
    zh: str
    en: str
    source: Source = "district"


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """
    Additions to the national calendar. None and empty mean: as the wider plan says. A plan equals itself only, so that looking
    up its calendar costs nothing.

    ``confirmed_through``: no notice for a day up to this one is still to come.
    """

    days: tuple[PlanDay, ...] = ()
    hours: tuple[Hours, ...] = ()
    confirmed_through: dt.date | None = None
    day_end: DayEnd | None = None


NO_PLAN = Plan()
DEFAULT_HOURS = (Hours(since=dt.date(2000, 1, 1), sessions=(MORNING, AFTERNOON)),)


def merged(city: Plan, district: Plan) -> Plan:
    """
    The district's plan within its city's: both lists of days, the district's last; the district's own hours and day's end if
    it names any; the later of both confirmations.
    """
    known = [one for one in (city.confirmed_through, district.confirmed_through) if one]
    return Plan(
        days=city.days + district.days,
        hours=district.hours or city.hours,
        confirmed_through=max(known, default=None),
        day_end=district.day_end or city.day_end,
    )
