"""What is told about points that belong to no case."""

from __future__ import annotations

from whistle.contracts import CaseClosed, PointsExpired, PointsHeld
from whistle.errors import Poison


def test_a_member_is_told_of_points_without_a_case(house):
    """A hold names no case; the member still hears of it, by number."""
    house.tell(house.event(PointsHeld.from_wire(dict(PointsHeld.example)), case_no=None))

    (notice,) = house.notices()
    assert ("member:mawei/m-0007", "held", None) == (notice.recipient, notice.purpose, notice.case_no)


def test_what_is_about_a_case_must_name_it(house):
    """A closing without a number can never be handled."""
    event = house.event(CaseClosed(outcome="resolved"), case_no=None)
    results = house.tell(event)

    assert [Poison] == [type(error) for error in results.values()]
    assert [] == list(house.notices())


def test_the_same_fact_is_told_once(house):
    """Twice the event, one notice."""
    event = house.event(PointsExpired(member="m-1", tenths=5, transfer="t"), case_no=None)
    house.tell(event)
    house.tell(event)

    assert ["expired"] == [notice.purpose for notice in house.notices()]
