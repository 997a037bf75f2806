"""Cases count where they lay when they were filed; grids in which nothing happens are named."""

from __future__ import annotations

import datetime as dt

from tests.unit.routing.organisation.made import DAY, organisation
from tests.unit.routing.organisation.test_changes import HALVES
from whistle_routing.domain import organisation as rules
from whistle_routing.domain.organisation import count_cases, dormant, spans, tree_at

FIRST, END = dt.date(2026, 3, 1), dt.date(2026, 4, 1)


def lines(organisation, cases, kind="grid"):
    """Lines of a report on March for (day of March, grid as the case names it)."""
    pieces = spans(organisation, FIRST, END)
    places = {day: place for place, (first, end) in enumerate(pieces) for day in range(1, 32)
              if first <= dt.date(2026, 3, day) < end}  # fmt: skip
    counted = [(places[day], grid, 1) for day, grid in cases]
    found = count_cases(organisation, counted, spans=pieces, kind=kind)
    return [(one.code or f"?{one.named}", one.first.day, one.end.isoformat(), one.cases) for one in found]


def test_cases_before_a_split_count_for_the_old_grid():
    """D9: split on the 15th; what came on the 10th stays with g1, what came on the 20th is its successor's."""
    after = rules.split(organisation(), "g1", day=DAY, parts=HALVES).organisation
    found = lines(after, [(10, "g1"), (10, "m2"), (15, "g1b"), (20, "m2"), (20, "g3"), (2, "g3")])
    assert [
        ("g1", 1, "2026-03-15", 2),
        ("g3", 1, "2026-04-01", 2),
        ("g1b", 15, "2026-04-01", 2),
    ] == found


def test_a_case_that_names_a_grid_of_the_past_is_shown_as_it_is():
    """On the 20th there is no g1 any more: nobody guesses where it belongs."""
    after = rules.split(organisation(), "g1", day=DAY, parts=HALVES).organisation
    assert [("?g1", 15, "2026-04-01", 1)] == lines(after, [(20, "g1")])
    assert [("?", 1, "2026-03-15", 1)] == lines(after, [(3, None)])


def test_a_move_changes_the_community_but_not_the_grid():
    """By community the line breaks on the day of the move."""
    after = rules.move(organisation(), "g2", day=DAY, parent="x2", official="370883001002002").organisation
    assert [("c", 1, "2026-03-15", 1), ("c2", 15, "2026-04-01", 1)] == lines(
        after, [(10, "g2"), (20, "g2")], kind="community"
    )


def test_official_codes_count_too():
    """A case that came with 15 digits lies in the grid of that code."""
    assert [("g3", 1, "2026-04-01", 1)] == lines(organisation(), [(5, "370883001002001")])


def test_a_grid_without_an_event_is_dormant():
    """S4-14: longest first; an event below the grid is one of the grid; the dedicated grid counts too."""
    last = {"m2": DAY - dt.timedelta(days=3), "370883001001002": DAY - dt.timedelta(days=40), "g3": DAY}
    found = dormant(tree_at(organisation(), DAY), last, days=30)
    assert [("g2", 40), ("mall", 30)] == [(one.code, one.days) for one in found]
    assert [DAY - dt.timedelta(days=40), None] == [one.last for one in found]


def test_a_new_grid_is_not_dormant_yet():
    """It has existed for five days only."""
    after = rules.split(organisation(), "g1", day=DAY, parts=HALVES).organisation
    day = DAY + dt.timedelta(days=5)
    assert {"g2", "g3", "mall"} == {one.code for one in dormant(tree_at(after, day), {}, days=30)}
    assert {"g1a", "g1b"} < {one.code for one in dormant(tree_at(after, day), {}, days=5)}
