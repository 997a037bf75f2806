"""Due, yellow, red: domain D2 by hand, the rules one by one, and what a pause leaves."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.calendar.made import LOCAL, NATIONAL, at, span_of
from tests.unit.calendar.test_arithmetic import calendars, instants
from whistle.calendar import Plan, PlanDay, reckon
from whistle.calendar.deadlines import Timetable
from whistle.calendar.loading import calendar_of
from whistle.calendar.plan import NO_PLAN
from whistle.contracts.timing import Span

DAYS = Span(5, "working_days")
spans = st.builds(Span, st.integers(1, 60), st.just("working_days")) | st.builds(
    Span, st.integers(60, 200 * 3600), st.sampled_from(["working_seconds", "seconds"])
)


def test_five_working_days_over_national_day():
    """
    Domain D2: Wednesday 30 September 2026, 17:00. 1 to 7 October are off; 8 and 9 are days 1 and 2, Saturday the 10th is worked
    for the 7th (day 3), Sunday is off, 12 and 13 are days 4 and 5. Offices close at 17:30.
    """
    found = reckon(NATIONAL, at("2026-09-30 17:00"), DAYS)

    assert at("2026-10-13 17:30") == found.due_at
    assert at("2026-10-12 17:30") == found.warn_at  # one working day before
    assert at("2026-10-14 08:30") == found.red_at  # the first overdue working day begins
    assert not found.provisional


@pytest.mark.parametrize(
    ("start", "span", "due"),
    [
        ("2026-09-30 00:00", "1 working day", "2026-10-08 17:30"),  # the day of the start never counts
        ("2026-09-30 23:59", "1 working day", "2026-10-08 17:30"),
        ("2026-10-03 12:00", "1 working day", "2026-10-08 17:30"),  # started on a day off
        ("2026-10-10 09:00", "1 working day", "2026-10-12 17:30"),  # started on a make-up Saturday
        ("2026-02-13 16:00", "3 working days", "2026-02-25 17:30"),  # 14 worked, 15–23 off, 24, 25
        ("2026-09-30 17:00", "30 minutes", "2026-09-30 17:30"),
        ("2026-09-30 17:00", "24 hours", "2026-10-01 17:00"),
        ("2026-09-30 17:00", "15 days", "2026-10-15 17:00"),
        ("2026-09-30 17:00", "4 working hours", "2026-10-08 12:00"),
    ],
)
def test_deadlines_by_hand(start, span, due):
    """Each unit, started on every sort of day."""
    assert at(due) == reckon(NATIONAL, at(start), span_of(span)).due_at


def test_where_the_day_ends_at_midnight_so_do_deadlines():
    """The rule is the calendar's: 24:00 of the last day, which belongs to that day."""
    found = reckon(LOCAL, at("2026-09-30 17:00"), DAYS)

    assert [at("2026-10-14 00:00"), at("2026-10-13 00:00"), at("2026-10-14 08:00")] == [
        found.due_at,
        found.warn_at,
        found.red_at,
    ]


def test_yellow_never_comes_before_the_start():
    """One working day given on the evening before: yellow when that day opens."""
    found = reckon(NATIONAL, at("2026-10-12 20:00"), Span(1, "working_days"))

    assert (at("2026-10-13 08:30"), at("2026-10-13 17:30")) == (found.warn_at, found.due_at)


@pytest.mark.parametrize(
    ("span", "warn"), [("10 hours", "2026-10-12 17:00"), ("5 working hours", "2026-10-12 14:30")]
)
def test_a_span_in_time_turns_yellow_when_a_fifth_is_left_and_red_when_due(span, warn):
    """Hours are too short for a day's warning."""
    found = reckon(NATIONAL, at("2026-10-12 09:00"), span_of(span))

    assert (at(warn), found.due_at) == (found.warn_at, found.red_at)


def test_a_deadline_beyond_the_confirmed_days_is_provisional_and_moves_with_the_notice():
    """Three working days after 30 December 2026: without the notice of 2027, then with one that takes 4 January off."""
    start, span = at("2026-12-30 10:00"), Span(3, "working_days")
    off = PlanDay(
        first=dt.date(2027, 1, 4), last=dt.date(2027, 1, 4), working=False, zh="元旦", en="New Year"
    )
    announced = calendar_of(Plan(days=(off,), confirmed_through=dt.date(2027, 12, 28)), NO_PLAN)

    before, after = reckon(NATIONAL, start, span), reckon(announced, start, span)

    assert (at("2027-01-05 17:30"), True) == (before.due_at, before.provisional)
    assert (at("2027-01-06 17:30"), False) == (after.due_at, after.provisional)
    assert NATIONAL.version != announced.version


def test_time_on_the_wall_is_never_provisional():
    """No notice can move it."""
    assert not reckon(NATIONAL, at("2027-05-01 10:00"), span_of("24 hours")).provisional
    assert reckon(NATIONAL, at("2027-05-01 10:00"), span_of("4 working hours")).provisional


@given(calendars, instants, spans)
def test_yellow_due_and_red_come_in_order(calendar, start, span):
    """And none before the start."""
    found = reckon(calendar, start, span)

    assert start <= found.warn_at <= found.due_at <= found.red_at
    assert start < found.due_at


@given(calendars, instants, spans, st.floats(0, 0.999))
def test_who_pauses_and_resumes_at_once_has_the_same_deadline(calendar, start, span, share):
    """What is left at any moment, granted anew from that moment, ends when the deadline does."""
    table = Timetable(calendar)
    due = table.due(start, span.amount, span.unit)
    moment = start + (due - start) * share

    again = table.due(moment, table.left(moment, due, span.unit), span.unit)

    if span.unit == "working_days":
        assert due == again
    else:  # what is left is kept in whole seconds
        assert (
            abs(
                calendar.time_between(due, again).total_seconds()
                if span.working
                else (due - again).total_seconds()
            )
            <= 1
        )


@given(calendars, instants, instants, spans)
def test_what_is_left_never_grows_with_time(calendar, one, other, span):
    """And is nothing once due."""
    table = Timetable(calendar)
    start, later = sorted((one, other))
    due = table.due(start, span.amount, span.unit)

    assert table.left(start, due, span.unit) >= table.left(later, due, span.unit) >= 0
    assert 0 == table.left(due, due, span.unit)


@pytest.mark.parametrize(
    ("resumed", "due"),
    [
        ("2026-10-13 09:00", "2026-10-13 17:30"),  # the same day
        ("2026-10-13 18:00", "2026-10-14 17:30"),  # offices are closed: the next working day
        ("2026-10-17 09:00", "2026-10-19 17:30"),  # a Saturday
    ],
)
def test_a_last_day_resumed_ends_with_the_day_on_which_it_is_resumed(resumed, due):
    """Nothing but the last day was left when it was paused."""
    assert at(due) == Timetable(NATIONAL).due(at(resumed), 0, "working_days")
