"""Properties of adding working days and working time: monotone, invertible, splittable, and equal to counting by hand."""

from __future__ import annotations

import datetime as dt
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.calendar.made import CALENDARS, LOCAL, NATIONAL, at, day
from whistle.calendar import CHINA, reckon
from whistle.contracts.timing import Span
from whistle.errors import Invalid

ONE_DAY = dt.timedelta(days=1)
calendars = st.sampled_from(sorted(CALENDARS)).map(CALENDARS.__getitem__)
days = st.dates(dt.date(2004, 1, 1), dt.date(2027, 6, 30))
START = at("2004-01-01 00:00")
instants = st.integers(0, int(23.5 * 365 * 86400 * 1_000_000)).map(
    lambda micro: START + dt.timedelta(microseconds=micro)
)
numbers = st.integers(1, 300)
times = st.integers(0, 400 * 3600 * 1_000_000).map(lambda micro: dt.timedelta(microseconds=micro))


def counted(calendar, start, number):
    """The slow way: one day after the other."""
    at, step = start, ONE_DAY if number > 0 else -ONE_DAY
    for _ in range(abs(number)):
        at += step
        while not calendar.is_working(at):
            at += step
    return at


@given(calendars, days, st.integers(-300, 300).filter(bool))
def test_the_nth_working_day_is_what_counting_finds(calendar, start, number):
    """Before and after, over every festival of twenty years."""
    assert counted(calendar, start, number) == calendar.shift(start, number)


@given(calendars, days, numbers, numbers)
def test_working_days_can_be_added_in_two_steps(calendar, start, first, second):
    """m + n days are m days and then n days."""
    assert calendar.shift(start, first + second) == calendar.shift(calendar.shift(start, first), second)


@given(calendars, days, numbers)
def test_going_back_as_many_working_days_returns_to_the_start(calendar, start, number):
    """From a working day; and the number of days between is the number that was added."""
    start = calendar.shift(start, 0)

    there = calendar.shift(start, number)

    assert (start, number, -number) == (
        calendar.shift(there, -number),
        calendar.count(start, there),
        calendar.count(there, start),
    )


@given(calendars, days, days, numbers)
def test_who_starts_later_is_never_due_earlier(calendar, one, other, number):
    """Monotone in the start, strictly in the number."""
    first, second = sorted((one, other))

    assert calendar.shift(first, number) <= calendar.shift(second, number)
    assert calendar.shift(first, number) < calendar.shift(first, number + 1)


@given(calendars, instants, times)
def test_the_working_time_between_start_and_end_is_what_was_added(calendar, start, time):
    """Forwards and backwards, to the microsecond."""
    there, back = calendar.add_time(start, time), calendar.add_time(start, -time)

    assert (time, time) == (calendar.time_between(start, there), calendar.time_between(back, start))
    assert back <= start <= there


@given(calendars, instants, times, times)
def test_working_time_can_be_added_in_two_steps(calendar, start, first, second):
    """So that a pause in between costs and gives nothing."""
    assert calendar.add_time(start, first + second) == calendar.add_time(
        calendar.add_time(start, first), second
    )


@given(calendars, instants, instants, times)
def test_later_starts_end_later_in_working_time(calendar, one, other, time):
    """Monotone in the start and in the amount."""
    first, second = sorted((one, other))

    assert calendar.add_time(first, time) <= calendar.add_time(second, time)
    assert calendar.add_time(first, time) <= calendar.add_time(first, time + dt.timedelta(seconds=1))


@given(calendars, instants, times.filter(bool))
def test_working_time_ends_within_working_hours(calendar, start, time):
    """The earliest instant that fits lies in a session of a working day."""
    local = calendar.add_time(start, time).astimezone(CHINA)
    clock = local - local.replace(hour=0, minute=0, second=0, microsecond=0)

    assert calendar.is_working(local.date())
    assert any(begin < clock.total_seconds() <= end for begin, end in calendar.sessions(local.date()))


@given(calendars, instants)
def test_a_calendar_counts_the_hours_of_each_day_once(calendar, start):
    """A year's working time is the sum over its days of their sessions."""
    first = start.date()
    whole = sum(
        sum(end - begin for begin, end in calendar.sessions(one))
        for one in (first + dt.timedelta(days=number) for number in range(60))
        if calendar.is_working(one)
    )
    midnight = dt.datetime.combine(first, dt.time(), CHINA)

    assert whole == calendar.time_between(midnight, midnight + 60 * ONE_DAY).total_seconds()


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-10-09 17:00", 1.5, "2026-10-10 09:30"),  # into a Saturday that is worked
        ("2026-09-30 17:00", 4, "2026-10-08 12:00"),  # over National Day
        ("2026-10-12 11:30", 1, "2026-10-12 14:00"),  # over lunch
        ("2026-10-11 03:00", 0.5, "2026-10-12 09:00"),  # from a Sunday night
        ("2026-10-12 16:30", 1, "2026-10-12 17:30"),  # to the very end of the day
        ("2026-10-12 08:30", -0.5, "2026-10-10 17:00"),  # backwards
    ],
)
def test_working_hours_by_hand(start, hours, end):
    """Cases that were reckoned with pencil and paper."""
    assert at(end) == NATIONAL.add_time(at(start), dt.timedelta(hours=hours))


def test_working_hours_change_on_their_day():
    """Summer hours from 1 May, winter hours from 1 October: seven hours a day become seven and a half."""
    assert at("2026-09-30 18:00") == LOCAL.add_time(at("2026-09-30 08:00"), dt.timedelta(hours=7))
    assert at("2026-10-08 17:30") == LOCAL.add_time(at("2026-10-08 08:00"), dt.timedelta(hours=7.5))


def test_for_no_working_time_at_all_the_instant_stays():
    """Also at night."""
    assert at("2026-10-11 03:00") == NATIONAL.add_time(at("2026-10-11 03:00"), dt.timedelta(0))


@pytest.mark.parametrize(
    "beyond",
    [
        lambda: NATIONAL.shift(day("2050-12-30"), 30),
        lambda: NATIONAL.shift(day("2000-01-03"), -30),
        lambda: NATIONAL.add_time(at("2050-12-30 09:00"), dt.timedelta(hours=100)),
        lambda: NATIONAL.add_time(at("2000-01-04 09:00"), dt.timedelta(hours=-100)),
        lambda: NATIONAL.add_time(at("1999-01-04 09:00"), dt.timedelta(hours=1)),
    ],
)
def test_arithmetic_that_leaves_the_calendar_is_refused(beyond):
    """Neither an IndexError nor a silently wrong day."""
    with pytest.raises(Invalid):
        beyond()


def test_adding_thirty_working_days_takes_microseconds():
    """Tables, no loop over days: the best of several rounds, with much room for a slow machine."""
    start, span = at("2026-09-30 17:00"), Span(30, "working_days")
    shift = min(timeit.repeat(lambda: NATIONAL.shift(start.date(), 30), number=1000, repeat=7)) / 1000
    whole = min(timeit.repeat(lambda: reckon(NATIONAL, start, span), number=1000, repeat=7)) / 1000

    assert shift < 20e-6
    assert whole < 200e-6
