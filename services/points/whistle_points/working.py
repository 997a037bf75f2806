"""
Working days of each district: until when something counted in them lasts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from whistle.calendar import Calendar
from whistle.calendar.library import national
from whistle.calendar.loading import calendar_of, city_plan
from whistle.calendar.plan import NO_PLAN
from whistle.plugins.loader import Pack
from whistle.settings import Settings
from whistle_points.domain import midnight


@dataclass(frozen=True)
class WorkingDays:
    """Calendars by district; a district without one goes by the country's."""

    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    country: Calendar = field(default_factory=lambda: Calendar.of(national()))

    @classmethod
    def of(cls, settings: Settings, packs: Mapping[str, Pack]) -> WorkingDays:
        """The country's days as the city and the districts' packs change them. Raises Misconfigured."""
        city = city_plan(settings)
        calendars = {name: calendar_of(city, pack.tables.calendar) for name, pack in packs.items()}
        return cls(calendars, calendar_of(city, NO_PLAN))

    def end_of(self, district: str, day: dt.date, count: int) -> dt.datetime:
        """The first instant after the ``count``-th working day behind ``day``."""
        calendar = self.calendars.get(district, self.country)
        return midnight(calendar.shift(day, count) + dt.timedelta(days=1))
