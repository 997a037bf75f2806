"""The trees that a service was told: kept by version, used when whole, looked at without a query for each request."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from whistle.clock import SetClock
from whistle.contracts import OrganisationTold, new_event
from whistle.contracts.places import Place
from whistle.places import Places
from whistle.storage import Database, UnitOfWork, atlas, kit_tables, make_engine

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
metadata = sa.MetaData()
kit_of_service = kit_tables(metadata)
places = atlas.places_table(metadata)


class Unit(UnitOfWork):
    """Of a service that has nothing but places."""

    kit = kit_of_service
    service = "stock"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """On both databases."""
    url = f"sqlite:///{tmp_path}/stock.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    engine = make_engine(url, schema="stock")
    with engine.begin() as connection:
        if request.param == "postgresql":
            connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS stock"))
        metadata.create_all(connection)
    made = Database(engine, Unit, clock=SetClock(NOON))
    yield made
    made.close()


def tell(database, version, *found, part=1, parts=1, district="mawei"):
    """As routing tells it."""
    told = OrganisationTold(version=version, part=part, parts=parts, places=found)
    event = new_event(told, source="routing", district=district, time=NOON)
    with database.write() as unit:
        atlas.take_places(unit, places, event)


def known(asked, district="mawei"):
    """The atlas's tree of a district, which it must have."""
    tree = asked(district)
    assert isinstance(tree, Places)
    return tree


def test_a_version_counts_when_all_its_parts_have_come(database):
    """Until then the one before; in whatever order they come, and twice."""
    old = Place(code="g", parent="a")
    tell(database, 1, Place(code="a"), Place(code="b"), old)
    tell(database, 2, Place(code="g", parent="b"), part=2, parts=2)
    assert known(atlas.StoredAtlas(database, atlas.Told(places))).covers("a", "g")
    for _ in range(2):
        tell(database, 2, Place(code="a"), Place(code="b"), part=1, parts=2)
    tree = known(atlas.StoredAtlas(database, atlas.Told(places)))
    assert (False, True) == (tree.covers("a", "g"), tree.covers("b", "g"))
    tell(database, 1, Place(code="a"), Place(code="b"), old)  # a late one changes nothing
    assert known(atlas.StoredAtlas(database, atlas.Told(places))).covers("b", "g")
    assert None is atlas.StoredAtlas(database, atlas.Told(places))("gaochang")


def test_requests_do_not_ask_the_database(database):
    """One look serves all for ten seconds; then what was told since is known, and the day is the clock's."""
    seconds = [0.0]
    moved = (Place(code="g", parent="a", end="2026-11-23"), Place(code="g", parent="b", start="2026-11-23"))
    tell(database, 1, Place(code="a"), Place(code="b"), *moved)
    asked = atlas.StoredAtlas(database, atlas.Told(places), seconds=lambda: seconds[0])
    statements = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert known(asked).covers("a", "g")
    first = len(statements)
    for _ in range(100):
        known(asked)
    assert first == len(statements)
    database.clock.advance(dt.timedelta(days=1))
    assert known(asked).covers("b", "g")
    assert first == len(statements)
    tell(database, 2, Place(code="a"), Place(code="g", parent="a"))
    assert known(asked).covers("b", "g")
    seconds[0] += atlas.LOOK_SECONDS
    assert known(asked).covers("a", "g")
