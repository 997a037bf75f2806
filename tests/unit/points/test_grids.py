"""The evaluation of grids, and the day that comes every month."""

from __future__ import annotations

import datetime as dt

import pytest

from whistle_points.domain.grids import GridItem, GridResult, GridRules, evaluate, missing_scores
from whistle_points.domain.recurrence import VolunteerDay

RULES = GridRules(
    items={
        "patrol": GridItem(id="patrol", name="巡查", most=300),
        "answer": GridItem(id="answer", name="办结", most=700),
    },
    results=(
        GridResult(title="优秀", places=1, least=900, yuan=500),
        GridResult(title="良好", least=800, yuan=200),
        GridResult(title="合格", least=600, yuan=0),
    ),
)


def test_grids_stand_by_total_and_get_the_first_result_that_fits():
    """Equal totals share a place and its result; the best is not excellent below the least; below all there is none."""
    scores = {
        "g-2": {"patrol": 300, "answer": 620},
        "g-1": {"patrol": 300, "answer": 620},
        "g-3": {"patrol": 200, "answer": 650},
        "g-4": {"patrol": 100, "answer": 100, "gone": 900},
    }
    assert [(1, "g-1", "优秀", 500), (1, "g-2", "优秀", 500), (3, "g-3", "良好", 200), (4, "g-4", "", 0)] == [
        (row.place, row.grid, row.title, row.yuan) for row in evaluate(RULES, scores)
    ]
    assert ["良好"] == [row.title for row in evaluate(RULES, {"g": {"patrol": 200, "answer": 650}})]
    assert [("g-9", "answer")] == list(missing_scores(RULES, {"g-9": {"patrol": 0}}))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (VolunteerDay(title="x", item="v"), "2026-11-07"),
        (VolunteerDay(title="x", item="v", weekday=7, nth=-1), "2026-11-29"),
        (VolunteerDay(title="x", item="v", weekday=7, nth=5), "2026-11-29"),
        (VolunteerDay(title="x", item="v", weekday=6, nth=5), "2026-11-28"),
        (VolunteerDay(title="x", item="v", day=31), "2026-11-30"),
    ],
)
def test_the_day_of_a_month(day, expected):
    """By number or by weekday; what the month does not have is its last."""
    assert expected == day.in_month(2026, 11).isoformat()


def test_the_day_begins_by_chinese_time_and_is_planned_over_the_turn_of_the_year():
    """Nine in the morning is one o'clock UTC."""
    day = VolunteerDay(title="x", item="v", minutes=90, ahead=2)
    first = dt.datetime(2026, 11, 7, 1, tzinfo=dt.UTC)
    assert (first, first + dt.timedelta(minutes=90)) == day.times(2026, 11)
    assert [(2026, 11), (2026, 12), (2027, 1)] == day.coming(dt.date(2026, 11, 30))
