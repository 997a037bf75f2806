"""
Time is injected: whoever needs the time is handed a :class:`Clock`, so that tests set it and never sleep.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """Tells the time of day. All times inside the platform are aware and in UTC."""

    def now(self) -> dt.datetime:
        """The present instant, aware, UTC."""
        ...


class SystemClock(Clock):
    """The machine's clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


class SetClock(Clock):
    """A clock that stands still until it is moved; for tests, simulations and replays."""

    def __init__(self, start: dt.datetime) -> None:
        self._now = start.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        return self._now

    def advance(self, by: dt.timedelta) -> dt.datetime:
        """Move the clock (backwards too: clocks of real machines do that) and return the new time."""
        self._now += by
        return self._now
