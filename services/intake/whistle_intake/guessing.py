"""
How often somebody may guess the last four digits of a resident's phone: five times, then ever more slowly.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

FREE = 5
"""Failures without a pause: a resident mistypes, has two phones, asks the daughter."""
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(days=1)
FORGOTTEN = dt.timedelta(days=2)
"""After so long without a failure the counting begins anew; longer than any pause."""


@dataclass(frozen=True, kw_only=True)
class Guesses:
    """Failed guesses about one case number, whether there is such a case or not."""

    case_no: str
    failures: int
    last_at: dt.datetime


def pause_after(failures: int) -> dt.timedelta:
    """How long to wait after so many failures: none, then a minute, and twice as long each time, up to a day."""
    if failures < FREE:
        return dt.timedelta(0)
    doublings: int = 2 ** min(failures - FREE, 20)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def wait_left(guesses: Guesses | None, now: dt.datetime) -> dt.timedelta:
    """How long nobody may guess about this number yet; zero or less: now."""
    if guesses is None or now - guesses.last_at > FORGOTTEN:
        return dt.timedelta(0)
    return guesses.last_at + pause_after(guesses.failures) - now
