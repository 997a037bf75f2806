"""Schemes as plain configuration: what districts really do can be said, and what cannot be is refused by its place."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from whistle.errors import Misconfigured
from whistle_points import domain
from whistle_points.domain import day_of
from whistle_points.refusals import UnknownItem
from whistle_points.rules import Rules
from whistle_points.schemes import read_schemes, schemes_from

MAWEI = Path(__file__).parents[3] / "deploy/districts/mawei/whistle_mawei/points.toml"
HEAD = """
[[versions]]
version = 1
name = "积分办法"
valid_from = 2026-01-01
"""


def schemes(text):
    return schemes_from(tomllib.loads(HEAD + text), district="here", shown="here/points.toml")


def scheme(text):
    return schemes(text).versions[0]


def at(day, hour=12):
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), domain.CHINA)


# --- the practices of domain §8 -----------------------------------------------------------------------------------------


def test_zhengzhou_points_roll_over_and_never_expire():
    """金昌: unspent points roll to the next quarter."""
    made = scheme('publish = "quarter"\n[versions.items.help]\nname = "帮办"\npoints = 1')

    assert None is made.expiry(dt.date(2026, 3, 31), booked=at("2026-03-31"))
    assert "2026-Q1" == domain.period_of(dt.date(2026, 3, 31), made.publish)


def test_haining_points_are_cleared_after_the_yearly_exchange():
    """Whatever is left on the day is gone the next morning; what is booked too late has the grace."""
    made = scheme('validity = { clear_on = "01-20" }\n[versions.items.help]\nname = "帮办"\npoints = 1')

    ends = [
        day_of(made.expiry(dt.date.fromisoformat(day), booked=at(day)))
        for day in ("2026-03-01", "2026-01-20", "2026-01-21")
    ]
    assert [dt.date(2027, 1, 21), dt.date(2026, 1, 21), dt.date(2027, 1, 21)] == ends
    assert dt.date(2026, 3, 4) == day_of(made.expiry(dt.date(2025, 12, 1), booked=at("2026-02-01")))


def test_hailin_an_hour_is_a_point_and_an_event_at_most_two():
    """海林."""
    item = scheme(
        '[versions.items.work]\nname = "志愿"\npoints = 1\nunit = "hour"\ncaps = { event = 2 }'
    ).items["work"]

    assert [0, 10, 10, 20, 50] == [item.for_minutes(minutes) for minutes in (59, 60, 119, 120, 300)]
    assert 20 == item.caps.room(50, dt.date(2026, 3, 1), {})


def test_jiande_half_an_hour_counts_as_one():
    """建德: from 30 minutes on, under an hour as one, three points an hour."""
    item = scheme(
        '[versions.items.work]\nname = "志愿"\npoints = 3\nunit = "hour"\nhours = { least = 30, first_hour = true }'
    ).items["work"]

    assert [0, 30, 30, 30, 60] == [item.for_minutes(minutes) for minutes in (29, 30, 60, 90, 120)]


def test_xingtai_expects_hours_a_year():
    """邢台: ≥ 50 hours."""
    assert 50 == scheme('hours_target = 50\n[versions.items.help]\nname = "x"\npoints = 1').hours_target


def test_luohe_publishes_every_quarter_and_waits_for_appeals():
    """漯河: only what is final is spent."""
    made = scheme(
        'publish = "quarter"\nspend = "final"\nappeal_days = 7\n[versions.items.help]\nname = "x"\npoints = 0.5'
    )

    assert ("quarter", "final", 7, 5) == (
        made.publish,
        made.spend,
        made.appeal_days,
        made.items["help"].tenths,
    )


def test_mawei_has_the_four_kinds_of_activity():
    """S1-20: volunteer work, night patrol, flood duty, advice."""
    made = read_schemes(MAWEI, district="mawei").at(dt.date(2026, 3, 1))

    assert {"volunteer", "night-patrol", "flood-duty", "advice"} == {
        item.id for item in made.items.values() if item.activity
    }
    default = domain.default_scheme("mawei").versions[0].items[domain.CASE_CLOSED]
    assert dict(default.ratings) == dict(made.items[domain.CASE_CLOSED].ratings)


# --- versions -----------------------------------------------------------------------------------------------------------


def test_each_day_has_its_version():
    """A change is a new version; what happened before goes by the old one."""
    found = schemes(
        '[versions.items.help]\nname = "x"\npoints = 1\n'
        '[[versions]]\nversion = 2\nname = "y"\nvalid_from = 2026-07-01\n[versions.items.help]\nname = "x"\npoints = 2'
    )
    days = ("2025-01-01", "2026-06-30", "2026-07-01")

    assert [1, 1, 2] == [found.at(dt.date.fromisoformat(day)).version for day in days]
    assert 2 == len({version.text_hash for version in found.versions})


def test_a_district_without_a_scheme_goes_by_the_default():
    """Two, two and one point by the rating, one unrated."""
    rules = Rules()

    assert [20, 20, 10, 10] == [
        rules.item("anywhere", domain.CASE_CLOSED, dt.date(2026, 3, 1))[1].ratings[rating]
        for rating in ("very_satisfied", "satisfied", "basically_satisfied", None)
    ]
    with pytest.raises(UnknownItem):
        rules.item("anywhere", "singing", dt.date(2026, 3, 1))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "versions.0.items"),
        ('[versions.items.help]\nname = "x"', "versions.0.items.help.value.points"),
        ('[versions.items.help]\nname = "x"\npoints = 0.25', "versions.0.items.help.value.points"),
        ('[versions.items.help]\nname = "x"\npoints = 1\nwhat = 1', "versions.0.items.help.value.what"),
        ('[versions.items.help]\nname = "x"\npoints = 1\ncaps = { week = 1 }', "caps.week"),
        ('[versions.items.help]\nname = "x"\npoints = 1\ncaps = { day = -1 }', "caps.day"),
        ('[versions.items.Help]\nname = "x"\npoints = 1', "versions.0.items.Help.key"),
        ('publish = "week"\n[versions.items.help]\nname = "x"\npoints = 1', "versions.0.publish"),
        ('validity = { clear_on = "02-30" }\n[versions.items.help]\nname = "x"\npoints = 1', "02-30"),
        (
            'validity = { clear_on = "02-01", months = 1 }\n[versions.items.help]\nname = "x"\npoints = 1',
            "validity",
        ),
        (
            (
                '[versions.items.help]\nname = "x"\npoints = 1\n'
                '[[versions]]\nversion = 1\nname = "y"\nvalid_from = 2027-01-01\n[versions.items.a]\nname = "x"\npoints = 1'
            ),
            "1 与 1",
        ),
    ],
)
def test_a_mistake_is_named_by_its_place(text, place):
    """File and key, in one line."""
    with pytest.raises(Misconfigured) as wrong:
        schemes(text)

    assert "here/points.toml" in wrong.value.zh
    assert place in wrong.value.zh


def test_periods_have_their_days():
    """Years, quarters and months; nothing else."""
    spans = [domain.period_days(period) for period in ("2026", "2026-Q1", "2024-02", "2026-12")]

    assert [
        (dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        (dt.date(2026, 1, 1), dt.date(2026, 3, 31)),
        (dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        (dt.date(2026, 12, 1), dt.date(2026, 12, 31)),
    ] == spans
    for wrong in ("", "2026-13", "2026-Q5", "26", "2026-03-01", "9999-12"):
        with pytest.raises(ValueError, match="no year"):
            domain.period_days(wrong)
