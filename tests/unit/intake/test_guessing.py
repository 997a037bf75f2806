"""How long to wait between guesses of a phone's last digits."""

from __future__ import annotations

import datetime as dt

from tests.unit.intake.made import NOW
from whistle_intake.guessing import FORGOTTEN, LONGEST_PAUSE, Guesses, pause_after, wait_left

MINUTE = dt.timedelta(minutes=1)


def made(failures: int) -> Guesses:
    return Guesses(case_no="26-00001-0", failures=failures, last_at=NOW)


def test_the_pause_grows_after_five_failures_and_stays_under_a_day():
    """Nothing before the fifth, then one minute, twice as long each time."""
    assert [0, 0, 1, 2, 4, 8] == [pause_after(failures) / MINUTE for failures in (0, 4, 5, 6, 7, 8)]
    assert [LONGEST_PAUSE] * 2 == [pause_after(20), pause_after(10_000_000)]


def test_a_pause_ends_and_failures_are_forgotten():
    """To the second; two quiet days later everything is as in the beginning."""
    assert MINUTE == wait_left(made(5), NOW)
    assert dt.timedelta(0) == wait_left(made(5), NOW + MINUTE)
    assert dt.timedelta(0) < wait_left(made(99), NOW + LONGEST_PAUSE - MINUTE)
    later = NOW + FORGOTTEN + MINUTE
    assert [dt.timedelta(0)] * 2 == [wait_left(made(99), later), wait_left(None, NOW)]
    assert FORGOTTEN > LONGEST_PAUSE
