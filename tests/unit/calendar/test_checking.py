"""What somebody is told to look at, and `whistle calendar`."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from typer.testing import CliRunner

from tests.unit.calendar.made import NATIONAL, day
from whistle.calendar import Plan, PlanDay
from whistle.calendar.checking import examine_calendar
from whistle.calendar.loading import calendar_of
from whistle.calendar.plan import NO_PLAN
from whistle.cli.calendar import app
from whistle.errors import Invalid, Misconfigured


@pytest.mark.parametrize(("today", "remarks"), [("2026-11-30", 0), ("2026-12-01", 1), ("2027-02-01", 1)])
def test_from_december_on_the_next_year_should_be_confirmed(today, remarks):
    """The notice comes in November or December; a deadline over New Year would be wrong without it."""
    found = examine_calendar(NATIONAL, day(today))

    assert remarks == len(found)
    assert all("2027" in remark.zh and "2027" in remark.en for remark in found)


def test_a_year_confirmed_without_its_days_is_a_guess_and_each_day_is_named():
    """Somebody wrote 2027 down as confirmed, but named one of its days only."""
    named = PlanDay(first=day("2027-01-01"), last=day("2027-01-03"), working=False, zh="元旦", en="New Year")
    calendar = calendar_of(Plan(days=(named,), confirmed_through=dt.date(2027, 12, 28)), NO_PLAN)

    (remark,) = examine_calendar(calendar, day("2026-12-10"))

    assert "2027-02-08 春节" in remark.zh
    assert "2027-01-01" not in remark.en


@pytest.fixture
def run(monkeypatch, tmp_path):
    """The command with a city file, which says that 24 November 2026 is off."""
    file = tmp_path / "city.toml"
    file.write_text(
        '[[calendar.days]]\ndate = 2026-11-24\nworking = false\nname = "市庆"\nname_en = "City Day"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("WHISTLE_CALENDAR", str(file))
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_a_month_is_shown_day_by_day(run):
    """Kind, name, who says so, hours, and until when it is certain."""
    said = run("show", "2026-11", "--district", "mawei").stdout

    assert "2026-11-24 周二 Tue  放假 / off  市庆 / City Day\n" in said
    assert "工作日 20 天,本地另定 1 天 / 20 working days, 1 set locally" in said
    assert "2026-12-28" in said
    assert 33 == len(said.splitlines())


def test_a_month_is_told_as_json(run):
    """With the version that deadlines are stored with."""
    said = json.loads(run("show", "2026-10", "--json").stdout)

    assert (31, "2026-12-28", 12) == (len(said["days"]), said["confirmed_through"], len(said["version"]))
    assert {
        "date": "2026-10-10",
        "working": True,
        "kind": "make_up",
        "zh": "国庆节调休上班",
        "en": "National Day, make-up day",
        "source": "national",
        "confirmed": True,
    } == said["days"][9]


@pytest.mark.parametrize("month", ["2026-13", "october", "1999-12", "2051-01"])
def test_what_is_no_month_is_refused(run, month):
    """With what a month looks like."""
    assert isinstance(run("show", month).exception, Invalid)


def test_a_city_file_with_mistakes_stops_the_command(run, monkeypatch, tmp_path):
    """Nobody reckons with half a calendar."""
    monkeypatch.setenv("WHISTLE_CALENDAR", str(tmp_path / "absent.toml"))

    assert isinstance(run("show", "2026-10").exception, Misconfigured)


def test_check_ends_with_one_and_names_what_needs_attention(run, tmp_path, monkeypatch):
    """A year that is said to be confirmed, of which the days are guessed."""
    file = tmp_path / "guess.toml"
    file.write_text("[calendar]\nconfirmed_through = 2028-12-28\n", encoding="utf-8")
    monkeypatch.setenv("WHISTLE_CALENDAR", str(file))

    result = run("check", "--json")

    assert 1 == result.exit_code
    assert "2028-05-01" in json.loads(result.stdout)[0]["zh"]
