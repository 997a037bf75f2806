"""What is published of whistles: every outcome, from the stored steps alone."""

from __future__ import annotations

import datetime as dt

import pytest

from whistle.errors import Invalid
from whistle_routing.domain.whistles import Step, publication
from whistle_routing.handlers.whistling.publishing import bounds

START = dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
LATER = START + 100 * HOUR


def step(kind, hours, *, dispatch="d1", party="water", **data):
    return Step(
        id=f"{dispatch}-{hours}",
        case_no="26-00001-1",
        district="qi",
        at=START + hours * HOUR,
        kind=kind,
        whistle="w",
        dispatch=dispatch,
        party=party,
        data=data,
    )


def called(dispatch="d1", party="water", *, hours=10, whistle_class="daily"):
    due = (START + hours * HOUR).isoformat()
    return step("called", 0, dispatch=dispatch, party=party, due_at=due, **{"class": whistle_class})


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ([], "never"),
        ([step("signed", 1), step("arrived", 2)], "never"),
        ([step("reported", 9, late=False)], "in_time"),
        ([step("reported", 11, late=True)], "late"),
        ([step("reported", 9, late=False), step("vetoed", 10)], "never"),
        ([step("reported", 9, late=False), step("vetoed", 10), step("reported", 12, late=True)], "late"),
        ([step("released", 11, reason="不涉及")], "released"),
        ([step("recalled", 11, reason="误派")], "released"),
        ([step("returned", 1)], "returned"),
        ([step("deadline", 5, due_at=(START + 200 * HOUR).isoformat())], "open"),
        ([step("reported", 200, late=True)], "never"),
    ],
)
def test_what_became_of_a_responder(steps, outcome):
    """By the moment of the publication; a vetoed report is none, an extension counts, what comes later does not."""
    assert outcome == publication.outcome_of([called(), *steps], until=LATER)


def test_who_has_time_left_is_neither_late_nor_missing():
    """The month may be published before its last deadlines."""
    assert "open" == publication.outcome_of([called(hours=500)], until=LATER)


def test_rows_are_by_party_and_class_and_add_up():
    """Counts, vetoes, the last score of each responder, grades, and the share that came."""
    steps = [
        called("d1"),
        step("reported", 9, late=False),
        step("vetoed", 10),
        step("reported", 11, late=True),
        step("evaluated", 12, score=50),
        step("evaluated", 13, score=61),
        step("assessed", 14, grade="qualified"),
        called("d2"),
        step("reported", 5, dispatch="d2", late=False),
        step("evaluated", 6, dispatch="d2", score=90),
        called("d3"),
        called("d4"),
        step("released", 3, dispatch="d4", reason="不涉及"),
        called("d5", whistle_class="urgent"),
        called("d6", "gas"),
    ]
    rows = {(row.party, row.whistle_class): row for row in publication.publish(steps, until=LATER)}
    assert {("water", "daily"), ("water", "urgent"), ("gas", "daily")} == set(rows)
    row = rows["water", "daily"]
    assert (4, 1, 1, 1, 1, 0, 0) == (
        row.called,
        row.in_time,
        row.late,
        row.never,
        row.released,
        row.returned,
        row.open,
    )
    assert (1, 75.5, 61, 90, 1, 667) == (
        row.vetoed,
        row.score,
        row.lowest,
        row.highest,
        row.qualified,
        row.answered,
    )
    assert (None, 0) == (rows["gas", "daily"].score, rows["gas", "daily"].answered)


def test_whistles_are_counted_by_class_and_who_blew_them():
    """Asked for, declined, blown; a decline belongs to the class that was asked for."""

    def move(kind, whistle, by=None, **data):
        return Step(
            id=whistle + kind,
            case_no="26-00001-1",
            district="qi",
            at=START,
            kind=kind,
            whistle=whistle,
            by=by,
            data=data,
        )

    counts = publication.count_whistles(
        [
            move("requested", "a", "wang", **{"class": "major"}),
            move("declined", "a", "li"),
            move("requested", "b", "wang", **{"class": "major"}),
            move("approved", "b", "li"),
            move("blown", "b", "wang", **{"class": "major"}),
            move("blown", "c", **{"class": "daily"}),
            move("escalated", "c"),
        ]
    )
    assert {"requested": 2, "declined": 1, "blown": 1, "by_people": 1} == counts["major"]
    assert {"requested": 0, "declined": 0, "blown": 1, "by_people": 0} == counts["daily"]


@pytest.mark.parametrize(
    ("month", "first", "after"),
    [
        ("2026-11", "2026-10-31T16:00:00+00:00", "2026-11-30T16:00:00+00:00"),
        ("2026-12", "2026-11-30T16:00:00+00:00", "2026-12-31T16:00:00+00:00"),
    ],
)
def test_a_month_begins_and_ends_in_china(month, first, after):
    assert [dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(after)] == list(bounds(month))


@pytest.mark.parametrize("month", ["", "2026", "2026-00", "2026-13", "1999-01", "26-11", "2026-11-01"])
def test_what_is_no_month_is_refused(month):
    with pytest.raises(Invalid):
        bounds(month)
