"""
What a day is, and why.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

CHINA = dt.timezone(dt.timedelta(hours=8), "CST")
"""One time for the whole country, no summer time since 1991."""

Source = Literal["week", "national", "city", "district"]
"""Who says so: the week itself, the State Council's notice, the city, the district."""
DayKind = Literal["workday", "weekend", "holiday", "make_up"]
"""make_up: 调休上班, a Saturday or Sunday that is worked for a day off elsewhere."""

WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """
    A day that is not what its place in the week says, or that has a name.

    ``estimated`` means: from the statute alone, before the State Council's notice for that year.
    """

    working: bool
    zh: str
    en: str
    source: Source
    estimated: bool = False


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day of a calendar; ``confirmed`` means that no notice is still to come that could change it."""

    date: dt.date
    working: bool
    kind: DayKind
    zh: str
    en: str
    source: Source
    confirmed: bool


def is_weekend(day: dt.date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= 5


def day_of(day: dt.date, mark: Mark | None, *, confirmed: bool) -> Day:
    """The day with its kind and name, from its place in the week and its mark."""
    weekend = is_weekend(day)
    working = mark.working if mark else not weekend
    kinds: tuple[DayKind, DayKind] = ("make_up", "workday") if working else ("weekend", "holiday")
    kind = kinds[0] if (weekend if working else not mark) else kinds[1]
    zh, en = (mark.zh, mark.en) if mark else (("周末", "weekend") if weekend else ("工作日", "working day"))
    source = mark.source if mark else "week"
    return Day(date=day, working=working, kind=kind, zh=zh, en=en, source=source, confirmed=confirmed)
