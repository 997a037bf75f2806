"""A calendar written by people: what is read, and that every mistake is named in one go."""

from __future__ import annotations

import pytest

from tests.unit.calendar.made import day
from whistle.calendar import Hours, PlanDay
from whistle.calendar.loading import calendar_of
from whistle.calendar.plan import NO_PLAN
from whistle.calendar.reading import read_calendar_file
from whistle.errors import Misconfigured

WHOLE = """
[calendar]
confirmed_through = 2027-12-28
day_end = "midnight"
sessions = ["08:30-12:00", "13:30-17:30"]

[[calendar.hours]]
since = 2027-05-01
sessions = ["08:00-12:00", "15:00-18:00", "19:00-24:00"]

[[calendar.days]]
date = 2027-03-20
until = 2027-03-22
working = false
name = "古尔邦节"
name_en = "Corban Festival"

[[calendar.days]]
date = "2027-03-27"
working = true
name = "古尔邦节调休上班"
"""


def written(tmp_path, text):
    file = tmp_path / "city.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_whole_calendar_file_is_read(tmp_path):
    """Every table and every column."""
    plan = read_calendar_file(written(tmp_path, WHOLE))

    assert (
        PlanDay(
            first=day("2027-03-20"),
            last=day("2027-03-22"),
            working=False,
            zh="古尔邦节",
            en="Corban Festival",
            source="city",
        ),
        PlanDay(
            first=day("2027-03-27"),
            last=day("2027-03-27"),
            working=True,
            zh="古尔邦节调休上班",
            en="古尔邦节调休上班",
            source="city",
        ),
    ) == plan.days
    assert (
        Hours(since=day("2000-01-01"), sessions=((30600, 43200), (48600, 63000))),
        Hours(since=day("2027-05-01"), sessions=((28800, 43200), (54000, 64800), (68400, 86400))),
    ) == plan.hours
    assert (day("2027-12-28"), "midnight") == (plan.confirmed_through, plan.day_end)
    assert not calendar_of(plan, NO_PLAN).is_working(day("2027-03-22"))


MISTAKES = """
holidays = 1

[calendar]
confirmed_through = 1027-12-28
day_end = "evening"
sessions = ["8.30-12:00"]
colour = "red"

[[calendar.hours]]
since = 2027-05-01
sessions = ["08:00-12:00", "11:00-18:00"]

[[calendar.hours]]
since = 2027-05-01
sessions = []

[[calendar.days]]
date = "20 March"
working = "no"

[[calendar.days]]
date = 2027-03-20
until = 2027-03-19
working = false
name = "古尔邦节"
"""


def test_every_mistake_is_named_in_one_go(tmp_path):
    """File, row, field, what stands there and what should."""
    with pytest.raises(Misconfigured) as raised:
        read_calendar_file(written(tmp_path, MISTAKES))

    found = [(one["rule"], one["culprit"]) for one in raised.value.detail["problems"]]
    assert {
        ("top level", "holidays"),
        ("[calendar]", "colour"),
        ("[calendar] confirmed_through", "datetime.date(1027, 12, 28)"),
        ("[calendar] day_end", "evening"),
        ("[calendar] sessions", "8.30-12:00"),
        ("calendar.hours[1] 2027-05-01 sessions", "11:00-18:00"),
        ("calendar.hours[2] 2027-05-01 sessions", "none"),
        ("[[calendar.hours]] since", "2027-05-01"),
        ("calendar.days[1] 20 March date", "20 March"),
        ("calendar.days[1] 20 March working", "no"),
        ("calendar.days[1] 20 March name", "None"),
        ("calendar.days[2] 2027-03-20 until", "datetime.date(2027, 3, 19)"),
    } == set(found)
    assert len(found) == len(set(found))
    assert all(one["file"] == "city.toml" for one in raised.value.detail["problems"])


@pytest.mark.parametrize("text", ["[calendar", "[[calendar]]\nday_end = 1", "calendar = 3"])
def test_what_is_no_calendar_file_is_refused_with_its_name(tmp_path, text):
    """Broken TOML, and tables of the wrong shape."""
    with pytest.raises(Misconfigured, match=r"city\.toml"):
        read_calendar_file(written(tmp_path, text))


def test_a_calendar_file_that_is_not_there_is_refused(tmp_path):
    """The path is named."""
    with pytest.raises(Misconfigured, match=r"absent\.toml"):
        read_calendar_file(tmp_path / "absent.toml")
