"""
The monthly volunteer day (党员志愿服务日, S1-7): on which day, from when to when.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

CHINA = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True, kw_only=True)
class VolunteerDay:
    """
    An activity that is planned for each month: on the ``day`` of the month (the last one, if it is shorter), or else on the ``nth``
    (-1: last) ``weekday`` (1: Monday). ``ahead``: for so many months besides this one.
    """

    title: str
    item: str
    kind: str = "volunteer-day"
    place: str = ""
    day: int | None = None
    weekday: int = 6
    nth: int = 1
    starts: dt.time = dt.time(9)
    minutes: int = 180
    capacity: int | None = None
    ahead: int = 1

    def in_month(self, year: int, month: int) -> dt.date:
        """The day in a month. Where there is no fifth such weekday, it is the last."""
        length = calendar.monthrange(year, month)[1]
        if self.day is not None:
            return dt.date(year, month, min(self.day, length))
        days = [
            date
            for number in range(1, length + 1)
            if (date := dt.date(year, month, number)).isoweekday() == self.weekday
        ]
        return days[-1] if self.nth < 0 or self.nth > len(days) else days[self.nth - 1]

    def times(self, year: int, month: int) -> tuple[dt.datetime, dt.datetime]:
        """Beginning and end in a month."""
        begins = dt.datetime.combine(self.in_month(year, month), self.starts, CHINA).astimezone(dt.UTC)
        return begins, begins + dt.timedelta(minutes=self.minutes)

    def coming(self, today: dt.date) -> list[tuple[int, int]]:
        """The months for which it is planned."""
        first = today.year * 12 + today.month - 1
        return [(month // 12, month % 12 + 1) for month in range(first, first + self.ahead + 1)]
