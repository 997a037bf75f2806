"""Calendars for tests, and instants in local time."""

from __future__ import annotations

import datetime as dt

from whistle.calendar import CHINA, Calendar, Hours, Plan, PlanDay
from whistle.calendar.loading import calendar_of
from whistle.calendar.plan import NO_PLAN
from whistle.contracts.timing import Span

NATIONAL = calendar_of(NO_PLAN, NO_PLAN)
SUMMER = Hours(since=dt.date(2026, 5, 1), sessions=((8 * 3600, 12 * 3600), (15 * 3600, 18 * 3600)))
WINTER = Hours(since=dt.date(2026, 10, 1), sessions=((8 * 3600, 12 * 3600), (14 * 3600, 17 * 3600 + 1800)))
CORBAN = PlanDay(
    first=dt.date(2026, 5, 27),
    last=dt.date(2026, 5, 29),
    working=False,
    zh="古尔邦节",
    en="Corban Festival",
)
LOCAL: Calendar = calendar_of(NO_PLAN, Plan(days=(CORBAN,), hours=(SUMMER, WINTER), day_end="midnight"))
CALENDARS = {"national": NATIONAL, "local": LOCAL}


def at(text: str) -> dt.datetime:
    """``2026-09-30 17:00``, local time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


def day(text: str) -> dt.date:
    """``2026-09-30``."""
    return dt.date.fromisoformat(text)


def span_of(text: str) -> Span:
    """``5 working days``."""
    span = Span.parse(text)
    assert span is not None, text
    return span
