"""Lengths of time as people write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whistle.contracts.timing import LONGEST_DAYS, Span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("5 working days", Span(5, "working_days")),
        ("1 working day", Span(1, "working_days")),
        ("5个工作日", Span(5, "working_days")),
        ("5 个工作日", Span(5, "working_days")),
        ("4 working hours", Span(4 * 3600, "working_seconds")),
        ("4个工作小时", Span(4 * 3600, "working_seconds")),
        ("0.5 working hours", Span(1800, "working_seconds")),
        ("30 minutes", Span(1800, "seconds")),
        ("30分钟", Span(1800, "seconds")),
        ("24 小时", Span(86400, "seconds")),
        ("1.5 Hours", Span(5400, "seconds")),
        ("15天", Span(15 * 86400, "seconds")),
    ],
)
def test_lengths_of_time_are_read_in_both_languages(text, span):
    """Units as officials write them."""
    assert span == Span.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "days",
        "-1 hours",
        "0 hours",
        "1.5 working days",
        "3 weeks",
        "3670 days",
        "3661 working days",
        "5 5 days",
    ],
)
def test_what_is_no_length_of_time_is_none(text):
    """Nothing, half working days, unknown units, more than ten years."""
    assert None is Span.parse(text)


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        (Span(1, "working_days"), "1 个工作日", "1 working day"),
        (Span(5, "working_days"), "5 个工作日", "5 working days"),
        (Span(1800, "seconds"), "30 分钟", "30 minutes"),
        (Span(86400, "seconds"), "24 小时", "24 hours"),
        (Span(15 * 86400, "seconds"), "15 天", "15 days"),
        (Span(3600, "working_seconds"), "1 个工作小时", "1 working hour"),
        (Span(50, "seconds"), "50 秒", "50 seconds"),
    ],
)
def test_lengths_of_time_are_told_in_both_languages(span, zh, en):
    """In the largest unit that makes a short number."""
    assert (zh, en) == (span.zh, str(span))


@given(
    st.builds(Span, st.integers(1, LONGEST_DAYS), st.just("working_days"))
    | st.builds(
        Span,
        st.integers(1, 5000).map(lambda quarter: quarter * 900),
        st.sampled_from(["working_seconds", "seconds"]),
    )
)
def test_what_is_told_can_be_read_again(span):
    """In both languages."""
    assert [span, span] == [Span.parse(str(span)), Span.parse(span.zh)]


def test_hours_are_kept_to_the_second_and_are_never_nothing():
    """A plugin may say a third of an hour."""
    assert [Span(1200, "seconds"), Span(1, "seconds")] == [Span.hours(1 / 3), Span.hours(1e-9)]


def test_the_least_of_a_span_can_be_compared_without_a_calendar():
    """Five working days are five days at least."""
    assert [dt.timedelta(days=5), dt.timedelta(hours=4)] == [
        Span(5, "working_days").least,
        Span(4 * 3600, "working_seconds").least,
    ]
