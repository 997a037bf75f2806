"""
What somebody should look at in a calendar before a deadline goes wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from whistle.calendar.calendar import FIRST, Calendar
from whistle.calendar.days import is_weekend

NOTICE_MONTH = 12
"""From December on the next year's notice is out (it came on 8 December at the latest) and should be in the data."""


@dataclass(frozen=True)
class Remark:
    """One thing to look at."""

    zh: str
    en: str


def examine_calendar(calendar: Calendar, today: dt.date) -> list[Remark]:
    """
    The year that is not confirmed although its notice is out; days off that only the statute knows, in years that somebody
    confirmed without naming them.
    """
    return [*_unconfirmed(calendar, today), *_guessed(calendar)]


def needed_through(today: dt.date) -> dt.date:
    """How far a calendar should be confirmed on a day."""
    return dt.date(today.year + (today.month >= NOTICE_MONTH), 12, 28)


def _unconfirmed(calendar: Calendar, today: dt.date) -> Sequence[Remark]:
    needed = needed_through(today)
    if calendar.confirmed_through >= needed:
        return ()
    through = calendar.confirmed_through
    return (
        Remark(
            f"日历只确认到 {through},{needed.year} 年的放假安排还没有录入;请更新 holidays,或在 WHISTLE_CALENDAR 的文件中写明",
            f"the calendar is confirmed through {through} only: the days off of {needed.year} are missing; update holidays, "
            f"or name them in the file of WHISTLE_CALENDAR",
        ),
    )


def _guessed(calendar: Calendar) -> Sequence[Remark]:
    through = calendar.confirmed_through
    days = [day for day in calendar.estimated(FIRST, through) if not is_weekend(day)]
    if not days:
        return ()
    listed = ", ".join(f"{day} {calendar.day(day).zh}" for day in days)
    return (
        Remark(
            f"日历已确认至 {through},但这些放假日只是按法规推定的,请逐日写明放假或上班:{listed}",
            f"confirmed through {through}, but these days off are only what the statute says; name each, worked or off: {listed}",
        ),
    )
