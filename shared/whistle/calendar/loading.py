"""
The calendar in force here: the country's, the city's file (``WHISTLE_CALENDAR``), the district's pack.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from whistle.calendar.calendar import Calendar
from whistle.calendar.library import national
from whistle.calendar.plan import NO_PLAN, Plan, merged
from whistle.calendar.reading import read_calendar_file
from whistle.settings import Settings, service_value


def city_plan(settings: Settings) -> Plan:
    """
    What the city's file says; an empty plan without one.

    Raises:
        Misconfigured: the file cannot be read or has mistakes.
    """
    file = service_value("str", "CALENDAR", settings, "")
    return read_calendar_file(Path(file)) if file else NO_PLAN


@lru_cache(maxsize=256)
def calendar_of(city: Plan, district: Plan) -> Calendar:
    """The calendar of a district; made once for two plans."""
    return Calendar.of(national(), merged(city, district))
