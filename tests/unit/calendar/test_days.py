"""Which days are worked: the country's, the city's and the district's word, against another library's."""

from __future__ import annotations

import datetime as dt
import json

import chinese_calendar
import pytest

from tests.unit.calendar.made import LOCAL, NATIONAL, day
from whistle.calendar import Calendar, Plan, PlanDay
from whistle.calendar.library import National, national
from whistle.calendar.loading import calendar_of
from whistle.calendar.plan import NO_PLAN
from whistle.errors import Invalid

NOT_IN_CHINESECALENDAR = [dt.date(2005, 12, 31)]
"""Worked for 3 January 2006 (国办发明电〔2005〕35号: 12月31日(星期六)上班); chinesecalendar has the day off, not the day worked."""


def test_every_day_from_2004_to_2026_is_worked_as_chinesecalendar_says():
    """8,401 days, each the same in two libraries that read the State Council's notices independently, but for one."""
    days = [dt.date(2004, 1, 1) + dt.timedelta(days=number) for number in range(8401)]

    differing = [one for one in days if NATIONAL.is_working(one) != chinese_calendar.is_workday(one)]

    assert (dt.date(2026, 12, 31), NOT_IN_CHINESECALENDAR) == (days[-1], differing)
    assert NATIONAL.is_working(dt.date(2005, 12, 31))


@pytest.mark.parametrize(
    "makes_up", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_a_make_up_day_is_worked_on_a_weekend_and_says_for_which_festival(makes_up):
    """调休上班: the six of 2026."""
    found = NATIONAL.day(day(makes_up))

    assert (True, "make_up", True) == (found.working, found.kind, found.date.weekday() >= 5)
    assert found.zh in {"元旦调休上班", "春节调休上班", "劳动节调休上班", "国庆节调休上班"}


@pytest.mark.parametrize(
    ("text", "kind", "zh", "en"),
    [
        ("2026-10-01", "holiday", "国庆节", "National Day"),
        ("2026-10-05", "holiday", "国庆节", "National Day"),  # said by the library with a remark
        (
            "2026-10-06",
            "holiday",
            "国庆节",
            "National Day",
        ),  # for 20 September: the library gives it no festival
        ("2026-01-02", "holiday", "元旦", "New Year's Day"),
        ("2020-10-01", "holiday", "中秋节、国庆节", "Mid-Autumn Festival; National Day"),
        ("2026-10-08", "workday", "工作日", "working day"),
        ("2026-10-11", "weekend", "周末", "weekend"),
    ],
)
def test_a_day_has_a_kind_and_a_name(text, kind, zh, en):
    """Names without the library's remarks; a day off for a make-up day has the name of its festival."""
    found = NATIONAL.day(day(text))

    assert (kind, zh, en) == (found.kind, found.zh, found.en)


def test_only_what_no_notice_can_change_any_more_is_confirmed():
    """The notice of the next year may still move the last three days of December."""
    assert [True, False, False] == [
        NATIONAL.day(day(text)).confirmed for text in ("2026-12-28", "2026-12-29", "2027-01-01")
    ]
    assert dt.date(2026, 12, 28) == NATIONAL.confirmed_through


def test_days_off_of_a_year_without_a_notice_are_marked_as_estimated():
    """What the library answers from the statute alone is not taken for announced."""
    first, last = day("2026-01-01"), day("2027-12-31")

    estimated = NATIONAL.estimated(first, last)

    assert {2027} == {one.year for one in estimated}
    assert day("2027-02-08") in estimated


def test_the_districts_word_goes_before_the_citys_and_the_citys_before_the_countrys():
    """Three plans about one day: the nearest wins, and says that it does."""
    national_day = day("2026-10-02")
    city = Plan(days=(_worked(national_day, "全市上班", "city"),))
    district = Plan(days=(_worked(national_day, "全区上班", "district"),))

    found = [
        calendar_of(*plans).day(national_day)
        for plans in ((NO_PLAN, NO_PLAN), (city, NO_PLAN), (city, district))
    ]

    assert [("国庆节", "national"), ("全市上班", "city"), ("全区上班", "district")] == [
        (one.zh, one.source) for one in found
    ]
    assert [False, True, True] == [one.working for one in found]


def _worked(one, name, source):
    return PlanDay(first=one, last=one, working=True, zh=name, en=name, source=source)


def test_a_city_may_confirm_a_year_and_a_districts_later_word_counts():
    """The later of all confirmations holds."""
    city = Plan(confirmed_through=day("2027-12-28"))

    assert day("2027-12-28") == calendar_of(city, NO_PLAN).confirmed_through
    assert day("2028-06-30") == calendar_of(city, Plan(confirmed_through=day("2028-06-30"))).confirmed_through
    assert (
        day("2026-12-28") == calendar_of(NO_PLAN, Plan(confirmed_through=day("2020-01-01"))).confirmed_through
    )


def test_the_version_changes_exactly_when_a_deadline_could():
    """Another day, another hour, another day's end or confirmation: another version. Another name: the same."""
    base = NATIONAL.to_json()
    changes: list[dict[str, object]] = [
        {"marks": [*base["marks"], ["2026-11-24", 0, "区庆", "", "district", 0]]},
        {"hours": [["2000-01-01", [[30600, 43200], [48600, 64800]]]]},
        {"day_end": "midnight"},
        {"confirmed_through": "2027-12-28"},
    ]
    renamed: dict[str, object] = {
        "marks": [[*mark[:2], "另名", "other", *mark[4:]] for mark in base["marks"]],
        "source": "other",
    }

    versions = {Calendar.from_json({**base, **change}).version for change in changes}

    assert (4, False) == (len(versions), NATIONAL.version in versions)
    assert NATIONAL.version == Calendar.from_json({**base, **renamed}).version


@pytest.mark.parametrize("calendar", [NATIONAL, LOCAL], ids=["national", "local"])
def test_a_calendar_survives_json(calendar):
    """What is stored with the deadlines makes the same calendar again."""
    stored = json.loads(json.dumps(calendar.to_json()))

    again = Calendar.from_json(stored)

    assert (calendar.version, calendar.to_json()) == (again.version, again.to_json())


def test_a_plan_does_not_change_the_calendar_it_is_added_to():
    """Two districts may say different things about the same day."""
    before = dict(national().marks)
    Calendar.of(national(), Plan(days=(_worked(day("2026-10-01"), "上班", "city"),)))

    assert before == dict(national().marks)
    assert isinstance(national(), National)


@pytest.mark.parametrize("text", ["1999-12-31", "2051-01-01"])
def test_a_day_outside_of_the_calendar_is_refused(text):
    """Better no answer than a wrong one; the years are named."""
    with pytest.raises(Invalid, match="2000-01-01"):
        NATIONAL.is_working(day(text))
