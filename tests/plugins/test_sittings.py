"""Rows of sittings: when they fall, what becomes of them on a day off, and what is told of a mistake."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from whistle.calendar.calendar import Calendar
from whistle.calendar.days import Mark
from whistle.contracts.timing import Span
from whistle.plugins.loader import examine_folder
from whistle.plugins.scaffold import new_pack
from whistle.plugins.sittings import Held, Sitting, SittingDuty, duties_of_month

HOLIDAY = dt.date(2026, 11, 4)
"""A Wednesday off; the Saturday after it is worked for it."""
MAKE_UP = dt.date(2026, 11, 7)
CALENDAR = Calendar(
    marks={
        HOLIDAY: Mark(working=False, zh="节日", en="feast", source="city"),
        MAKE_UP: Mark(working=True, zh="调休上班", en="make-up day", source="city"),
    },
    confirmed_through=dt.date(2026, 11, 20),
)


def duties(month: int = 11, **row: Any) -> list[SittingDuty]:
    """Of one row at one place, in a month of 2026."""
    sitting = Sitting(id="s", name="坐班", kind="sitting", at="g", **row)
    return duties_of_month(
        [sitting],
        dt.date(2026, month, 9),
        calendar=CALENDAR,
        places=lambda _sitting, _day: [Held(code="g", name="网格")],
    )


@pytest.mark.parametrize(
    ("row", "days"),
    [
        ({"every": "monthly", "days": (1, 11, 21)}, [1, 11, 21]),  # S3-5
        ({"every": "monthly", "days": (31,)}, [30]),  # a day that the month does not have is its last
        ({"every": "monthly", "days": (-1,)}, [30]),
        ({"every": "weekly", "weekdays": (5,)}, [6, 13, 20, 27]),
        ({"every": "weekly", "weekdays": (1, 5)}, [2, 6, 9, 13, 16, 20, 23, 27, 30]),
        ({"every": "monthly", "weekdays": (2,), "nth": 3}, [17]),
        ({"every": "monthly", "weekdays": (5,), "nth": -1}, [27]),
        ({"every": "monthly", "weekdays": (7,), "nth": 5}, [29]),
        ({"every": "monthly", "weekdays": (5,), "nth": 5}, []),  # there is no fifth Friday
        ({"every": "half-monthly"}, [15, 30]),  # S2-12
        ({"every": "quarterly", "days": (9,), "months": (3, 6, 9, 12)}, []),
        ({"every": "yearly", "days": (9,), "months": (11,)}, [9]),
        ({"every": "weekly", "weekdays": (5,), "since": dt.date(2026, 11, 13)}, [13, 20, 27]),
        ({"every": "weekly", "weekdays": (5,), "until": dt.date(2026, 11, 13)}, [6]),
        ({"every": "weekly", "weekdays": (3,)}, [5, 11, 18, 25]),  # from the 4th to the next working day
        ({"every": "weekly", "weekdays": (3,), "holiday": "held"}, [4, 11, 18, 25]),
        ({"every": "weekly", "weekdays": (3,), "holiday": "cancelled"}, [11, 18, 25]),
        ({"every": "weekly", "weekdays": (6,), "weekend": "cancelled"}, [7]),  # the one that is worked
        ({"every": "weekly", "weekdays": (6,), "weekend": "next"}, [2, 7, 16, 23, 30]),  # 31 October too
    ],
)
def test_a_row_falls_on_these_days(row: dict[str, Any], days: list[int]) -> None:
    """November 2026, which begins on a Sunday."""
    assert days == [duty.day.day for duty in duties(**row)]


def test_every_day_is_every_day() -> None:
    """What is moved onto another day of the same row is held once."""
    assert [*range(1, 31)] == [one.day.day for one in duties(every="daily", holiday="held")]
    moved = duties(every="daily")
    assert [day for day in range(1, 31) if day != HOLIDAY.day] == [one.day.day for one in moved]
    assert all(one.planned == one.day for one in moved)


def test_a_day_that_may_still_be_announced_off_is_provisional() -> None:
    """Up to what is confirmed it is certain."""
    told = {one.day.day: one.provisional for one in duties(every="monthly", days=(1, 11, 21))}
    assert {1: False, 11: False, 21: True} == told


GOOD = 'id = "open-day"\nname = "接待日"\nat = "grid-1"\n'


@pytest.fixture
def pack(tmp_path: Path):
    """Examines the pack that ``whistle plugin new`` writes, with one row of sittings."""
    new_pack(tmp_path / "nanhu", "nanhu")
    file = tmp_path / "nanhu" / "whistle_nanhu" / "district.toml"
    text = file.read_text(encoding="utf-8")

    def examine(*rows: str):
        told = "".join(f"[[sittings]]\n{row}\n\n" for row in rows)
        file.write_text(f"{text}\n{told}", encoding="utf-8")
        found, problems = examine_folder(tmp_path / "nanhu")
        return found.tables.sittings if found else (), {(one.rule, one.culprit) for one in problems}

    return examine


def test_a_row_is_read_as_it_is_written(pack) -> None:
    """Words for weekdays and roles in Chinese or by code, times as text or bare."""
    rows, problems = pack(
        GOOD + 'every = "weekly"\nweekdays = ["周三", "Thu"]\nbegin = "15:30"\nfinish = 17:00:00\n'
        'offices = ["网格员", "grid-chief"]\nguests = ["lawyer"]\nholiday = "held"'
    )
    assert set() == problems
    (row,) = rows
    assert ((3, 4), dt.time(15, 30), dt.time(17)) == (row.weekdays, row.begin, row.finish)
    assert (("grid-worker", "grid-chief"), ("lawyer",)) == (row.offices, row.guests)
    assert ("held", "held", "sitting") == (row.holiday, row.weekend, row.kind)


@pytest.mark.parametrize(
    ("said", "remind"),
    [
        ('every = "half-monthly"', Span(24 * 3600, "seconds")),
        ('every = "daily"', None),
        ('every = "daily"\nremind = "30 minutes"', Span(1800, "seconds")),
        ('every = "half-monthly"\nremind = "3 天"', Span(3 * 24 * 3600, "seconds")),
        ('every = "half-monthly"\nremind = "never"', None),
    ],
)
def test_how_long_before_it_is_told_of(pack, said, remind) -> None:
    """A day, unless the row says otherwise; what is done daily only if it says so."""
    (row,), problems = pack(GOOD + said)
    assert (remind, set()) == (row.remind, problems)


@pytest.mark.parametrize("remind", ['"1 working day"', '"32 days"', '"soon"', "1"])
def test_a_reminder_that_is_none_is_told(pack, remind) -> None:
    """Time on the wall, a month at most."""
    rows, problems = pack(GOOD + f'every = "daily"\nremind = {remind}')
    assert ((), {("sittings[1] open-day remind", remind.strip('"'))}) == (rows, problems)


def test_each_mistake_is_told(pack) -> None:
    """What the recurrence lacks or does not want, unknown words and nodes, times and days that are none, an id twice."""
    rows, problems = pack(
        GOOD + 'every = "weekly"\ndays = [1]',
        GOOD + 'every = "monthly"\nweekdays = ["周三"]',
        'id = "b"\nname = "x"\nat = "grid-9"\nevery = "sometimes"\nkind = "party"\neach = "galaxy"',
        'id = "c"\nname = "x"\nat = "grid-1"\nevery = "monthly"\ndays = [0, 32]\nbegin = "25:00"\nsince = "soon"',
        'id = "d"\nname = "x"\nat = "grid-1"\nevery = "weekly"\nweekdays = ["周八"]\noffices = ["king"]\nguests = ["ghost"]',
        'id = "e"\nname = "x"\nat = "grid-1"\nevery = "daily"\nbegin = "10:00"\nfinish = "09:00"\nholiday = "maybe"\nhour = 9',
    )
    assert () == rows
    assert {
        ("sittings[1] open-day every", "days"),
        ("sittings[2] open-day every", "weekdays"),
        ("sittings[3] b at", "grid-9"),
        ("sittings[3] b every", "sometimes"),
        ("sittings[3] b kind", "party"),
        ("sittings[3] b each", "galaxy"),
        ("sittings[4] c days", "[0, 32]"),
        ("sittings[4] c begin", "25:00"),
        ("sittings[4] c since", "soon"),
        ("sittings[5] d weekdays", "周八"),
        ("sittings[5] d offices", "king"),
        ("sittings[5] d guests", "ghost"),
        ("sittings[6] e finish", "09:00"),
        ("sittings[6] e holiday", "maybe"),
        ("sittings[6] e", "hour"),
        ("[[sittings]] id", "open-day"),
    } == problems
