"""A deadline in words: what is skipped and why, in both languages."""

from __future__ import annotations

import datetime as dt
import itertools
import re

import pytest
from hypothesis import given

from tests.unit.calendar.made import LOCAL, NATIONAL, at, span_of
from tests.unit.calendar.test_arithmetic import calendars, instants
from tests.unit.calendar.test_deadlines import spans
from whistle.calendar import CHINA, explain, reckon
from whistle.contracts.timing import Span


def told(start, span, calendar=NATIONAL):
    return [str(step) for step in explain(calendar, at(start), span_of(span))]


def test_five_working_days_over_national_day_in_words():
    """Domain D2, step by step, as it is shown to whoever asks why."""
    assert [
        (
            "自 2026-09-30(周三)17:00 起 5 个工作日,起算当日不计入 / "
            "5 working days from Wed 2026-09-30 17:00; the day of the start is not counted"
        ),
        (
            "2026-10-01(周四)至 2026-10-07(周三) 国庆节,不计(7 天) / "
            "Thu 2026-10-01 to Wed 2026-10-07: National Day, not counted (7)"
        ),
        (
            "2026-10-08(周四)至 2026-10-09(周五) 工作日,计入第 1 至 2 个工作日 / "
            "Thu 2026-10-08 to Fri 2026-10-09: days 1 to 2"
        ),
        "2026-10-10(周六) 国庆节调休上班,计入第 3 个工作日 / Sat 2026-10-10: National Day, make-up day, day 3",
        (
            "2026-10-11(周日)至 2026-10-13(周二) 工作日,计入第 4 至 5 个工作日,其间周末不计 / "
            "Sun 2026-10-11 to Tue 2026-10-13: days 4 to 5, without the weekends between"
        ),
        (
            "第 5 个工作日为 2026-10-13,以下班 17:30 止 / "
            "working day 5 is 2026-10-13 and ends when offices close, 17:30"
        ),
        "到期:2026-10-13(周二)17:30 / due Tue 2026-10-13 17:30",
        (
            "黄牌:2026-10-12(周一)17:30;红牌:2026-10-14(周三)08:30 / "
            "yellow Mon 2026-10-12 17:30; red Wed 2026-10-14 08:30"
        ),
    ] == told("2026-09-30 17:00", "5 working days")


def test_working_hours_in_words():
    """Each day with what it gives."""
    assert [
        (
            "自 2026-09-30(周三)17:00 起 4 个工作小时,只计工作日的工作时间(08:30-12:00、13:30-17:30) / "
            "4 working hours from Wed 2026-09-30 17:00, in the hours of working days only (08:30-12:00, 13:30-17:30)"
        ),
        "2026-09-30(周三) 计 0.50 小时 / Wed 2026-09-30: 0.50 hours",
        (
            "2026-10-01(周四)至 2026-10-07(周三) 国庆节,不计 / "
            "Thu 2026-10-01 to Wed 2026-10-07: National Day, not counted"
        ),
        "2026-10-08(周四) 计 3.50 小时 / Thu 2026-10-08: 3.50 hours",
    ] == told("2026-09-30 17:00", "4 working hours")[:4]


def test_time_on_the_wall_in_words():
    """Holidays do not stop it, and it says so."""
    assert (
        "自 2026-09-30(周三)17:00 起 24 小时,昼夜连续计算,节假日不扣除 / "
        "24 hours from Wed 2026-09-30 17:00, day and night, holidays included"
    ) == told("2026-09-30 17:00", "24 hours")[0]


@pytest.mark.parametrize(
    ("start", "span", "calendar", "words"),
    [
        (
            "2026-05-25 10:00",
            "3 working days",
            LOCAL,
            "古尔邦节,不计(5 天) / Wed 2026-05-27 to Sun 2026-05-31: Corban",
        ),
        (
            "2026-05-25 10:00",
            "3 working days",
            LOCAL,
            "以24:00 止 / working day 3 is 2026-06-02 and ends at 24:00",
        ),
        ("2026-10-16 10:00", "1 working day", NATIONAL, "计入第 1 个工作日,其间周末不计"),
        ("2026-12-30 10:00", "3 working days", NATIONAL, "暂定:2026-12-28 以后的放假安排尚未公布"),
        ("2026-02-13 10:00", "1 working day", NATIONAL, "2026-02-14(周六) 春节调休上班,计入第 1 个工作日"),
    ],
)
def test_reasons_are_named(start, span, calendar, words):
    """A local holiday, midnight, a weekend, a notice still to come, a make-up day."""
    assert any(words in step for step in told(start, span, calendar))


@given(calendars, instants, spans)
def test_every_deadline_can_be_explained(calendar, start, span):
    """And the words name the very instant, in both languages, in few lines."""
    steps = explain(calendar, start, span)
    due = reckon(calendar, start, span).due_at.astimezone(CHINA)

    assert any(f"{due:%H:%M}" in step.zh and step.zh.startswith("到期") for step in steps)
    assert all(step.zh and step.en for step in steps)
    assert len(steps) < 60


@given(calendars, instants)
def test_the_days_told_are_all_the_days_there_are(calendar, start):
    """The numbers run from 1 to the last without a gap."""
    steps = explain(calendar, start, Span(40, "working_days"))
    told = [re.search(r"[:,] days? (\d+)(?: to (\d+))?(,|$)", step.en) for step in steps]
    ranges = [(int(one[1]), int(one[2] or one[1])) for one in told if one]

    assert 1 == ranges[0][0]
    assert 40 == ranges[-1][-1]
    assert all(before[-1] + 1 == after[0] for before, after in itertools.pairwise(ranges))


def test_an_explanation_starts_at_the_local_time():
    """The caller's time zone does not matter."""
    utc = at("2026-09-30 17:00").astimezone(dt.UTC)

    assert told("2026-09-30 17:00", "24 hours") == [
        str(one) for one in explain(NATIONAL, utc, Span.hours(24))
    ]
