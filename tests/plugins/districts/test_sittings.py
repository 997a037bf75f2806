"""
The sittings of the five accounts (D8): a month of Turpan's 1345 and of Huantai's boxes gives exactly the days counted by hand.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache
from typing import Any

import pytest

from tests.plugins.districts.asked import FIVE, ask
from tests.plugins.districts.test_organisations import organisation
from whistle.calendar.loading import calendar_of
from whistle.calendar.plan import NO_PLAN
from whistle_routing.handlers.organisation.sittings import sittings_of


@cache
def month(district: str, year: int, number: int) -> list[dict[str, Any]]:
    """The duties of a month, by the pack's rows, calendar and tree."""
    tables = ask(district).pack.tables
    calendar = calendar_of(NO_PLAN, tables.calendar)
    return sittings_of(organisation(district), tables.sittings, dt.date(year, number, 1), calendar=calendar)


def days(district: str, ident: str, year: int = 2026, number: int = 11) -> list[int]:
    """On which days of the month, once for each place."""
    return [row["day"].day for row in month(district, year, number) if row["id"] == ident]


TURPAN_NOVEMBER = {  # the 1st of November 2026 is a Sunday; no day off by notice
    "you-yi-shuo-yi": [1, 11, 21],
    "zhou-san-you-yue": [4, 11, 18, 25],
    "feng-si-yi-shi": [5, 12, 19, 26],
    "zhou-wu-you-hua": [6, 13, 20, 27],
}
TURPAN_OCTOBER = {  # National Day: the 1st to the 7th are off; the 1st and the 7th go to the 8th, a Thursday, the 2nd too
    "you-yi-shuo-yi": [8, 11, 21],
    "zhou-san-you-yue": [8, 14, 21, 28],
    "feng-si-yi-shi": [8, 15, 22, 29],
    "zhou-wu-you-hua": [8, 9, 16, 23, 30],
}


@pytest.mark.parametrize(("number", "counted"), [(11, TURPAN_NOVEMBER), (10, TURPAN_OCTOBER)])
def test_a_month_of_turpans_1345(number: int, counted: dict[str, list[int]]) -> None:
    """Days 1, 11 and 21 (S3-5), Wednesday afternoon (S3-7), Thursday (S3-8), Friday (S3-9), with and without days off."""
    assert counted == {ident: days("gaochang", ident, number=number) for ident in counted}
    assert sum(map(len, counted.values())) == len(month("gaochang", 2026, number))


def test_what_is_moved_says_from_where_and_why() -> None:
    """The Thursday of National Day falls together with the next one and is held once, under its own day."""
    moved = [row for row in month("gaochang", 2026, 10) if row["planned"] != row["day"]]
    assert [("you-yi-shuo-yi", 1), ("zhou-san-you-yue", 7), ("zhou-wu-you-hua", 2)] == sorted(
        (row["id"], row["planned"].day) for row in moved
    )
    assert {"国庆节"} == {row["moved_zh"][:3] for row in moved}


def test_turpans_rosters_name_people() -> None:
    """The three offices of Wednesday (S3-7); the workstation of the dedicated grid on Friday (S3-9)."""
    wednesday = next(row for row in month("gaochang", 2026, 11) if row["id"] == "zhou-san-you-yue")
    assert ["party-secretary", "grid-centre-director", "grid-worker"] == [
        one["role"] for one in wednesday["offices"]
    ]
    assert ("15:30", "xincheng") == (wednesday["begin"], wednesday["node"])
    friday = next(row for row in month("gaochang", 2026, 11) if row["id"] == "zhou-wu-you-hua")
    assert ("dahua", "dedicated-grid-worker") == (friday["node"], friday["people"][0]["role"])


def test_a_month_of_huantais_boxes() -> None:
    """Every box of the six grids on each of thirty days (S0-10), walks on the 21 working days, visits on the 15th (S0-13)."""
    november = Counter(row["id"] for row in month("huantai", 2026, 11))
    assert {"heart-box": 6 * 30, "grid-walk": 6 * 21, "lagua-visit": 6} == dict(november)
    assert [day for day in range(1, 31) for _ in range(6)] == days("huantai", "heart-box")
    assert [15] * 6 == days("huantai", "lagua-visit")  # a Sunday: home visits find people at home
    walked = sorted(set(days("huantai", "grid-walk")))
    weekends = {1, 7, 8, 14, 15, 21, 22, 28, 29}
    assert [day for day in range(1, 31) if day not in weekends] == walked


def test_huantais_stool_day_is_quarterly_and_goes_to_a_working_day() -> None:
    """The 20th of the quarter's last month (S0-14); 20 June 2026 is a Saturday after the Dragon Boat Festival: the 22nd."""
    held = {number: days("huantai", "stool-day", number=number) for number in range(1, 13)}
    assert {3: [20], 6: [22], 9: [20], 12: [21]} == {number: on for number, on in held.items() if on}


def test_a_month_of_the_others() -> None:
    """Half-monthly by area (S2-12), the lawyer's Thursday (S4-16), second Wednesday (S1-8), volunteer day (S1-7)."""
    # 31 October is a Saturday, 15 November a Sunday: each goes to the Monday
    assert [day for day in (2, 16, 30) for _ in range(4)] == days("qingfeng", "half-month-analysis")
    assert [5, 12, 19, 26] == days("zoucheng", "lawyer-thursday")
    assert [3] * 12 == days("zoucheng", "grid-meeting")
    assert [2, 30] == days("zoucheng", "grid-evaluation")
    assert ([11], [7], [25]) == tuple(
        days("mawei", ident) for ident in ("deputies-studio", "volunteer-day", "symposium")
    )
    assert [25] == days("mawei", "party-council", number=12)  # the last Friday of the quarter


@pytest.mark.parametrize("district", FIVE)
def test_every_district_has_sittings_with_their_source(district: str) -> None:
    """Each row says which mechanism it comes from, and each duty has somebody on it or a guest."""
    rows = ask(district).pack.tables.sittings
    assert 3 <= len(rows)
    assert all(row.source.startswith("S") for row in rows)
