"""Services that must know what lies below what are told so once for each version, whatever made it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from tests.integration.routing.organisation.districts import DISTRICT, change, files_at, take
from tests.integration.routing.organisation.test_changing import PARTS
from whistle.places import Places
from whistle.storage.atlas import StoredAtlas
from whistle_routing import handlers
from whistle_routing.handlers.organisation import telling
from whistle_routing.organisation.known import OwnTrees
from whistle_routing.store.organisation_tables import states

DAY = dt.date(2026, 11, 15)


def told(town):
    return [event.data for event in town.said() if event.data.name == "organisation.told"]


def test_a_tree_is_told_when_it_was_loaded_and_when_it_was_changed(street):
    """Down to the micro-grid, with what was before; twice nothing new is told."""
    assert [1, 0] == [handlers.tell_organisations(street.database) for _ in range(2)]
    change(street.database, change="split", code="wg1", day=DAY, parts=PARTS, carry="wg1b")
    assert [1, 0] == [handlers.tell_organisations(street.database) for _ in range(2)]
    first, second = told(street)
    assert (1, 2) == (first.version, second.version)
    before, after = Places(first.places, DAY), Places(second.places, DAY)
    assert before.covers("wg1", "wwg1")
    assert (False, True) == (after.covers("wg1", "wwg1"), after.covers("wg1a", "wwg1"))
    assert after.covers("sq1", "wg1"), "the grid that ended stays with its community"
    assert "lou1" not in {place.code for place in first.places}


def test_a_tree_that_was_loaded_before_this_was_told_is_told(street):
    """An installation that is upgraded: nobody changed anything, and still everybody learns of it."""
    with street.database.write() as unit:
        unit.execute(sa.update(states).values(told=0))
    assert 1 == handlers.tell_organisations(street.database)
    assert 1 == len(told(street))


def test_a_large_tree_is_told_in_parts(street, monkeypatch):
    """Each of which fits into a message; together they are the tree."""
    monkeypatch.setattr(telling, "PART", 7)
    handlers.tell_organisations(street.database)
    parts = told(street)
    assert [*range(1, len(parts) + 1)] == [one.part for one in parts]
    assert {len(parts)} == {one.parts for one in parts}
    assert 1 < len(parts)
    with street.database.read() as unit:
        assert OwnTrees().read(unit, DISTRICT, 1) == [place for one in parts for place in one.places]


def test_routing_itself_goes_by_what_it_has(street, tmp_path):
    """Rights within routing know a change without being told."""
    tree = StoredAtlas(street.database, OwnTrees())(DISTRICT)
    assert tree is not None
    assert tree.covers("sq1", "wwg1")
    take(street.database, files_at(tmp_path / "more"), district="gaochang")
    assert StoredAtlas(street.database, OwnTrees())("gaochang") is not None
